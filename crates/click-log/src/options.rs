//! What a caller chooses when it opens a log.

use std::time::Duration;

use crate::LogId;

/// Limits of a log. [`Options::new`] gives the defaults; every field may be changed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Identity given to the log if the folder holds none yet; an existing log keeps its own.
    pub new_log_id: LogId,
    /// Bytes the segments may take on the disk before appends are refused as [`crate::AppendError::Full`]
    /// (default 4 GiB). Freed by [`crate::ClickLog::discard_up_to`].
    pub max_bytes: u64,
    /// Size from which a segment is closed and the next begun (default 64 MiB, at most a quarter of `max_bytes`). Disk
    /// space is freed in these units.
    pub segment_bytes: u64,
    /// Age from which a segment is closed as soon as all of it is shipped, so that what is known about a visitor does
    /// not stay on a node with little traffic (default 1 hour).
    pub segment_age: Duration,
    /// Bytes of records that one [`crate::Appender`] may have waiting for the disk (default 16 MiB). Beyond it appends
    /// are refused as [`crate::AppendError::Overloaded`], which bounds memory while a disk hangs.
    pub max_pending_bytes: usize,
}

impl Options {
    /// The defaults, with the identity to use should the log be new.
    pub const fn new(new_log_id: LogId) -> Self {
        Self {
            new_log_id,
            max_bytes: 4 << 30,
            segment_bytes: 64 << 20,
            segment_age: Duration::from_secs(60 * 60),
            max_pending_bytes: 16 << 20,
        }
    }
}
