//! Receivers of every kind, on ports of their own: they speak just enough HTTP to be good or bad at it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How a receiver behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Takes the message and says so.
    Healthy,
    /// Sends the head of its answer a byte at a time and never ends it.
    SlowHead,
    /// Says yes, and sends the body a byte at a time.
    SlowBody,
    /// Takes the message and says nothing.
    Silent,
    /// Hangs up without an answer.
    Closes,
    /// Breaks the connection.
    Resets,
    /// Answers 500.
    Fails,
    /// Sends to itself.
    Redirects,
    /// Says yes, and goes on for ever.
    Endless,
    /// Is to be reached by TLS and does not speak it.
    WithoutTls,
}

impl Kind {
    /// The bad ones.
    pub const BAD: [Self; 9] = [
        Self::SlowHead,
        Self::SlowBody,
        Self::Silent,
        Self::Closes,
        Self::Resets,
        Self::Fails,
        Self::Redirects,
        Self::Endless,
        Self::WithoutTls,
    ];

    /// Whether it says yes in its way, so that messages are delivered although it is bad.
    pub fn takes_messages(self) -> bool {
        matches!(self, Self::Healthy | Self::SlowBody | Self::Endless)
    }
}

/// A message as it came in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// `webhook-id`.
    pub id: String,
    /// `number` of its data.
    pub number: i64,
    /// When it had come in.
    pub at: Instant,
}

/// A running receiver; ends when dropped.
pub struct Receiver {
    /// How it behaves unless it is well.
    pub kind: Kind,
    port: u16,
    shared: Arc<Shared>,
    _accepting: JoinSet<()>,
}

struct Shared {
    kind: Kind,
    port: u16,
    is_well: AtomicBool,
    arrivals: Mutex<Vec<Arrival>>,
}

impl Receiver {
    pub async fn start(kind: Kind) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            kind,
            port,
            is_well: AtomicBool::new(false),
            arrivals: Mutex::default(),
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            kind,
            port,
            shared,
            _accepting: accepting,
        })
    }

    pub fn url(&self) -> String {
        let scheme = match self.kind {
            Kind::WithoutTls => "https",
            _ => "http",
        };
        format!("{scheme}://127.0.0.1:{}/in", self.port)
    }

    /// From now on it takes messages and says so.
    pub fn recover(&self) {
        self.shared.is_well.store(true, Ordering::SeqCst);
    }

    /// Everything so far.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.shared.arrivals().clone()
    }
}

impl Shared {
    fn arrivals(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut serving = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        serving.spawn(async move {
            // A sender that hangs up is no fault of the receiver.
            let _ = serve(stream, &shared).await;
        });
        while serving.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> Result<()> {
    if shared.kind == Kind::WithoutTls {
        stream.write_all(b"220 mail.example.org ESMTP\r\n").await?;
        return hung_up(&mut stream).await;
    }
    let Some(arrival) = read(&mut stream).await? else {
        return Ok(());
    };
    shared.arrivals().push(arrival);
    let kind = match shared.is_well.load(Ordering::SeqCst) {
        true => Kind::Healthy,
        false => shared.kind,
    };
    match kind {
        Kind::Healthy => answer(&mut stream, "204 No Content", "").await,
        Kind::Fails => answer(&mut stream, "500 Internal Server Error", "").await,
        Kind::Redirects => {
            let to = format!("location: http://127.0.0.1:{}/in\r\n", shared.port);
            answer(&mut stream, "307 Temporary Redirect", &to).await
        }
        Kind::SlowHead => trickle(&mut stream, b"HTTP/1.1 200 OK\r\nx-slow: ").await,
        Kind::SlowBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            trickle(&mut stream, b"").await
        }
        Kind::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'x'; 4_096]).await?;
            }
        }
        Kind::Silent | Kind::WithoutTls => hung_up(&mut stream).await,
        Kind::Closes => Ok(()),
        Kind::Resets => Ok(stream.set_zero_linger()?),
    }
}

async fn answer(stream: &mut TcpStream, status: &str, headers: &str) -> Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

/// Sends `begin` and then for ever one byte after the other.
async fn trickle(stream: &mut TcpStream, begin: &[u8]) -> Result<()> {
    for byte in begin.iter().chain(std::iter::repeat(&b'x')) {
        stream.write_all(&[*byte]).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Waits until the sender hangs up.
async fn hung_up(stream: &mut TcpStream) -> Result<()> {
    let mut ignored = [0; 1_024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// A message; none when the sender hangs up before its end.
async fn read(stream: &mut TcpStream) -> Result<Option<Arrival>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let header = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").context("a message without a length")?;
    let length: usize = length.parse()?;
    while bytes.len() < head + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let at = Instant::now();
    let body: Value = serde_json::from_slice(&bytes[head + 4..])?;
    Ok(Some(Arrival {
        id: header("webhook-id").context("a message without an id")?,
        number: body["data"]["number"].as_i64().context("no number")?,
        at,
    }))
}
