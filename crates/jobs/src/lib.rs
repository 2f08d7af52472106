//! Runs what use cases enqueue: the worker, the registry of everything it can run, and the clock of the schedules.
//!
//! The rows, and all SQL, are in `db::jobs`; enqueueing is in `service::jobs`, so that a use case asks for work in its
//! own transaction without depending on what does it.

pub mod context;
pub mod job;
pub mod kinds;
pub mod registry;
pub mod ticker;
mod webhooks;
pub mod worker;

pub use context::JobContext;
pub use job::{Finished, Job, JobError, JobResult};
pub use kinds::registry;
pub use registry::Registry;
pub use ticker::Ticker;
pub use worker::{Worker, WorkerOptions};
