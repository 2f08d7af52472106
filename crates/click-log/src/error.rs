//! What can go wrong, and what the operator can do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::LogId;
use crate::frame::MAX_PAYLOAD_BYTES;

/// The folder cannot be used as a click log.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or a file in it cannot be read or written.
    #[error(
        "cannot use {path} of the click log: {source}; make the folder readable and writable for this user, on a disk \
         with room, or choose another data folder"
    )]
    Unusable {
        /// The folder or file that refused.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another process (or another open log of this one) owns the folder.
    #[error(
        "the click log {path} is in use by another process; stop it, or give this one its own data folder"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The file that names the log is damaged, so its positions cannot be trusted.
    #[error(
        "{path} of the click log is damaged; restore this file from a copy, or move the whole folder away so that a \
         new log with a new identity begins (records in it that were not shipped stay in the moved folder)"
    )]
    DamagedIdentity {
        /// The identity file.
        path: PathBuf,
    },
    /// There are segments but no file that says which log they belong to.
    #[error(
        "{path} holds segments of a click log but not the file that names it; restore that file, or move the folder \
         away so that a new log begins"
    )]
    MissingIdentity {
        /// The folder.
        path: PathBuf,
    },
    /// A segment was copied in from another log.
    #[error(
        "{path} belongs to click log {found}, not to {expected}; move that file out of the folder"
    )]
    ForeignSegment {
        /// The segment file.
        path: PathBuf,
        /// The log it was written by.
        found: LogId,
        /// The log of this folder.
        expected: LogId,
    },
    /// The thread that writes the log could not be started.
    #[error("cannot start the thread that writes the click log: {0}")]
    Thread(#[source] io::Error),
}

impl OpenError {
    pub(crate) fn unusable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Unusable { path, source }
    }
}

/// A record was not acknowledged. The log itself stays usable.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The log reached its size limit, or the disk or the quota is full. Clears by itself once there is room.
    #[error("the click log is full")]
    Full,
    /// The disk failed to write or to sync. Tried again by itself after a pause.
    #[error("the click log cannot be written: {0}")]
    Io(#[source] Arc<io::Error>),
    /// The disk is so far behind that the records waiting for it reached their limit.
    #[error("too many records wait for the click log's disk")]
    Overloaded,
    /// Longer than a record may be; nothing was written.
    #[error("a record of {bytes} bytes is longer than {MAX_PAYLOAD_BYTES}")]
    TooLarge {
        /// Length of the refused record.
        bytes: usize,
    },
    /// The log was closed.
    #[error("the click log is closed")]
    Closed,
}

impl From<io::Error> for AppendError {
    fn from(error: io::Error) -> Self {
        if is_out_of_room(&error) {
            Self::Full
        } else {
            Self::Io(Arc::new(error))
        }
    }
}

/// Whether only freeing space helps, on the disk, in the quota or under the process's file size limit.
pub(crate) fn is_out_of_room(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// A segment could not be read or removed. Trying again later may succeed.
#[derive(Debug, thiserror::Error)]
#[error("cannot access {path} of the click log: {source}")]
pub struct SegmentError {
    /// The segment file.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

/// The log is closed and holds nothing further to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the click log is closed")]
pub struct Closed;
