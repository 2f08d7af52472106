//! What a running job is given.

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use viral_engine_db::jobs::{Held, finish_held, hold, set_progress};
use viral_engine_service::Context;

use crate::job::{Finished, JobError, JobResult, Written};

/// What a running job is given. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// What use cases are given.
    pub service: Context,
    pub(crate) held: Held,
    pub(crate) lease: TimeDelta,
}

impl JobContext {
    /// The job's id: the same for all of its attempts.
    #[must_use]
    pub fn id(&self) -> uuid::Uuid {
        self.held.id
    }

    /// Number of this attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> i32 {
        self.held.attempt
    }

    /// The work is done; the worker writes that down together with other ends.
    ///
    /// # Errors
    /// None; a result, since it is what a job answers.
    pub fn done(&self) -> JobResult {
        Ok(Finished(Written::ByWorker))
    }

    /// Ends the job in the caller's transaction: what else is written there is written once and for all, or, should
    /// somebody else have been given the job meanwhile, not at all. Call it first, so that nobody else can work on the
    /// job while the rest is written.
    ///
    /// # Errors
    /// [`JobError::Lost`]: the transaction must not commit.
    pub async fn finish(&self, conn: &mut AsyncPgConnection) -> JobResult {
        match finish_held(conn, self.held).await? {
            true => Ok(Finished(Written::WithEffects)),
            false => Err(JobError::Lost),
        }
    }

    /// Keeps anybody else from being given the job until the caller's transaction ends, for work in several steps. A
    /// step can happen again in a later attempt, but never after that attempt began.
    ///
    /// # Errors
    /// [`JobError::Lost`]: the transaction must not commit.
    pub async fn hold(&self, conn: &mut AsyncPgConnection) -> Result<(), JobError> {
        match hold(conn, self.held, self.lease).await? {
            true => Ok(()),
            false => Err(JobError::Lost),
        }
    }

    /// Tells operators how much is done, of how much if that is known.
    ///
    /// # Errors
    /// [`JobError::Lost`], or when the database refuses.
    pub async fn progress(&self, done: i64, total: Option<i64>) -> Result<(), JobError> {
        let mut conn = self.service.connection().await?;
        match set_progress(&mut conn, self.held, done, total).await? {
            true => Ok(()),
            false => Err(JobError::Lost),
        }
    }
}
