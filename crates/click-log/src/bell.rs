//! How appends wake the writer: it names the number of records it waits for, and the append that completes it rings.
//!
//! Between two commits that is at most one system call, however many records arrive.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::Instant;

/// Sequentially consistent throughout: an append counts itself and then looks for the writer's wish, the writer states
/// its wish and then looks at the count, so at least one of the two sees the other.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    /// Records appended since the log was opened.
    arrived: AtomicU64,
    /// The value of `arrived` that wakes the writer.
    wake_at: AtomicU64,
    writer: OnceLock<Thread>,
}

impl Bell {
    pub(crate) fn attach(&self, writer: &Thread) {
        // A log starts its writer once.
        let _ = self.writer.set(writer.clone());
    }

    /// One more record waits for the writer.
    pub(crate) fn count(&self) {
        let arrived = self.arrived.fetch_add(1, Ordering::SeqCst) + 1;
        if arrived == self.wake_at.load(Ordering::SeqCst) {
            self.wake();
        }
    }

    /// Lets the writer look around although nothing was appended.
    pub(crate) fn wake(&self) {
        if let Some(writer) = self.writer.get() {
            writer.unpark();
        }
    }

    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::SeqCst)
    }

    /// On the writer's thread: sleeps until `arrived` has reached `target`, until the deadline, or until [`Self::wake`];
    /// now and then also without a reason.
    pub(crate) fn sleep(&self, target: u64, deadline: Option<Instant>) {
        self.wake_at.store(target, Ordering::SeqCst);
        if self.arrived() >= target {
            return;
        }
        match deadline {
            None => thread::park(),
            Some(deadline) => {
                thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
            }
        }
    }
}
