//! Removes what entries say after their retention. Leaves stay, so every proof still holds.
//!
//! In two steps, a night apart. First an entry announces how far the trail will be pruned; it is sealed like any other,
//! so that nobody without the secret can make one. A night later what it covers is removed. Whoever verifies or exports
//! meanwhile finds either the contents or the announcement.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use viral_engine_db::audit::{
    SealedRow, delete_entries_before, first_kept_leaf, load_announcements,
};
use viral_engine_db::system::{find_fact, set_fact};
use viral_engine_domain::audit::{AuditKeys, PRUNE_ACTION, SealedAs};
use viral_engine_domain::consents::Gate;

use super::record::record;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// An announcement is older than this when it is carried out: longer than anybody reads the trail, shorter than the day
/// between two nights.
const ANNOUNCED_FOR: TimeDelta = TimeDelta::hours(20);
/// Fact that tells up to which leaf entries have been removed.
const FACT: &str = "audit_pruned_before";
/// Entries that are removed in one transaction.
const BATCH: i64 = 5_000;
/// Announcements that are looked at: the latest is the one, unless somebody has tampered with it.
const ANNOUNCEMENTS: i64 = 100;

/// Prunes the audit trail.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneAuditEntries {}

impl JobPayload for PruneAuditEntries {
    const KIND: &'static str = "prune_audit_entries";
    const GATE: Gate = Gate::Nothing;
}

/// An announcement that can be believed.
struct Announcement {
    at: DateTime<Utc>,
    before_seq: i64,
}

/// Removes what was announced a night ago, then announces what is old now. Answers how many leaves were pruned.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn prune_audit_entries(context: &Context) -> ServiceResult<i64> {
    let mut conn = context.connection().await?;
    let announced = announcements(&mut conn, &context.keys.audit).await?;
    let due = context.now() - ANNOUNCED_FOR;
    let carried_out = announced.iter().filter(|it| it.at <= due);
    let carried_out = carried_out.map(|it| it.before_seq).max().unwrap_or(0);
    let pruned = remove(&mut conn, carried_out).await?;
    let last = announced.iter().map(|it| it.before_seq).max().unwrap_or(0);
    announce(&mut conn, context, last).await?;
    Ok(pruned)
}

async fn remove(conn: &mut AsyncPgConnection, before: i64) -> ServiceResult<i64> {
    let fact = find_fact(conn, FACT).await?;
    let after: i64 = fact.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut next = after;
    loop {
        let last = conn
            .transaction(async |conn| {
                let last = delete_entries_before(conn, before, next, BATCH).await?;
                if let Some(last) = last {
                    set_fact(conn, FACT, &(last + 1).to_string()).await?;
                }
                Ok::<_, ServiceError>(last)
            })
            .await?;
        match last {
            Some(last) => next = last + 1,
            None => return Ok(next - after),
        }
    }
}

async fn announce(conn: &mut AsyncPgConnection, context: &Context, last: i64) -> ServiceResult<()> {
    let days = context.config.audit.retention_days;
    let kept_from = context.now() - TimeDelta::days(days.into());
    let before_seq = first_kept_leaf(conn, last, kept_from).await?;
    if before_seq <= last {
        return Ok(());
    }
    let changes = json!({ "before_seq": before_seq, "retention_days": days });
    let object = ("audit_trail", "entries");
    record(
        conn,
        context,
        &Caller::system(),
        PRUNE_ACTION,
        object,
        changes,
    )
    .await
}

/// Entries before this leaf may be gone: an announcement says so that is sealed, and ours.
pub(super) async fn announced_border(
    conn: &mut AsyncPgConnection,
    keys: &AuditKeys,
) -> ServiceResult<Option<u64>> {
    let announced = announcements(conn, keys).await?;
    let border = announced.iter().map(|it| it.before_seq).max();
    Ok(border.and_then(|border| border.try_into().ok()))
}

async fn announcements(
    conn: &mut AsyncPgConnection,
    keys: &AuditKeys,
) -> ServiceResult<Vec<Announcement>> {
    let rows = load_announcements(conn, PRUNE_ACTION, ANNOUNCEMENTS).await?;
    Ok(rows.iter().filter_map(|row| believed(row, keys)).collect())
}

fn believed(row: &SealedRow, keys: &AuditKeys) -> Option<Announcement> {
    let leaf = row.leaf.leaf()?;
    let stored = row.entry.entry()?;
    let is_ours = leaf.sealed_as == SealedAs::Intact
        && stored.entry.hash().ok()? == leaf.entry_hash
        && keys.is_protected(&stored.entry, stored.mac?);
    let changes: Value = serde_json::from_str(stored.entry.changes).ok()?;
    let before_seq = changes.get("before_seq")?.as_i64()?.min(row.leaf.seq);
    is_ours.then_some(Announcement {
        at: stored.entry.at,
        before_seq,
    })
}
