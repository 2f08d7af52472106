//! Inputs counted by UTC day.
//!
//! Many callers write inputs at the same time, so that a day's figure is spread over several rows, and a caller
//! adds to the row of its connection. A figure is the sum over its rows.

use chrono::NaiveDate;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// Rows a figure is spread over.
const SHARDS: i32 = 16;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputKind {
    /// Parent shares, on the day they were shared; flagged: viewed.
    ParentShare,
    /// The same; flagged: with personal information.
    ParentShareViolation,
    /// Progress reels, on the day they were created; flagged: with personal information.
    ProgressReel,
    /// Study sessions, on the day they started; the weight is their participants.
    StudySession,
    /// Links, on the day they were minted; flagged: a person clicked.
    Link,
}

impl InputKind {
    /// The kind as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParentShare => "parent_share",
            Self::ParentShareViolation => "parent_share_violation",
            Self::ProgressReel => "progress_reel",
            Self::StudySession => "study_session",
            Self::Link => "link",
        }
    }
}

/// What comes to a day's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputDay {
    /// UTC day.
    pub day: NaiveDate,
    /// What is counted.
    pub kind: InputKind,
    /// How many more.
    pub total: i64,
    /// How many more of them are flagged.
    pub flagged: i64,
    /// What more they weigh.
    pub weight: i64,
}

/// The order keeps two writers from waiting for each other.
const ADD: &str = "
INSERT INTO rollup_input_days AS r (day, kind, shard, total, flagged, weight)
SELECT day, kind, (pg_backend_pid() % $6)::smallint, sum(total), sum(flagged), sum(weight)
FROM unnest($1, $2, $3, $4, $5) AS added (day, kind, total, flagged, weight)
GROUP BY day, kind ORDER BY day, kind
ON CONFLICT (day, kind, shard) DO UPDATE
SET total = r.total + excluded.total, flagged = r.flagged + excluded.flagged, weight = r.weight + excluded.weight";

/// Adds to the figures of days; several entries of a day and kind add up. Call it last in a transaction, after
/// [`super::record_reached`]: the rows are shared, and all writers must take them in the same order.
///
/// # Errors
/// When the database refuses.
pub async fn add_input_days(conn: &mut AsyncPgConnection, added: &[InputDay]) -> DbResult<()> {
    if added.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&InputDay) -> i64| added.iter().map(of).collect::<Vec<_>>();
    let days: Vec<_> = added.iter().map(|one| one.day).collect();
    let kinds: Vec<_> = added.iter().map(|one| one.kind.as_str()).collect();
    sql_query(ADD)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Array<BigInt>, _>(column(|one| one.total))
        .bind::<Array<BigInt>, _>(column(|one| one.flagged))
        .bind::<Array<BigInt>, _>(column(|one| one.weight))
        .bind::<Integer, _>(SHARDS)
        .execute(conn)
        .await?;
    Ok(())
}
