//! Whether the log takes records just now: one atomic load per append, so that a full disk costs the redirect nothing.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::AppendError;
use crate::sync::lock;

const OPEN: u8 = 0;
const FULL: u8 = 1;
const FAILING: u8 = 2;
const CLOSED: u8 = 3;

#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: AtomicU8,
    /// Why the disk fails, while it does.
    failure: Mutex<Option<AppendError>>,
}

impl Gate {
    pub(crate) fn check(&self) -> Result<(), AppendError> {
        match self.state.load(Ordering::Acquire) {
            OPEN => Ok(()),
            FULL => Err(AppendError::Full),
            CLOSED => Err(AppendError::Closed),
            _ => Err(lock(&self.failure).clone().unwrap_or(AppendError::Full)),
        }
    }

    /// The size limit is reached, until [`Self::reopen_if_full`].
    pub(crate) fn fill(&self) {
        self.change(OPEN, FULL);
    }

    pub(crate) fn reopen_if_full(&self) {
        self.change(FULL, OPEN);
    }

    /// The disk fails, until [`Self::retry`].
    pub(crate) fn fail(&self, error: AppendError) {
        *lock(&self.failure) = Some(error);
        self.change(OPEN, FAILING);
        self.change(FULL, FAILING);
    }

    pub(crate) fn retry(&self) {
        self.change(FAILING, OPEN);
    }

    pub(crate) fn close(&self) {
        self.state.store(CLOSED, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    /// Once closed it stays closed, hence compare and exchange.
    fn change(&self, from: u8, to: u8) {
        // Another state than `from` is a reason to leave it alone, not an error.
        let _ = self
            .state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
    }
}
