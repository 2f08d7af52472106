//! A mail server that keeps what it is sent, or refuses it, as the recipient's name says.
//!
//! Plain SMTP (RFC 5321) on a port of its own: `busy…@` is asked to come back once, `gone…@` refused for good, and the
//! message of `held…@` taken without a reply, as if the connection broke at the worst moment.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use viral_engine_service::emails::{EmailConfig, SmtpUrl};

/// A message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Address of the envelope.
    pub to: String,
    /// Headers and body.
    pub message: String,
}

impl Received {
    /// The value of a header, its lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.message.split("\r\n\r\n").next().unwrap_or_default();
        let joined = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        joined.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }
}

#[derive(Default)]
struct Kept {
    received: Vec<Received>,
    turned_away: HashSet<String>,
}

/// A running mail server; ends when dropped.
pub struct MailServer {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    _tasks: JoinSet<()>,
}

impl MailServer {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&kept)));
        Self {
            port,
            kept,
            _tasks: tasks,
        }
    }

    /// The configuration of an engine that sends by it.
    ///
    /// # Panics
    /// Never: the URL is one.
    pub fn config(&self) -> EmailConfig {
        let url = format!("smtp://127.0.0.1:{}?tls=none", self.port);
        EmailConfig {
            smtp: Some(SmtpUrl::parse(&url).expect("a URL")),
            from: EmailConfig::parse_from("Größe & Co <no-reply@example.org>").expect("a sender"),
            ..EmailConfig::default()
        }
    }

    /// What has arrived, in its order.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.kept).received.clone()
    }
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, kept: Arc<Mutex<Kept>>) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let kept = Arc::clone(&kept);
        talks.spawn(async move { talk(stream, kept).await });
    }
}

/// One connection. Whoever breaks off ends it.
async fn talk(stream: TcpStream, kept: Arc<Mutex<Kept>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    reply(&mut stream, "220 test ESMTP").await?;
    let mut to = String::new();
    loop {
        let line = line(&mut stream).await?;
        let answer = match line.get(..4).map(str::to_ascii_uppercase).as_deref() {
            Some("EHLO" | "HELO") => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            Some("RCPT") => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                judge(&to, &kept).to_owned()
            }
            Some("DATA") => {
                reply(&mut stream, "354 go on").await?;
                let message = message(&mut stream).await?;
                let is_held = to.starts_with("held") && lock(&kept).turned_away.insert(to.clone());
                lock(&kept).received.push(Received {
                    to: to.clone(),
                    message,
                });
                if is_held {
                    // Nothing is said until the other side gives up.
                    while self::line(&mut stream).await.is_some() {}
                    return None;
                }
                "250 taken".to_owned()
            }
            Some("QUIT") => return reply(&mut stream, "221 bye").await,
            _ => "250 fine".to_owned(),
        };
        reply(&mut stream, &answer).await?;
    }
}

fn judge(to: &str, kept: &Mutex<Kept>) -> &'static str {
    if to.starts_with("gone") {
        return "550 5.1.1 <somebody@example.org> is not here";
    }
    if to.starts_with("busy") && lock(kept).turned_away.insert(to.to_owned()) {
        return "451 4.7.1 greylisted, come back later";
    }
    "250 fine"
}

async fn message(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut message = String::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            return Some(message);
        }
        // Dots are doubled at the start of a line (RFC 5321, 4.5.2).
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
        message.push_str("\r\n");
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn reply(stream: &mut BufReader<TcpStream>, text: &str) -> Option<()> {
    let line = format!("{text}\r\n");
    stream.get_mut().write_all(line.as_bytes()).await.ok()
}
