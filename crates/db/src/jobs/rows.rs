//! Rows as stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_domain::jobs::{JobLife, JobState};

use crate::schema::{job_errors, jobs};

/// A job.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(diesel::pg::Pg))]
pub struct JobRow {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub kind: String,
    /// Where it waits.
    pub queue: String,
    /// What it is about.
    pub payload: Value,
    /// Where it is in its life.
    pub state: String,
    /// Least first.
    pub priority: i16,
    /// Attempts that began.
    pub attempt: i32,
    /// The attempt after which it is discarded.
    pub attempt_limit: i32,
    /// Attempts that its kind is given.
    pub max_attempts: i32,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// When its latest attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who runs it, or ran it last.
    pub worker: Option<Uuid>,
    /// When its worker is given up.
    pub lease_until: Option<DateTime<Utc>>,
    /// When an operator asked for its end.
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// How much of it is done.
    pub progress_done: Option<i64>,
    /// Of how much.
    pub progress_total: Option<i64>,
}

impl JobRow {
    /// The job as the rules see it; `None` for a state that nobody knows.
    #[must_use]
    pub fn life(&self) -> Option<JobLife> {
        Some(JobLife {
            state: JobState::parse(&self.state)?,
            attempt: self.attempt.unsigned_abs(),
            attempt_limit: self.attempt_limit.unsigned_abs(),
            max_attempts: self.max_attempts.unsigned_abs(),
            cancel_requested: self.cancel_requested_at.is_some(),
        })
    }
}

/// What went wrong in one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = job_errors, check_for_backend(diesel::pg::Pg))]
pub struct JobErrorRow {
    /// The job.
    pub job_id: Uuid,
    /// Number of the attempt.
    pub attempt: i32,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Who ran it.
    pub worker: Option<Uuid>,
    /// What went wrong.
    pub message: String,
}
