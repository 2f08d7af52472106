//! Claims jobs: when a node tells of some, when a slot falls free while more may be due, and every so often.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use viral_engine_db::jobs::{Claim, ClaimedJob, claim};
use viral_engine_db::notifications::{Channel, Notice};
use viral_engine_domain::jobs::Queue;
use viral_engine_service::ServiceResult;

use super::{Shared, limited, pause, run};

/// Claims until the worker stops.
pub(super) async fn claim_jobs(shared: Arc<Shared>) {
    let mut notices = shared.service.notices.subscribe();
    let kinds = shared.registry.names();
    while !shared.stop.is_cancelled() {
        // From before the claim on, or a slot that falls free in between would go unnoticed.
        let freed = shared.running.freed.notified();
        tokio::pin!(freed);
        freed.as_mut().enable();
        let free = shared.running.free(&shared.options.queues);
        let more = match claim_once(&shared, &free, &kinds).await {
            Ok(jobs) => {
                let more = leaves_more(&free, &jobs);
                jobs.into_iter().for_each(|job| run::spawn(&shared, job));
                more
            }
            Err(error) => {
                tracing::warn!(%error, "jobs can not be claimed");
                pause(&shared).await;
                continue;
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = freed, if more => {}
            () = told(&mut notices) => {}
            () = tokio::time::sleep(shared.options.poll) => {}
        }
    }
}

async fn claim_once(
    shared: &Shared,
    free: &[(Queue, u32)],
    kinds: &[&str],
) -> ServiceResult<Vec<ClaimedJob>> {
    if free.is_empty() {
        return Ok(Vec::new());
    }
    limited(async {
        let mut conn = shared.database.connection().await?;
        let wanted = Claim {
            worker: shared.id,
            free,
            kinds,
            lease: TimeDelta::from_std(shared.options.lease).unwrap_or(TimeDelta::MAX),
        };
        Ok(claim(&mut conn, wanted).await?)
    })
    .await
}

/// Whether more may be due than there were slots for.
fn leaves_more(free: &[(Queue, u32)], jobs: &[ClaimedJob]) -> bool {
    let claimed = |queue: Queue| {
        jobs.iter()
            .filter(|job| job.queue == queue.as_str())
            .count()
    };
    free.is_empty()
        || free
            .iter()
            .any(|(queue, free)| claimed(*queue) >= usize::try_from(*free).unwrap_or(usize::MAX))
}

/// Waits until somebody tells of due jobs, or may have.
async fn told(notices: &mut Receiver<Notice>) {
    loop {
        match notices.recv().await {
            Ok(Notice::Changed { channel, .. }) if channel != Channel::Jobs => {}
            Ok(Notice::Lost) => {}
            Ok(Notice::Changed { .. } | Notice::Connected) | Err(RecvError::Lagged(_)) => return,
            // Nobody tells any more: looking every so often is left.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
