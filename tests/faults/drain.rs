//! Clients that keep their connection and ask as fast as they are answered, until the engine ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the engine that is kept.
pub struct KeptConnection {
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

/// What an answer says of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It may be asked again.
    Ask,
    /// The engine closes it.
    Close,
}

impl KeptConnection {
    /// Connects to `address` to ask for `path`.
    pub async fn open(address: &str, path: &str) -> Result<Self> {
        Ok(Self {
            stream: TcpStream::connect(address).await?,
            request: format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n"),
            buffer: Vec::new(),
        })
    }

    /// Sends one request and reads its answer, all of it.
    pub async fn ask(&mut self) -> Result<Then> {
        self.stream.write_all(self.request.as_bytes()).await?;
        let end = loop {
            match self
                .buffer
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                Some(end) => break end + 4,
                None => self.read().await?,
            }
        };
        let head = String::from_utf8(self.buffer[..end].to_vec())?.to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next())
            .map_or(Ok(0), str::parse)
            .context(head.clone())?;
        while self.buffer.len() < end + length {
            self.read().await?;
        }
        self.buffer.drain(..end + length);
        ensure!(
            head.starts_with("http/1.1 200") || head.starts_with("http/1.1 302"),
            head
        );
        Ok(match head.contains("\r\nconnection: close\r\n") {
            true => Then::Close,
            false => Then::Ask,
        })
    }

    async fn read(&mut self) -> Result<()> {
        match timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await?? {
            0 => bail!("a request was cut off"),
            _ => Ok(()),
        }
    }
}

/// Connections that ask without a pause.
pub struct KeepAliveLoad {
    clients: JoinSet<Result<()>>,
    answered: Arc<AtomicUsize>,
}

impl KeepAliveLoad {
    /// `connections` for each of `paths`.
    pub fn start(address: &str, paths: &[&str], connections: usize) -> Self {
        let answered = Arc::new(AtomicUsize::new(0));
        let mut clients = JoinSet::new();
        for path in paths
            .iter()
            .flat_map(|path| std::iter::repeat_n(path, connections))
        {
            let (address, path) = (address.to_owned(), (*path).to_owned());
            let answered = Arc::clone(&answered);
            clients.spawn(async move {
                let mut connection = KeptConnection::open(&address, &path).await?;
                while connection.ask().await.context(path.clone())? == Then::Ask {
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            });
        }
        Self { clients, answered }
    }

    /// Waits until `count` requests were answered.
    pub async fn wait_for_answers(&self, count: usize) -> Result<()> {
        let waiting = async {
            while self.answered.load(Ordering::Relaxed) < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        Ok(timeout(PATIENCE, waiting).await?)
    }

    /// Waits until every client was told that its connection closes.
    ///
    /// # Errors
    /// When a request was not answered.
    pub async fn finish(mut self) -> Result<()> {
        while let Some(client) = self.clients.join_next().await {
            client??;
        }
        Ok(())
    }
}
