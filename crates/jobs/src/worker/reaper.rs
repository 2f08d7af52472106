//! Takes jobs from workers that are not heard of any more. Every worker does: whoever comes first has the row.

use std::sync::Arc;
use std::time::Instant;

use viral_engine_db::jobs::LostJob;
use viral_engine_domain::jobs::{Backoff, JobState};
use viral_engine_service::ServiceResult;
use viral_engine_service::jobs::reap_jobs as take_jobs;

use super::{Shared, limited};

/// Most jobs in one transaction.
const BATCH: i64 = 500;

/// Looks for as long as the worker is there.
///
/// While the database was away nobody could prolong anything. So after it was, and after a start, every worker is given
/// the time of two heartbeats before it is taken for dead.
pub(super) async fn reap_jobs(shared: Arc<Shared>) {
    let grace = shared.options.heartbeat * 2;
    let mut reachable_since = Instant::now();
    loop {
        tokio::time::sleep(shared.options.reap).await;
        if reachable_since.elapsed() < grace {
            continue;
        }
        loop {
            match reap_batch(&shared).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "jobs of dead workers can not be looked for");
                    reachable_since = Instant::now();
                    break;
                }
            }
        }
    }
}

async fn reap_batch(shared: &Shared) -> ServiceResult<usize> {
    let reaped = limited(async {
        let mut conn = shared.database.connection().await?;
        take_jobs(&mut conn, &shared.service, BATCH, |job| wait(shared, job)).await
    })
    .await?;
    for (job, state) in &reaped {
        tracing::warn!(
            job = %job.id,
            kind = job.kind,
            attempt = job.attempt,
            dead_worker = %job.worker,
            state = state.as_str(),
            "a job was taken from a worker that is not heard of"
        );
        let kind = shared
            .registry
            .find(&job.kind)
            .map_or("other", |kind| kind.name);
        let outcome = match state {
            JobState::Discarded => "discarded",
            JobState::Cancelled => "cancelled",
            JobState::Waiting | JobState::Running | JobState::Succeeded => "lost",
        };
        super::ends::count(kind, outcome, 1);
    }
    Ok(reaped.len())
}

/// The lease was a wait already, so the first time there is none: most workers die of something else than the job.
fn wait(shared: &Shared, job: &LostJob) -> chrono::TimeDelta {
    let kind = shared.registry.find(&job.kind);
    let backoff = kind.map_or(Backoff::default(), |kind| kind.backoff);
    let before = job.attempt.unsigned_abs().saturating_sub(1);
    backoff.wait(before, rand::random())
}
