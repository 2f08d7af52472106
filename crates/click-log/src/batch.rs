//! The appends of one lane that share one commit, and the future each of them waits on.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};

use crate::sync::lock;
use crate::{AppendError, Position};

/// Position of the batch's first record, or why none of them was recorded.
type Outcome = Result<Position, AppendError>;

#[derive(Debug, Default)]
pub(crate) struct Batch {
    outcome: OnceLock<Outcome>,
    wakers: Mutex<Vec<Waker>>,
}

impl Batch {
    fn poll(&self, slot: &mut Option<usize>, context: &Context<'_>) -> Poll<Outcome> {
        if let Some(outcome) = self.outcome.get() {
            return Poll::Ready(outcome.clone());
        }
        let mut wakers = lock(&self.wakers);
        // Again under the lock: `wake` takes the wakers after the outcome is set, so one of the two sees the other.
        if let Some(outcome) = self.outcome.get() {
            return Poll::Ready(outcome.clone());
        }
        match slot.and_then(|at| wakers.get_mut(at)) {
            Some(waker) => waker.clone_from(context.waker()),
            None => {
                *slot = Some(wakers.len());
                wakers.push(context.waker().clone());
            }
        }
        Poll::Pending
    }

    fn wake(&self) {
        let wakers = std::mem::take(&mut *lock(&self.wakers));
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// The duty to tell the appends of a batch how it went. Dropping it does so, wherever that happens: on the runtime the
/// appends run on, or, should that be gone, on the writer's thread. A batch given up without an outcome is closed.
#[derive(Debug, Default)]
pub(crate) struct Acknowledgement(Arc<Batch>);

impl Acknowledgement {
    pub(crate) fn settle(&self, outcome: Outcome) {
        // Only the first outcome counts; the writer settles each batch once.
        let _ = self.0.outcome.set(outcome);
    }

    pub(crate) fn append(&self, index: u64) -> Append {
        Append(State::Waiting {
            batch: Arc::clone(&self.0),
            index,
            slot: None,
        })
    }
}

impl Drop for Acknowledgement {
    fn drop(&mut self) {
        self.settle(Err(AppendError::Closed));
        self.0.wake();
    }
}

/// Resolves when the record is on the disk, or is known not to be recorded.
///
/// The record is taken when [`crate::Appender::append`] is called. Dropping this future only gives up the answer: the
/// record is written whole with its batch all the same.
#[derive(Debug)]
#[must_use = "the record is durable only when this future resolves"]
pub struct Append(State);

#[derive(Debug)]
enum State {
    Refused(AppendError),
    Waiting {
        batch: Arc<Batch>,
        index: u64,
        slot: Option<usize>,
    },
}

impl Append {
    pub(crate) fn refused(error: AppendError) -> Self {
        Self(State::Refused(error))
    }
}

impl Future for Append {
    type Output = Result<Position, AppendError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.get_mut().0 {
            State::Refused(error) => Poll::Ready(Err(error.clone())),
            State::Waiting { batch, index, slot } => {
                let index = *index;
                batch.poll(slot, context).map_ok(|first| first.plus(index))
            }
        }
    }
}
