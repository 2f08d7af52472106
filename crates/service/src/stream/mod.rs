//! Hints that something changed, for whoever listens to `/v1/stream`.
//!
//! One task a process turns the notices of all nodes into messages. Each listener has a bounded share of the queue;
//! one that falls behind is dropped, connects again and reads the figures anew, which is what hints are for.

mod feed;

use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use viral_engine_api_types::stream::StreamMessage;

pub use feed::feed_stream;

use crate::error::{ServiceError, ServiceResult};

/// Messages that a listener may be behind.
const BACKLOG: usize = 64;

/// Most listeners of one process.
const MOST_LISTENERS: usize = 5_000;

/// What listeners are told.
#[derive(Clone, Debug)]
pub enum Hint {
    /// To be passed on.
    Message(StreamMessage),
    /// A session or key may have ended: listeners look whether theirs has.
    CheckAccess,
}

/// Where listeners subscribe.
#[derive(Debug)]
pub struct Stream {
    hints: broadcast::Sender<Hint>,
    closed: CancellationToken,
}

/// One listener.
#[derive(Debug)]
pub struct Listener {
    hints: broadcast::Receiver<Hint>,
    closed: CancellationToken,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            hints: broadcast::Sender::new(BACKLOG),
            closed: CancellationToken::new(),
        }
    }
}

impl Stream {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when too many listen already, or the process is about to end.
    pub fn listen(&self) -> ServiceResult<Listener> {
        if self.closed.is_cancelled() || self.hints.receiver_count() >= MOST_LISTENERS {
            let detail = "no further listener can be served".to_owned();
            return Err(ServiceError::Unavailable(detail));
        }
        Ok(Listener {
            hints: self.hints.subscribe(),
            closed: self.closed.clone(),
        })
    }

    /// Ends every listener and takes no new one, so that a draining server is not held up by them.
    pub fn close(&self) {
        self.closed.cancel();
    }

    fn has_listeners(&self) -> bool {
        self.hints.receiver_count() > 0
    }

    fn tell(&self, hint: Hint) {
        // Nobody may be listening, and that is fine.
        let _ = self.hints.send(hint);
    }
}

impl Listener {
    /// The next hint; `None` when the listener fell behind or the stream was closed.
    pub async fn next(&mut self) -> Option<Hint> {
        tokio::select! {
            () = self.closed.cancelled() => None,
            hint = self.hints.recv() => hint.ok(),
        }
    }

    /// Ends when the stream is closed.
    pub fn closed(&self) -> WaitForCancellationFutureOwned {
        self.closed.clone().cancelled_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_changed(version: i64) -> Hint {
        Hint::Message(StreamMessage::DataChanged { version })
    }

    #[tokio::test]
    async fn a_listener_hears_what_is_told_after_it_came() {
        let stream = Stream::default();
        stream.tell(data_changed(1));
        let mut listener = stream.listen().unwrap();
        stream.tell(data_changed(2));
        let Some(Hint::Message(StreamMessage::DataChanged { version })) = listener.next().await
        else {
            panic!("nothing was heard");
        };
        assert_eq!(version, 2);
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_dropped() {
        let stream = Stream::default();
        let mut listener = stream.listen().unwrap();
        for version in 0..=BACKLOG as i64 {
            stream.tell(data_changed(version));
        }
        assert!(listener.next().await.is_none());
    }

    #[tokio::test]
    async fn a_closed_stream_ends_its_listeners_and_takes_no_new_one() {
        let stream = Stream::default();
        let mut listener = stream.listen().unwrap();
        stream.close();
        assert!(listener.next().await.is_none());
        assert!(stream.listen().is_err());
    }
}
