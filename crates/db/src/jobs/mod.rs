//! Jobs: one row each, from when it is enqueued until it is pruned.
//!
//! A worker claims rows, runs them with no transaction open, and tells how they ended. What it holds is a lease that
//! it prolongs while it lives; an attempt is told from all others by job, worker and number, so that nothing a worker
//! says counts once somebody else was given its job. All times are the database's, whose statement's begin is used
//! because an index can be searched by it.

mod claim;
mod counts;
mod enqueue;
mod hold;
mod list;
mod operate;
mod prune;
mod queues;
mod reap;
mod rows;
mod settle;

pub use claim::{Claim, ClaimedJob, claim};
pub use counts::{QueueCounts, count_jobs};
pub use enqueue::{Enqueued, NewJob, Unique, When, enqueue};
pub use hold::{Attempt, Held, Pulse, finish_held, hold, prolong_all, set_progress};
pub use list::{JobFilter, find_job, job_errors, list_jobs};
pub use operate::{delete_job, lock_job, save_life};
pub use prune::{prune_jobs, prune_keys};
pub use queues::{QueueRow, find_queue, list_queues, pause_queue, resume_queue, set_concurrency};
pub use reap::{LostJob, reap};
pub use rows::{JobErrorRow, JobRow};
pub use settle::{Ending, complete, settle};

use chrono::TimeDelta;

/// A stretch of time as statements take it.
fn micros(time: TimeDelta) -> i64 {
    time.num_microseconds().unwrap_or(i64::MAX)
}
