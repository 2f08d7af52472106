//! The rules of work that is done later: what becomes of a job, when it is tried again, how much of a queue runs at a
//! time, and when a schedule is due.

mod backoff;
mod calendar;
mod life;
mod queue;

pub use backoff::Backoff;
pub use calendar::{Calendar, CalendarError};
pub use life::{JobEvent, JobLife, JobState, WrongState};
pub use queue::{Priority, Queue};
