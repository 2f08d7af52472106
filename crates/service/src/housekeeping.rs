//! Removes what has served its time: kept answers, counted attempts, ended sessions, addresses and devices of old
//! events; rejects conversions whose click never came; and moves personal fields to the current key.
//!
//! Every node does it; the deletions are the same whoever comes first.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use viral_engine_db::auth::attempts::delete_old_attempts;
use viral_engine_db::auth::sessions::delete_old_sessions;
use viral_engine_db::idempotency::delete_old_idempotency_keys;

use crate::auth::throttle::FORGET_AFTER;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::events::{erase_old_identifiers, reject_unknown_clicks};
use crate::idempotency;
use crate::users::reseal_personal_fields;

const EVERY: Duration = Duration::from_secs(10 * 60);
/// Ended sessions are kept for so long, to be looked at after an incident.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// Keeps house until `stop` is cancelled.
pub async fn keep_house(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = sweep(&context).await {
            tracing::warn!(%error, "old rows were not removed");
        }
        if let Err(error) = erase_old_identifiers(&context).await {
            tracing::error!(%error, "addresses and devices of old events were not erased");
        }
        if let Err(error) = reject_unknown_clicks(&context).await {
            tracing::warn!(%error, "conversions with unknown clicks were not rejected");
        }
        if let Err(error) = reseal_personal_fields(&context).await {
            tracing::error!(%error, "personal fields were not encrypted with the current key");
        }
    }
}

/// Removes what is old now and answers how many rows that were.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(context: &Context) -> ServiceResult<usize> {
    let now = context.now();
    let mut conn = context.connection().await?;
    let answers = delete_old_idempotency_keys(&mut conn, now - idempotency::KEPT).await?;
    let attempts = delete_old_attempts(&mut conn, now - FORGET_AFTER).await?;
    let sessions = delete_old_sessions(&mut conn, now - SESSIONS_KEPT).await?;
    Ok(answers + attempts + sessions)
}
