//! The stream of one client, which gives up on heads that do not come and lets idle connections end.

use std::future::Future as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_http::Protocol;
use actix_http::error::DispatchError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Connections, HeadClock};

/// How an HTTP/2 connection begins, as far as it differs from every HTTP/1.1 request.
const H2_PREFACE: &[u8] = b"PRI * HTTP/2";
/// actix times the first head itself and answers 408; it shall be the first to notice.
const SLACK: Duration = Duration::from_millis(500);

/// How long no byte may have come or gone on an HTTP/2 connection that is ended.
const QUIET: Duration = Duration::from_secs(1);

/// A connection of which the first byte has come.
pub struct ClientStream {
    io: TcpStream,
    protocol: Protocol,
    requests: Requests,
    // Counts the connection.
    _open: TaskTrackerToken,
}

/// What is watched between the requests of a connection.
struct Requests {
    clock: Rc<HeadClock>,
    limit: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
    connections: Connections,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Who is woken when idle connections shall end.
    waker: Option<Waker>,
}

impl ClientStream {
    /// Waits for the first byte, and no longer than `limit`.
    ///
    /// # Errors
    /// When none comes in time, or the engine stops before.
    pub async fn open(
        io: TcpStream,
        connections: &Connections,
        limit: Duration,
    ) -> Result<Self, DispatchError> {
        let open = connections.enter();
        let protocol = tokio::select! {
            // A byte that is there is read even if the engine stops.
            biased;
            protocol = timeout(limit, protocol(&io)) => {
                protocol.map_err(|_| DispatchError::SlowRequestTimeout)??
            }
            () = connections.closing() => return Err(DispatchError::DisconnectTimeout),
        };
        let requests = Requests {
            clock: HeadClock::started(Instant::now()),
            limit: limit + SLACK,
            alarm: None,
            connections: connections.clone(),
            closing: Box::pin(connections.closing()),
            waker: None,
        };
        Ok(Self {
            io,
            protocol,
            requests,
            _open: open,
        })
    }

    /// What its first bytes say.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Where it comes from.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.io.peer_addr().ok()
    }

    /// Where the app tells what it answers.
    pub fn head_clock(&self) -> &Rc<HeadClock> {
        &self.requests.clock
    }
}

async fn protocol(io: &TcpStream) -> io::Result<Protocol> {
    let mut start = [0; H2_PREFACE.len()];
    io.peek(&mut start).await?;
    Ok(match start == H2_PREFACE {
        true => Protocol::Http2,
        false => Protocol::Http1,
    })
}

impl Requests {
    /// What reading answers when no bytes are there: nothing yet, the end of the stream, or that a head is overdue.
    fn poll_without_bytes(
        &mut self,
        protocol: Protocol,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let closing = self.poll_closing(cx);
        if protocol == Protocol::Http2 {
            // Its frames are no requests, and it times its heads itself.
            return match closing {
                true => self.poll_quiet(cx).map(Ok),
                false => Poll::Pending,
            };
        }
        if closing && self.clock.is_idle() {
            // What is being written is still written.
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_overdue(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Ready when nothing is being answered and no byte of an answer has gone for a while: the end of an HTTP/2 stream
    /// ends its answers too.
    fn poll_quiet(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.clock.is_answering() {
            let deadline = self.clock.active() + QUIET;
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            ready!(self.poll_alarm(deadline, cx));
        }
        Poll::Pending
    }

    /// Whether idle connections shall end; else the task is woken when they shall. It asks to be woken once and not
    /// at every read, since all connections wait behind the same lock.
    fn poll_closing(&mut self, cx: &mut Context<'_>) -> bool {
        let asked = self.waker.as_ref();
        if self.connections.is_closing() || asked.is_some_and(|waker| waker.will_wake(cx.waker())) {
            return self.connections.is_closing();
        }
        self.waker = Some(cx.waker().clone());
        self.closing.as_mut().poll(cx).is_ready()
    }

    /// Ready when the head that has begun is overdue. The alarm is set again only after it has gone off, which is
    /// seldomer than requests come.
    fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(deadline) = self.clock.deadline(self.limit) {
            ready!(self.poll_alarm(deadline, cx));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }

    /// Ready at `deadline` or earlier; then it is set to `deadline`.
    fn poll_alarm(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        ready!(alarm.as_mut().poll(cx));
        alarm.as_mut().reset(deadline);
        Poll::Ready(())
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.io).poll_read(cx, buffer);
        if read.is_pending() {
            return this.requests.poll_without_bytes(this.protocol, cx);
        }
        if buffer.filled().len() > before {
            this.requests.clock.bytes_came(Instant::now());
        }
        read
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Ok(_))) {
            self.requests.clock.bytes_went(Instant::now());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
