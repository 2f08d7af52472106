//! Erases what tells who clicked once it has served its time, a UTC day at a time.
//!
//! What counts is when an event was received, so that imported ones are kept as long as live ones.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use viral_engine_db::data_version;
use viral_engine_db::events::retention::{
    drop_identifying_rollups, erase_identifiers, forget_repeats,
};
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::system::{find_fact, set_fact};
use viral_engine_domain::consents::Gate;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Fact that tells up to when events have been erased.
const FACT: &str = "identifiers_erased_before";
/// Events in one transaction.
const BATCH: i64 = 5_000;
/// How long an `event_id` and a visitor of a link are remembered.
const REPEATS_KNOWN: TimeDelta = TimeDelta::days(30);

/// Erases addresses and devices of old events.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EraseOldIdentifiers {}

impl JobPayload for EraseOldIdentifiers {
    const KIND: &'static str = "erase_old_identifiers";
    const GATE: Gate = Gate::Nothing;
}

/// Erases what is old now, and answers how many rows lost something.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn erase_old_identifiers(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut rows = forget_repeats(&mut conn, context.now() - REPEATS_KNOWN).await?;
    let done = find_fact(&mut conn, FACT).await?;
    let done: DateTime<Utc> = done
        .and_then(|text| text.parse().ok())
        .unwrap_or(DateTime::UNIX_EPOCH);
    let before = cutoff(context.now(), context.config.ip_hash_retention_days);
    if before <= done {
        return Ok(rows);
    }
    loop {
        let erased = erase_identifiers(&mut conn, done, before, BATCH).await?;
        if erased == 0 {
            break;
        }
        rows += erased;
    }
    rows += conn
        .transaction(async |conn| {
            lock(conn, Lock::Ingest).await?;
            let dropped = drop_identifying_rollups(conn, before.date_naive()).await?;
            set_fact(conn, FACT, &before.to_rfc3339()).await?;
            Ok::<_, ServiceError>(dropped)
        })
        .await?;
    data_version::bump(&mut conn).await?;
    Ok(rows)
}

/// The begin of the first UTC day that is kept.
fn cutoff(now: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let first = now.date_naive().checked_sub_days(Days::new(days.into()));
    first.map_or(DateTime::UNIX_EPOCH, |day| {
        day.and_time(NaiveTime::MIN).and_utc()
    })
}
