//! A receiver on a port of its own, which keeps what it got and answers as it is told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// How a receiver behaves.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// Answers this status with this text.
    Answers(u16, String),
    /// Sends elsewhere.
    Redirects(String),
    /// Answers, and goes on answering for ever.
    NeverStops,
    /// Takes the message, says so, and then goes on a byte at a time.
    Trickles,
    /// Takes the message and says nothing.
    KeepsSilent,
    /// Says at once something that is neither HTTP nor TLS.
    Babbles,
}

impl Behaviour {
    /// Answers this status.
    pub fn status(status: u16) -> Self {
        Self::Answers(status, "noted".to_owned())
    }
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method and path.
    pub line: String,
    /// Headers by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: String,
}

/// A running receiver. Ends when dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _accepting: JoinSet<()>,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

impl Receiver {
    pub async fn start(behaviour: Behaviour) -> Self {
        Self::listen(behaviour, None).await
    }

    /// Behind TLS.
    pub async fn start_encrypted(behaviour: Behaviour, tls: TlsAcceptor) -> Self {
        Self::listen(behaviour, Some(tls)).await
    }

    async fn listen(behaviour: Behaviour, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(behaviour),
            received: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, tls, Arc::clone(&shared)));
        Self {
            address,
            shared,
            _accepting: accepting,
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self) -> String {
        format!("http://{}/in?tenant=7", self.address)
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().expect("the behaviour") = behaviour;
    }

    /// Everything so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("requests").clone()
    }

    /// Connections so far, also those without a request.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Most connections that were open at a time.
    pub fn most_open(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut serving = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_open.fetch_max(open, Ordering::SeqCst);
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        serving.spawn(async move {
            // A sender that hangs up is no fault of the receiver.
            let _ = match tls {
                None => serve(stream, &shared).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, &shared).await,
                    Err(refused) => Err(refused),
                },
            };
            shared.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    shared: &Shared,
) -> std::io::Result<()> {
    let behaviour = shared.behaviour.lock().expect("the behaviour").clone();
    if matches!(behaviour, Behaviour::Babbles) {
        stream.write_all(b"220 mail.example.org ESMTP\r\n").await?;
        return hung_up(&mut stream).await;
    }
    let Some(received) = read(&mut stream).await? else {
        return Ok(());
    };
    shared.received.lock().expect("requests").push(received);
    match behaviour {
        Behaviour::Answers(status, text) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n",
                text.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(text.as_bytes()).await?;
            stream.shutdown().await
        }
        Behaviour::Redirects(to) => {
            let head = format!("HTTP/1.1 302 X\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).await
        }
        Behaviour::NeverStops => {
            stream.write_all(b"HTTP/1.1 200 X\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'x'; 4096]).await?;
            }
        }
        Behaviour::Trickles => {
            stream.write_all(b"HTTP/1.1 200 X\r\n\r\n").await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Behaviour::KeepsSilent | Behaviour::Babbles => hung_up(&mut stream).await,
    }
}

/// Waits until the sender hangs up.
async fn hung_up(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
    let mut ignored = [0; 1_024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// A request with its body; none when the sender hangs up before.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<Received>> {
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
    let mut lines = text.split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while bytes.len() < head + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let body = String::from_utf8_lossy(&bytes[head + 4..]).into_owned();
    Ok(Some(Received {
        line,
        headers,
        body,
    }))
}
