//! The thread that writes the log: group commit.
//!
//! An append that finds the writer idle is committed at once. Whatever arrives while a commit runs forms the next one.
//! Only when many appends are in flight does the writer let them gather, and no longer than [`LONGEST_GATHERING`]: a
//! commit costs about 0.1 ms of processor time in the kernel, which one record after the other would multiply.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::AppendError;
use crate::journal::{Committed, Journal};
use crate::lane::Taken;
use crate::shared::Shared;
use crate::sync::lock;

/// How long after a commit records may gather for the next.
const LONGEST_GATHERING: Duration = Duration::from_millis(2);
/// So many records share the cost of a commit well enough not to wait for more.
const ENOUGH_RECORDS: u64 = 256;
/// For fewer records there is nothing to gain from waiting.
const FEW_RECORDS: u64 = 8;

/// How long a failed disk is left alone before the next try; doubled while it keeps failing. Meanwhile appends are
/// refused at once, so a full disk does not slow the redirect down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pauses {
    pub first: Duration,
    pub longest: Duration,
}

impl Pauses {
    pub(crate) const DEFAULT: Self = Self {
        first: Duration::from_millis(100),
        longest: Duration::from_secs(2),
    };
}

pub(crate) struct Writer {
    shared: Arc<Shared>,
    journal: Journal,
    pauses: Pauses,
    /// Records taken since the log was opened.
    taken: u64,
    /// Records that were waiting for their commit or for the next when the last commit ended.
    in_flight: u64,
    /// Until then the records in flight are expected back.
    gather_until: Instant,
    pause: Option<Pause>,
}

/// The disk failed; it is tried again at `until`.
struct Pause {
    until: Instant,
    length: Duration,
    error: AppendError,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal, pauses: Pauses) -> Self {
        Self {
            shared,
            journal,
            pauses,
            taken: 0,
            in_flight: 0,
            gather_until: Instant::now(),
            pause: None,
        }
    }

    /// Commits until the log is closed, then what is left.
    pub(crate) fn run(mut self) {
        while !self.shared.is_closed() {
            if self.shared.take_segment_end_request() {
                self.journal.end_segment(&self.shared.catalogue);
            }
            if self.pending() == 0 {
                self.shared.bell.sleep(self.taken + 1, None);
            } else {
                self.gather();
                self.commit(self.shared.take_pending(false));
            }
        }
        self.commit(self.shared.take_pending(true));
        self.journal.end_segment(&self.shared.catalogue);
    }

    /// Records that wait. A record just taken may not be counted yet, hence not below zero.
    fn pending(&self) -> u64 {
        self.shared.bell.arrived().saturating_sub(self.taken)
    }

    /// Under load, waits a moment for the records that are about to come. As many are expected as were in flight when
    /// the last commit ended, since answered clients tend to ask again; after a quiet spell none are. Expecting fewer
    /// does not settle: each commit would be smaller than the one before, down to what arrives during a sync.
    fn gather(&self) {
        let expected = self.in_flight.min(ENOUGH_RECORDS);
        if expected < FEW_RECORDS {
            return;
        }
        let bell = &self.shared.bell;
        while self.pending() < expected
            && Instant::now() < self.gather_until
            && !self.shared.is_closed()
        {
            bell.sleep(self.taken + expected, Some(self.gather_until));
        }
    }

    fn commit(&mut self, mut batch: Vec<Taken>) {
        let records: u64 = batch.iter().map(|taken| taken.records).sum();
        self.taken += records;
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.admit(&batch) {
            return self.refuse(batch, &error);
        }
        match self.journal.commit(&mut batch, &self.shared.catalogue) {
            Ok(committed) => self.acknowledge(batch, records, committed),
            Err(error) => {
                let error = self.pause_after(error.into());
                self.refuse(batch, &error);
            }
        }
    }

    fn acknowledge(&mut self, batch: Vec<Taken>, records: u64, committed: Committed) {
        if self.pause.take().is_some() {
            tracing::info!("click log: the disk takes records again");
        }
        self.shared
            .counters
            .committed(records, committed.bytes, committed.sync);
        let mut first = committed.first;
        for taken in batch {
            let next = first.plus(taken.records);
            taken.settle(Ok(first));
            first = next;
        }
        self.shared
            .tip
            .send_modify(|tip| tip.durable = committed.last);
        self.in_flight = records + self.pending();
        self.gather_until = Instant::now() + LONGEST_GATHERING;
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
        let stored = lock(&self.shared.catalogue).bytes();
        if stored + bytes <= self.shared.max_bytes {
            Ok(())
        } else {
            Err(AppendError::Full)
        }
    }

    fn pause_after(&mut self, error: AppendError) -> AppendError {
        tracing::error!(%error, "click log: records are not stored");
        self.shared.counters.disk_failed();
        let length = self.pause.as_ref().map_or(self.pauses.first, |pause| {
            (pause.length * 2).min(self.pauses.longest)
        });
        self.pause = Some(Pause {
            until: Instant::now() + length,
            length,
            error: error.clone(),
        });
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
        self.shared.close();
        drop(self.shared.take_pending(true));
        self.shared.tip.send_modify(|tip| tip.finished = true);
    }
}
