//! The one path by which events enter the database.
//!
//! One task a node takes everything that waits into one transaction, and an advisory lock lets one node write at a
//! time. So duplicates are exact, rollups can not deadlock, no row is hot, and the cost of an event falls as the
//! load grows. Whoever handed an event over is answered when its transaction has committed and the data version has
//! grown.

mod bursts;
mod deltas;
mod drafts;
mod handle;
mod institutions;
mod maintenance;
mod told;
mod transaction;
mod visitors;
mod writer;

pub use handle::{IngestError, IngestHandle, LogSlice, Outcome, Rejection};
pub use maintenance::ensure_bursts;
pub use writer::start_ingest;

/// Most events in one transaction, unless one submission brings more.
pub const BATCH_EVENTS: usize = 5_000;
