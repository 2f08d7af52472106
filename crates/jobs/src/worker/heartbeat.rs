//! Tells that the worker lives, and learns what became of its jobs meanwhile.

use std::sync::Arc;

use chrono::TimeDelta;
use viral_engine_db::jobs::prolong_all;
use viral_engine_service::ServiceResult;

use super::running::Interruption;
use super::{RETRY_AFTER, Shared, limited};

/// Most jobs in one statement.
const BATCH: usize = 1_000;

/// Prolongs leases for as long as the worker is there, also while it waits for its last jobs.
pub(super) async fn prolong_leases(shared: Arc<Shared>) {
    let mut pause = shared.options.heartbeat;
    loop {
        tokio::time::sleep(pause).await;
        pause = match prolong(&shared).await {
            Ok(()) => shared.options.heartbeat,
            Err(error) => {
                tracing::warn!(%error, "leases of jobs can not be prolonged");
                RETRY_AFTER.min(shared.options.heartbeat)
            }
        };
    }
}

async fn prolong(shared: &Shared) -> ServiceResult<()> {
    let lease = TimeDelta::from_std(shared.options.lease).unwrap_or(TimeDelta::MAX);
    for held in shared.running.held().chunks(BATCH) {
        let pulse = limited(async {
            let mut conn = shared.database.connection().await?;
            Ok(prolong_all(&mut conn, shared.id, held, lease).await?)
        })
        .await?;
        shared
            .running
            .interrupt(&pulse.cancelled, Interruption::Cancelled);
        shared.running.interrupt(&pulse.lost, Interruption::Lost);
    }
    Ok(())
}
