//! Forgets jobs that ended long ago.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use viral_engine_db::jobs as db;
use viral_engine_db::schedules::prune_slots;
use viral_engine_domain::consents::Gate;
use viral_engine_domain::jobs::JobState;

use super::payload::JobPayload;
use crate::context::Context;
use crate::error::ServiceResult;

/// How long jobs that ended as they should are kept.
const KEPT: TimeDelta = TimeDelta::days(7);
/// How long discarded jobs wait for an operator.
const DISCARDED_KEPT: TimeDelta = TimeDelta::days(30);
/// How long is known which slots of a schedule were served.
const SLOTS_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows in one statement.
const BATCH: i64 = 5_000;

/// Forgets jobs that ended long ago, keys that hold nobody back and old slots of schedules.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneJobs {}

impl JobPayload for PruneJobs {
    const KIND: &'static str = "prune_jobs";
    const GATE: Gate = Gate::Nothing;
}

/// Forgets them and answers how many rows that were.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn prune_jobs(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut pruned = db::prune_keys(&mut conn).await?;
    pruned += prune_slots(&mut conn, SLOTS_KEPT).await?;
    let ended = [JobState::Succeeded, JobState::Cancelled];
    for (states, kept) in [(&ended[..], KEPT), (&[JobState::Discarded], DISCARDED_KEPT)] {
        loop {
            let rows = db::prune_jobs(&mut conn, states, kept, BATCH).await?;
            pruned += rows;
            if rows == 0 {
                break;
            }
        }
    }
    Ok(pruned)
}
