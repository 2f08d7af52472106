//! What a kind of job does.

use std::time::Duration;

use thiserror::Error;
use viral_engine_db::DbError;
use viral_engine_domain::jobs::Backoff;
use viral_engine_service::ServiceError;
use viral_engine_service::jobs::JobPayload;

use crate::context::JobContext;

/// A kind of job that can be run.
///
/// It may run more than once: its process can die before the end is written. What must happen once is written in the
/// transaction of [`JobContext::finish`]; everything else must do no harm when it happens again.
pub trait Job: JobPayload {
    /// After so long an attempt has failed: a job that hangs would hold its slot for ever.
    const TIMEOUT: Duration = Duration::from_secs(15 * 60);

    /// Waits between attempts.
    fn backoff() -> Backoff {
        Backoff::default()
    }

    /// Does the work. The future is dropped, wherever it stands, when the job is cancelled, given back or lost.
    fn run(self, cx: JobContext) -> impl Future<Output = JobResult> + Send;
}

/// How an attempt ended.
pub type JobResult = Result<Finished, JobError>;

/// That the work is done. Made by [`JobContext::done`] and [`JobContext::finish`] alone.
#[derive(Debug)]
#[must_use = "an attempt is over when this is answered"]
pub struct Finished(pub(crate) Written);

/// Who writes the end into the job's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The worker, after the attempt.
    ByWorker,
    /// The attempt did, with its effects.
    WithEffects,
}

/// Why an attempt failed. Its text is kept for operators and holds no personal data.
#[derive(Debug, Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error("{0}")]
    Failed(String),
    /// No attempt ever would: the job is discarded.
    #[error("{0}")]
    ForGood(String),
    /// Somebody else was given the job; nothing of this attempt counts.
    #[error("the job was given to another worker")]
    Lost,
}

impl From<ServiceError> for JobError {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        Self::Failed(error.to_string())
    }
}

// Lets `?` work inside `conn.transaction`, whose own begin and commit can fail.
impl From<diesel::result::Error> for JobError {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}
