//! Jobs: asking for work, and what operators see and do of it.

mod payload;
mod prune;
mod queues;
mod row;
mod subjects;

use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::jobs::{Job, JobDetails, JobState, QueueName};
use viral_engine_api_types::{JobId, Page};
use viral_engine_db::DbError;
use viral_engine_db::jobs::{self as db, JobFilter, JobRow};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::jobs::{self as rules, JobEvent};

pub(crate) use payload::enqueue_job;
pub use payload::{
    Enqueued, JobPayload, Priority, Queue, When, enqueue, enqueue_all, enqueue_for, new_job,
};
pub use prune::{PruneJobs, prune_jobs};
pub use queues::{list_queues, measure_queues, pause_queue, resume_queue};
pub(crate) use subjects::Unfinished;
pub use subjects::{reap_jobs, settle_jobs};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use row::{details, job, queue_of, state_name};

/// Which jobs to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobQuery<'a> {
    /// Of this queue.
    pub queue: Option<QueueName>,
    /// In this state.
    pub state: Option<JobState>,
    /// Of this kind.
    pub kind: Option<&'a str>,
}

/// The jobs that are kept, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_jobs(
    context: &Context,
    query: JobQuery<'_>,
    page: PageRequest,
) -> ServiceResult<Page<Job>> {
    let filter = JobFilter {
        queue: query.queue.map(|queue| queue_of(queue).as_str()),
        state: query.state.map(state_name),
        kind: query.kind,
    };
    let mut conn = context.connection().await?;
    let rows = db::list_jobs(&mut conn, filter, page.query()).await?;
    let jobs: ServiceResult<Vec<_>> = rows.into_iter().map(job).collect();
    Ok(page.page(jobs?, |job| (job.created_at, job.id.0)))
}

/// A job with what went wrong in its attempts.
///
/// # Errors
/// When there is none with this id.
pub async fn get_job(context: &Context, id: JobId) -> ServiceResult<JobDetails> {
    let mut conn = context.connection().await?;
    let row = db::find_job(&mut conn, id.0).await.map_err(missing)?;
    let errors = db::job_errors(&mut conn, id.0).await?;
    details(row, errors)
}

/// Tries a discarded or cancelled job again, with all of its attempts.
///
/// # Errors
/// When there is none with this id; a conflict when it has not ended so.
pub async fn retry_job(context: &Context, caller: &Caller, id: JobId) -> ServiceResult<JobDetails> {
    change(context, caller, id, "retry_job", JobEvent::Retried).await
}

/// Ends a job: one that waits at once, one that runs as soon as its worker hears of it, unless it ends by itself
/// before.
///
/// # Errors
/// When there is none with this id; a conflict when it has ended.
pub async fn cancel_job(
    context: &Context,
    caller: &Caller,
    id: JobId,
) -> ServiceResult<JobDetails> {
    change(context, caller, id, "cancel_job", JobEvent::Cancelled).await
}

/// Removes a discarded job.
///
/// # Errors
/// When there is none with this id; a conflict when it is not discarded.
pub async fn delete_job(context: &Context, caller: &Caller, id: JobId) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = db::lock_job(conn, id.0).await.map_err(missing)?;
        if row.state != rules::JobState::Discarded.as_str() {
            let detail = format!(
                "the job is {}; only discarded jobs can be deleted",
                row.state
            );
            return Err(ServiceError::Conflict(detail));
        }
        db::delete_job(conn, id.0).await?;
        record(conn, context, caller, "delete_job", &row).await
    })
    .await
}

async fn change(
    context: &Context,
    caller: &Caller,
    id: JobId,
    action: &'static str,
    event: JobEvent,
) -> ServiceResult<JobDetails> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = db::lock_job(conn, id.0).await.map_err(missing)?;
        let life = row
            .life()
            .ok_or_else(|| row::unknown("state", &row.state))?;
        let life = life.after(event).map_err(conflict)?;
        db::save_life(conn, id.0, &life).await?;
        record(conn, context, caller, action, &row).await?;
        subjects::end_subject(conn, context, id.0, life.state).await?;
        if life.state == rules::JobState::Waiting {
            notify(conn, Channel::Jobs, &row.queue).await?;
        }
        let row = db::find_job(conn, id.0).await?;
        let errors = db::job_errors(conn, id.0).await?;
        details(row, errors)
    })
    .await
}

async fn record(
    conn: &mut diesel_async::AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    row: &JobRow,
) -> ServiceResult<()> {
    let object = row.id.to_string();
    let changes = json!({ "kind": row.kind, "queue": row.queue, "state": row.state });
    audit::record(conn, context, caller, action, ("job", &object), changes).await
}

fn conflict(error: rules::WrongState) -> ServiceError {
    ServiceError::Conflict(error.to_string())
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("job"),
        other => other.into(),
    }
}
