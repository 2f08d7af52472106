//! Removes what has served its time: kept answers, counted attempts, ended sessions, copies that were asked for, old mail.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use viral_engine_db::auth::attempts::delete_old_attempts;
use viral_engine_db::auth::sessions::delete_old_sessions;
use viral_engine_db::data_requests::{prune_archives, prune_data_links};
use viral_engine_db::idempotency::delete_old_idempotency_keys;
use viral_engine_domain::consents::Gate;

use crate::auth::throttle::FORGET_AFTER;
use crate::context::Context;
use crate::emails::erase_emails;
use crate::error::ServiceResult;
use crate::idempotency;
use crate::jobs::JobPayload;

/// Ended sessions are kept for so long, to be looked at after an incident.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// Removes what has served its time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {}

impl JobPayload for Sweep {
    const KIND: &'static str = "sweep";
    const GATE: Gate = Gate::Nothing;
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
    let archives = prune_archives(&mut conn, now).await? + prune_data_links(&mut conn, now).await?;
    drop(conn);
    Ok(answers + attempts + sessions + archives + erase_emails(context).await?)
}
