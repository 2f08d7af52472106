//! What happens by the clock: alerts are evaluated every minute, the health score is stored every five.
//!
//! Every node runs the timer. Whoever finds another node at it lets it be; should two come one after the other, the
//! second finds nothing to do.

use std::time::Duration;

use diesel_async::AsyncConnection;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use viral_engine_db::locks::{Lock, try_lock};

use super::history::store_snapshot;
use crate::alerts;
use crate::answers::Asked;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Time between two evaluations.
const EVERY: Duration = Duration::from_secs(60);

/// Runs until `stop` is cancelled.
pub async fn run_timer(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = tick(&context).await {
            tracing::warn!(%error, "alerts and health score wait for the next minute");
        }
    }
}

/// Evaluates the alerts and stores the health score of these five minutes, unless another node is at it.
///
/// # Errors
/// When the database can not be asked.
pub async fn tick(context: &Context) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !try_lock(conn, Lock::GuardrailsTimer).await? {
            return Ok(());
        }
        let asked = Asked::now(context).await?;
        alerts::evaluate(context, &asked).await?;
        store_snapshot(context, &asked).await?;
        Ok::<_, ServiceError>(())
    })
    .await
}
