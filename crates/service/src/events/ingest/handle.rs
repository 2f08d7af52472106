//! How events are handed to the writer: a queue that is bounded by the number of events in it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use uuid::Uuid;
use viral_engine_domain::clicks::HitClass;

use super::BATCH_EVENTS;
use crate::error::{ServiceError, ServiceResult};
use crate::events::{Identification, IncomingEvent};

/// Most events that wait: ten transactions' worth, about a second of work.
pub(super) const QUEUE_EVENTS: usize = 10 * BATCH_EVENTS;

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored.
    Accepted {
        /// Its id.
        id: Uuid,
        /// What the hit was; `None` for other events.
        class: Option<HitClass>,
    },
    /// Known already, as this event.
    Duplicate(Uuid),
    /// Not stored.
    Rejected(Rejection),
}

/// Why an event is not stored although it is well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is no link with this token.
    UnknownLink,
    /// The referee is whom the event is credited to.
    SelfReferral,
}

/// Why nothing is known about a whole submission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The queue is full, the writer has stopped, or the database can not be reached. Trying again may succeed.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

impl From<IngestError> for ServiceError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Unavailable(detail) => Self::Unavailable(detail),
            IngestError::Internal(detail) => Self::Internal(detail),
        }
    }
}

/// The part of a click log that a submission holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSlice {
    /// The log.
    pub log_id: Uuid,
    /// Position of each event, growing.
    pub positions: Vec<i64>,
    /// Where the slice ends: to be stored in the transaction that stores the events.
    pub last: i64,
}

pub(super) struct Submission {
    pub events: Vec<IncomingEvent>,
    pub slice: Option<LogSlice>,
    pub reply: oneshot::Sender<Result<Vec<Outcome>, IngestError>>,
    /// Room in the queue, given back when the submission is done.
    pub _room: OwnedSemaphorePermit,
}

/// Hands events to this node's writer. Cheap to clone.
#[derive(Clone)]
pub struct IngestHandle {
    pub(super) sender: mpsc::UnboundedSender<Submission>,
    pub(super) room: Arc<Semaphore>,
    pub(super) stop: watch::Sender<bool>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) identification: Arc<Identification>,
}

impl IngestHandle {
    /// Stores events and answers what became of each, in order, once they are committed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when too many events wait already, the writer has stopped, or the database can
    /// not be reached; nothing of the submission is stored then, unless the connection broke in the commit and could
    /// not be made again to ask.
    pub async fn store(&self, events: Vec<IncomingEvent>) -> ServiceResult<Vec<Outcome>> {
        let room = Arc::clone(&self.room)
            .try_acquire_many_owned(cost(&events))
            .map_err(|_| {
                metrics::counter!("viral_engine_ingest_refused_total").increment(1);
                IngestError::Unavailable("too many events wait to be stored".to_owned())
            })?;
        Ok(self.submit(events, None, room).await?)
    }

    /// As [`IngestHandle::store`], but waits for room in the queue.
    ///
    /// # Errors
    /// As [`IngestHandle::store`].
    pub async fn store_when_possible(
        &self,
        events: Vec<IncomingEvent>,
    ) -> ServiceResult<Vec<Outcome>> {
        let room = self.wait_for_room(&events).await?;
        Ok(self.submit(events, None, room).await?)
    }

    /// Stores a slice of a click log, exactly once; waits for room in the queue.
    ///
    /// # Errors
    /// As [`IngestHandle::store`]; handing the same slice over again is safe.
    pub async fn ship(
        &self,
        events: Vec<IncomingEvent>,
        slice: LogSlice,
    ) -> Result<(), IngestError> {
        let room = self.wait_for_room(&events).await?;
        self.submit(events, Some(slice), room).await?;
        Ok(())
    }

    async fn wait_for_room(
        &self,
        events: &[IncomingEvent],
    ) -> Result<OwnedSemaphorePermit, IngestError> {
        Arc::clone(&self.room)
            .acquire_many_owned(cost(events))
            .await
            .map_err(|_| has_stopped())
    }

    /// Takes nothing more, stores what waits, and returns when the writer has ended.
    pub async fn shutdown(&self) {
        self.stop.send_replace(true);
        // An error means that the writer is gone already.
        let _ = self.stopped.clone().wait_for(|stopped| *stopped).await;
    }

    /// Keys and patterns by which events are made ready.
    pub fn identification(&self) -> &Arc<Identification> {
        &self.identification
    }

    /// Events that wait or are being stored.
    pub fn waiting(&self) -> usize {
        QUEUE_EVENTS.saturating_sub(self.room.available_permits())
    }

    async fn submit(
        &self,
        events: Vec<IncomingEvent>,
        slice: Option<LogSlice>,
        room: OwnedSemaphorePermit,
    ) -> Result<Vec<Outcome>, IngestError> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            events,
            slice,
            reply,
            _room: room,
        };
        self.sender.send(submission).map_err(|_| has_stopped())?;
        answer.await.map_err(|_| has_stopped())?
    }
}

/// Room that a submission takes. One that is larger than the queue has to fit as well, alone.
fn cost(events: &[IncomingEvent]) -> u32 {
    u32::try_from(events.len().clamp(1, QUEUE_EVENTS)).unwrap_or(u32::MAX)
}

fn has_stopped() -> IngestError {
    IngestError::Unavailable("the writer of events has stopped".to_owned())
}
