//! The click log: a durable, append-only log of opaque records in a node's data folder.
//!
//! The redirect answers a visitor only when the record of the visit is on the disk; a shipper moves the records into
//! the database afterwards. So a lost database loses no visit, and neither does `kill -9`.
//!
//! **Group commit.** One thread writes and syncs whatever is pending. An append that finds it idle is committed at
//! once; what arrives during a commit forms the next one. Under load records may gather for at most 2 ms.
//!
//! **Exactly once.** Every record has a [`Position`], which only grows and is never used twice. The shipper stores the
//! position of the last row it inserted *in the same transaction* as the rows, keyed by the [`LogId`], and goes on
//! after the stored position: a batch is either wholly in the database with its position, or neither is.
//!
//! **A lost or copied folder.** The identity belongs to one continuous history. If the folder is lost, the next
//! opening begins a new log with a new identity, and the shipper starts it at [`Position::START`]. If an *old copy* of the
//! folder is put back, its positions repeat: move it away and let a new log begin. A shipper notices the case, because
//! the position it stored is then not before [`Recovery::first_new`].
//!
//! **Failures** are described where they are handled: a crash in [`Recovery`], a failed write or sync in `journal`, a full
//! disk in [`AppendError`].
//!
//! ```
//! # use viral_engine_click_log::{ClickLog, LogId, Options, Position};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let random = [7; 16];
//! let (log, _recovery) = ClickLog::open(folder.path(), &Options::new(LogId::from_bytes(random)))?;
//! // One on each worker thread:
//! let appender = log.appender(&tokio::runtime::Handle::current());
//! let position = appender.append(b"a visit").await?;
//!
//! // The shipper, starting at the position its database holds for `log.id()`:
//! let mut reader = log.reader();
//! reader.wait_for_more(Position::START).await?;
//! let records = reader.read_after(Position::START, 1000, 1 << 20)?;
//! assert_eq!(records, [(position, b"a visit"[..].into())]);
//! // After the transaction that stored the rows and `position`:
//! log.discard_up_to(position)?;
//! # Ok(())
//! # }
//! ```

mod active;
mod batch;
mod bell;
mod catalogue;
mod disk;
mod error;
#[cfg(test)]
mod faults;
mod folder;
mod frame;
mod identity;
mod journal;
mod lane;
mod log;
mod options;
mod position;
mod reader;
mod recovery;
mod scan;
mod segment;
mod shared;
mod stats;
mod sync;
mod writer;

pub use batch::Append;
pub use error::{AppendError, Closed, OpenError, SegmentError};
pub use frame::MAX_PAYLOAD_BYTES;
pub use lane::Appender;
pub use log::ClickLog;
pub use options::Options;
pub use position::{LogId, Position};
pub use reader::Reader;
pub use recovery::Recovery;
pub use stats::Stats;
