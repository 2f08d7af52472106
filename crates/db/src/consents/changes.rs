//! Which children's consents changed, in the order in which that was committed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{consent_changes, consent_epoch};

const BUMP: &str = "
WITH bumped AS (UPDATE consent_epoch SET epoch = epoch + 1 RETURNING epoch)
INSERT INTO consent_changes (epoch, child_id, at)
SELECT bumped.epoch, child.id, $2 FROM bumped, unnest($1) AS child (id)";

/// What changed after an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The epoch now.
    pub epoch: i64,
    /// The children; none when too much happened to tell, which is then everybody.
    pub children: Option<Vec<Uuid>>,
}

/// Notes that consents of children changed. Until the transaction ends nobody else can: call it last.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn bump_epoch(
    conn: &mut AsyncPgConnection,
    children: &[Uuid],
    at: DateTime<Utc>,
) -> DbResult<()> {
    sql_query(BUMP)
        .bind::<Array<SqlUuid>, _>(children)
        .bind::<Timestamptz, _>(at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The epoch.
pub async fn current_epoch(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    Ok(consent_epoch::table
        .select(consent_epoch::epoch)
        .first(conn)
        .await?)
}

/// Most children told at once.
const MOST_TOLD: i64 = 10_000;

#[derive(QueryableByName)]
struct Change {
    #[diesel(sql_type = BigInt)]
    current: i64,
    #[diesel(sql_type = BigInt)]
    epoch: i64,
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlUuid>)]
    child_id: Option<Uuid>,
}

// One statement, hence one snapshot: an epoch is never told without its changes.
const SINCE: &str = "
SELECT e.epoch AS current, coalesce(c.epoch, e.epoch) AS epoch, c.child_id FROM consent_epoch e
LEFT JOIN LATERAL (SELECT epoch, child_id FROM consent_changes WHERE epoch > $1 ORDER BY epoch LIMIT $2) c ON true";

/// What changed after `epoch`.
pub async fn changes_since(conn: &mut AsyncPgConnection, epoch: i64) -> DbResult<Changes> {
    let rows: Vec<Change> = sql_query(SINCE)
        .bind::<BigInt, _>(epoch)
        .bind::<BigInt, _>(MOST_TOLD)
        .load(conn)
        .await?;
    let current = rows.iter().map(|row| row.current).max().unwrap_or(epoch);
    let first_told = rows
        .iter()
        .filter(|row| row.child_id.is_some())
        .map(|row| row.epoch)
        .min();
    let is_complete = current == epoch || first_told == Some(epoch + 1);
    let has_all = i64::try_from(rows.len()).unwrap_or(i64::MAX) < MOST_TOLD;
    let children = || rows.iter().filter_map(|row| row.child_id).collect();
    Ok(Changes {
        epoch: current,
        children: (is_complete && has_all).then(children),
    })
}

/// Forgets changes that every node has read long since, and answers how many those were.
pub async fn prune_changes(conn: &mut AsyncPgConnection, before: DateTime<Utc>) -> DbResult<usize> {
    Ok(
        diesel::delete(consent_changes::table.filter(consent_changes::at.lt(before)))
            .execute(conn)
            .await?,
    )
}
