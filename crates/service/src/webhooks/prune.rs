//! Forgets messages and how their delivery went.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use viral_engine_db::webhooks::delete_old_messages;
use viral_engine_domain::consents::Gate;

use crate::context::Context;
use crate::error::ServiceResult;
use crate::jobs::JobPayload;

/// How long a message can be looked at and sent again.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Messages in one statement.
const BATCH: i64 = 2_000;

/// Forgets messages of webhooks that are older than 30 days.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneWebhooks {}

impl JobPayload for PruneWebhooks {
    const KIND: &'static str = "prune_webhooks";
    const GATE: Gate = Gate::Nothing;
}

/// Forgets them and answers how many those were.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn prune_webhooks(context: &Context) -> ServiceResult<usize> {
    let before = context.now() - KEPT;
    let mut conn = context.connection().await?;
    let mut pruned = 0;
    loop {
        let deleted = delete_old_messages(&mut conn, before, BATCH).await?;
        pruned += deleted;
        if deleted == 0 {
            return Ok(pruned);
        }
    }
}
