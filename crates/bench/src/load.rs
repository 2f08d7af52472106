//! The client: raw keep-alive connections, so that it costs little of the two cores it shares with the server.
//!
//! `saturate` sends the next request when the answer came: it finds the capacity. `open_loop` sends at a fixed rate
//! whatever the server does and counts latency from the moment a request was due, so that a stall is not hidden by
//! the requests that were never sent (coordinated omission).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What a measurement found.
pub struct Measured {
    /// Answers a second.
    pub per_second: f64,
    /// Latency in microseconds.
    pub latency: Histogram<u64>,
}

impl Measured {
    /// Latency below which `percent` of the answers came, in milliseconds.
    pub fn percentile_ms(&self, percent: f64) -> f64 {
        micros_to_ms(self.latency.value_at_percentile(percent))
    }
}

#[allow(clippy::cast_precision_loss)] // microseconds of a bounded run are far below 2^52
fn micros_to_ms(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// One request, the same every time.
#[derive(Clone)]
pub struct Request {
    address: String,
    bytes: Arc<[u8]>,
    expected: &'static [u8],
}

impl Request {
    /// `GET path`; every answer must have `status`.
    pub fn get(address: &str, path: &str, headers: &str, status: u16) -> Self {
        let text = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
        let expected: &'static [u8] = match status {
            302 => b"HTTP/1.1 302",
            _ => b"HTTP/1.1 200",
        };
        Self {
            address: address.to_owned(),
            bytes: text.into_bytes().into(),
            expected,
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends the request and reads its whole answer.
    async fn exchange(&mut self, request: &Request) -> Result<()> {
        self.stream.write_all(&request.bytes).await?;
        self.buffer.clear();
        let mut needed = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if needed.is_none() {
                needed = answer_length(&self.buffer)?;
            }
            if needed.is_some_and(|length| self.buffer.len() >= length) {
                break;
            }
        }
        if !self.buffer.starts_with(request.expected) {
            bail!(
                "unexpected answer: {}",
                String::from_utf8_lossy(&self.buffer[..self.buffer.len().min(300)])
            );
        }
        Ok(())
    }
}

/// Bytes of head and body, once the head is complete.
fn answer_length(buffer: &[u8]) -> Result<Option<usize>> {
    let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&buffer[..end])?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse::<usize>())?;
    Ok(Some(end + 4 + length))
}

/// Sends as fast as `connections` take answers, for `duration`.
pub async fn saturate(
    request: &Request,
    connections: usize,
    duration: Duration,
) -> Result<Measured> {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let request = request.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(&request.address).await?;
            let mut latency = Histogram::<u64>::new(3)?;
            while start.elapsed() < duration {
                let sent = Instant::now();
                connection.exchange(&request).await?;
                latency.saturating_record(micros_since(sent));
            }
            anyhow::Ok(latency)
        });
    }
    collect(tasks, start).await
}

/// Sends `rate` requests a second for `duration`, over `connections`.
pub async fn open_loop(
    request: &Request,
    rate: f64,
    connections: usize,
    duration: Duration,
) -> Result<Measured> {
    let start = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (request, next) = (request.clone(), next.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(&request.address).await?;
            let mut latency = Histogram::<u64>::new(3)?;
            loop {
                let ticket = next.fetch_add(1, Ordering::Relaxed);
                let due = start + Duration::from_secs_f64(f64::from(u32::try_from(ticket)?) / rate);
                if due.duration_since(start) > duration {
                    return anyhow::Ok(latency);
                }
                tokio::time::sleep_until(due.into()).await;
                // The runtime's clock has steps of a millisecond and may wake a task that much early.
                let begun = due.min(Instant::now());
                connection.exchange(&request).await?;
                latency.saturating_record(micros_since(begun));
            }
        });
    }
    collect(tasks, start).await
}

fn micros_since(instant: Instant) -> u64 {
    u64::try_from(instant.elapsed().as_micros()).unwrap_or(u64::MAX)
}

#[allow(clippy::cast_precision_loss)] // counts of a bounded run are far below 2^52
async fn collect(mut tasks: JoinSet<Result<Histogram<u64>>>, start: Instant) -> Result<Measured> {
    let mut latency = Histogram::<u64>::new(3)?;
    while let Some(result) = tasks.join_next().await {
        latency.add(result.context("a connection's task panicked")??)?;
    }
    Ok(Measured {
        per_second: latency.len() as f64 / start.elapsed().as_secs_f64(),
        latency,
    })
}
