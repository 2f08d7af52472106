//! Counters the caller reads for its metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The log's figures since it was opened, and its size now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Records acknowledged.
    pub appended: u64,
    /// Appends answered with an error.
    pub failed: u64,
    /// Group commits, each with one sync.
    pub batches: u64,
    /// Bytes written and synced, framing included.
    pub bytes: u64,
    /// Duration of the last successful sync, in microseconds.
    pub last_sync_micros: u64,
    /// Times that writing or syncing failed.
    pub disk_failures: u64,
    /// Records that readers found unreadable.
    pub lost_records: u64,
    /// Bytes the segments take on the disk.
    pub stored_bytes: u64,
    /// Bytes of records not yet discarded as shipped; estimated within one segment.
    pub unshipped_bytes: u64,
}

/// Statistics carry no other data with them, hence relaxed order throughout.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    appended: AtomicU64,
    failed: AtomicU64,
    batches: AtomicU64,
    bytes: AtomicU64,
    last_sync_micros: AtomicU64,
    disk_failures: AtomicU64,
    lost_records: AtomicU64,
}

impl Counters {
    pub(crate) fn committed(&self, records: u64, bytes: u64, sync: Duration) {
        self.appended.fetch_add(records, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.last_sync_micros
            .store(sync.as_micros() as u64, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, appends: u64) {
        self.failed.fetch_add(appends, Ordering::Relaxed);
    }

    pub(crate) fn disk_failed(&self) {
        self.disk_failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn lost(&self, records: u64) {
        self.lost_records.fetch_add(records, Ordering::Relaxed);
    }

    /// The figures, without the sizes, which the catalogue knows.
    pub(crate) fn snapshot(&self) -> Stats {
        Stats {
            appended: self.appended.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            last_sync_micros: self.last_sync_micros.load(Ordering::Relaxed),
            disk_failures: self.disk_failures.load(Ordering::Relaxed),
            lost_records: self.lost_records.load(Ordering::Relaxed),
            ..Stats::default()
        }
    }
}
