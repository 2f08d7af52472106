//! Work that the engine does in the background: jobs, the queues they wait in, and the schedules that ask for them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::JobId;

/// Where a job waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum QueueName {
    /// What needs no queue of its own.
    Default,
    /// Performance reports.
    Reports,
    /// Emails.
    Email,
    /// Calls of webhooks.
    Webhooks,
    /// Many small pieces of one large work.
    Batch,
    /// Sessions: transcripts and summaries.
    Sessions,
    /// Weekly recaps.
    Recaps,
}

impl QueueName {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Default,
        Self::Reports,
        Self::Email,
        Self::Webhooks,
        Self::Batch,
        Self::Sessions,
        Self::Recaps,
    ];

    /// The name as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Reports => "reports",
            Self::Email => "email",
            Self::Webhooks => "webhooks",
            Self::Batch => "batch",
            Self::Sessions => "sessions",
            Self::Recaps => "recaps",
        }
    }
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// For its time, or for a free slot.
    Waiting,
    /// A worker has it.
    Running,
    /// Done.
    Succeeded,
    /// Given up after its last attempt; it can be retried or deleted.
    Discarded,
    /// An operator did not want it any more.
    Cancelled,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Running,
        Self::Succeeded,
        Self::Discarded,
        Self::Cancelled,
    ];

    /// The state as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Discarded => "discarded",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Which of the due jobs of a queue is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobPriority {
    /// Somebody waits for it.
    High,
    /// The usual.
    Normal,
    /// Whenever there is room.
    Low,
}

/// How much of a long job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobProgress {
    /// Pieces done.
    pub done: i64,
    /// Pieces in all; null while nobody knows.
    pub total: Option<i64>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    #[cfg_attr(feature = "openapi", schema(example = "evaluate_alerts"))]
    pub kind: String,
    /// Where it waits.
    pub queue: QueueName,
    /// Where it is in its life.
    pub state: JobState,
    /// Which of the due jobs is first.
    pub priority: JobPriority,
    /// What it is about: ids and options.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub payload: serde_json::Value,
    /// Attempts that began. An attempt that a stopping worker gave back counts too.
    pub attempt: i32,
    /// The attempt after which it is discarded.
    pub max_attempts: i32,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// When it is due, or was.
    pub run_at: DateTime<Utc>,
    /// When its latest attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The worker that runs it, or ran it last.
    pub worker: Option<Uuid>,
    /// Whether an operator asked for its end; a running job ends within seconds.
    pub cancel_requested: bool,
    /// How much is done, where it says so.
    pub progress: Option<JobProgress>,
}

/// What went wrong in one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobError {
    /// Number of the attempt, from 1.
    pub attempt: i32,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// The worker that ran it.
    pub worker: Option<Uuid>,
    /// What went wrong.
    pub message: String,
}

/// A job and what went wrong in its attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobDetails {
    /// The job.
    #[serde(flatten)]
    pub job: Job,
    /// Attempts that failed, the latest first.
    pub errors: Vec<JobError>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Most jobs that run at a time, over all workers.
    pub concurrency: i32,
    /// When it was paused; null while its jobs are run.
    pub paused_at: Option<DateTime<Utc>>,
    /// Email of the operator, or name of the API key, that paused it.
    pub paused_by: Option<String>,
    /// Jobs that are due.
    pub due: i64,
    /// Jobs that are not due yet.
    pub later: i64,
    /// Jobs that run.
    pub running: i64,
    /// Jobs that were given up.
    pub discarded: i64,
    /// Seconds that the job that is due longest has been waiting; 0 when none is due.
    pub lag_seconds: f64,
}

/// All queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueList {
    /// By name.
    pub items: Vec<Queue>,
}

/// What is asked for by the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "evaluate_alerts"))]
    pub name: String,
    /// What for.
    pub purpose: String,
    /// Minute, hour, day of month, month and day of week.
    #[cfg_attr(feature = "openapi", schema(example = "0 9 * * 1"))]
    pub cron: String,
    /// IANA name of the time zone that `cron` is in.
    #[cfg_attr(feature = "openapi", schema(example = "UTC"))]
    pub time_zone: String,
    /// When it enqueues next; null while it is paused.
    pub next_run_at: Option<DateTime<Utc>>,
    /// The slot that it enqueued for last; null before the first.
    pub last_run_at: Option<DateTime<Utc>>,
    /// The job of that slot. It may have been pruned since.
    pub last_job_id: Option<JobId>,
    /// When it was paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Email of the operator, or name of the API key, that paused it.
    pub paused_by: Option<String>,
}

/// All schedules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleList {
    /// By name.
    pub items: Vec<Schedule>,
}
