//! The thread that writes the log: group commit without a timer.
//!
//! An append that finds the writer idle is committed at once. Whatever arrives while a commit runs forms the next one,
//! so under load the batches are as large as the disk is slow and nobody waits for a clock.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::AppendError;
use crate::journal::Journal;
use crate::lane::Taken;
use crate::shared::Shared;
use crate::sync::lock;

/// After a failure the disk is left alone for this long, doubling up to the maximum while it keeps failing.
/// Meanwhile appends are refused at once, so a full disk does not slow the redirect down.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub(crate) struct Writer {
    shared: Arc<Shared>,
    journal: Journal,
    pause: Option<Pause>,
}

/// The disk failed; it is tried again at `until`.
struct Pause {
    until: Instant,
    length: Duration,
    error: AppendError,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal) -> Self {
        Self {
            shared,
            journal,
            pause: None,
        }
    }

    /// Commits until the log is closed, then what is left.
    pub(crate) fn run(mut self) {
        while !self.shared.gate.is_closed() {
            if self.shared.bell.silence() {
                self.commit(self.shared.take_pending(false));
            } else {
                self.rest();
            }
        }
        let rest = self.shared.take_pending(true);
        self.commit(rest);
    }

    /// Sleeps until the bell rings or the disk is due for another try.
    fn rest(&mut self) {
        let Some(pause) = &self.pause else {
            return thread::park();
        };
        let left = pause.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.shared.gate.retry();
            thread::park();
        } else {
            thread::park_timeout(left);
        }
    }

    fn commit(&mut self, mut batch: Vec<Taken>) {
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.admit(&batch) {
            return self.refuse(batch, &error);
        }
        match self.journal.commit(&mut batch, &self.shared.catalogue) {
            Ok(committed) => {
                if self.pause.take().is_some() {
                    tracing::info!("click log: the disk takes records again");
                }
                let records = committed.last.get() - committed.first.before().get();
                self.shared
                    .counters
                    .committed(records, committed.bytes, committed.sync);
                let mut first = committed.first;
                for taken in batch {
                    let records = taken.records;
                    taken.settle(Ok(first));
                    first = first.plus(records);
                }
                self.shared
                    .tip
                    .send_modify(|tip| tip.durable = committed.last);
            }
            Err(error) => {
                let error = self.pause_after(error.into());
                self.refuse(batch, &error);
            }
        }
    }

    /// Whether the disk may be tried and the limit leaves room.
    fn admit(&self, batch: &[Taken]) -> Result<(), AppendError> {
        if let Some(pause) = self
            .pause
            .as_ref()
            .filter(|pause| Instant::now() < pause.until)
        {
            return Err(pause.error.clone());
        }
        let bytes: u64 = batch.iter().map(|taken| taken.frames.len() as u64).sum();
        let catalogue = lock(&self.shared.catalogue);
        if catalogue.bytes() + bytes <= self.shared.max_bytes {
            return Ok(());
        }
        // Under the catalogue's lock, as discarding is: room made now is not overlooked.
        self.shared.gate.fill();
        Err(AppendError::Full)
    }

    fn pause_after(&mut self, error: AppendError) -> AppendError {
        tracing::error!(%error, "click log: records are not stored");
        self.shared.counters.disk_failed();
        let length = self
            .pause
            .as_ref()
            .map_or(FIRST_PAUSE, |pause| (pause.length * 2).min(LONGEST_PAUSE));
        self.pause = Some(Pause {
            until: Instant::now() + length,
            length,
            error: error.clone(),
        });
        self.shared.gate.fail(error.clone());
        error
    }

    fn refuse(&self, batch: Vec<Taken>, error: &AppendError) {
        self.shared
            .counters
            .failed(batch.iter().map(|taken| taken.records).sum());
        batch
            .into_iter()
            .for_each(|taken| taken.settle(Err(error.clone())));
    }
}

impl Drop for Writer {
    /// Also on a panic: nobody may wait for a writer that is gone.
    fn drop(&mut self) {
        self.shared.gate.close();
        drop(self.shared.take_pending(true));
        self.shared.tip.send_modify(|tip| tip.finished = true);
    }
}
