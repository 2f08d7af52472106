//! Health scores over time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::health_snapshots;

/// A health score as stored.
#[derive(Clone, Debug, PartialEq, Insertable, QueryableByName)]
#[diesel(table_name = health_snapshots, check_for_backend(diesel::pg::Pg))]
pub struct SnapshotRow {
    /// When it was computed.
    pub at: DateTime<Utc>,
    /// Score.
    pub score: f64,
    /// In words.
    pub status: String,
    /// Points taken off for suspicious clicks.
    pub fraud: f64,
    /// Points taken off for bots.
    pub bot_behavior: f64,
    /// Points taken off for opt-outs.
    pub opt_out_rate: f64,
    /// Points taken off for personal information.
    pub coppa_violations: f64,
}

/// Counted from the newest, which is always shown.
const THINNED: &str = "
SELECT at, score, status, fraud, bot_behavior, opt_out_rate, coppa_violations
FROM (
    SELECT *, row_number() OVER (ORDER BY at DESC) - 1 AS place, count(*) OVER () AS places
    FROM health_snapshots WHERE at >= $1 AND at < $2
) AS snapshot
WHERE place % ((places + $3 - 1) / $3) = 0
ORDER BY at";

/// Stores a score, unless another node has stored the one of this time.
///
/// # Errors
/// When the database refuses.
pub async fn insert_snapshot(conn: &mut AsyncPgConnection, row: &SnapshotRow) -> DbResult<()> {
    diesel::insert_into(health_snapshots::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// The scores of `[from, to)`, oldest first, evenly thinned to at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn list_snapshots(
    conn: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    limit: i64,
) -> DbResult<Vec<SnapshotRow>> {
    Ok(sql_query(THINNED)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}
