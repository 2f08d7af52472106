//! How many clicks a window has.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_domain::time_window::{Correction, Cover};

use crate::error::DbResult;

#[derive(QueryableByName)]
struct Clicks {
    #[diesel(sql_type = BigInt)]
    clicks: i64,
}

const CLICKS: &str = "
SELECT coalesce((SELECT sum(human + duplicate) FROM rollup_source_days WHERE day BETWEEN $1 AND $2), 0)::bigint
     + coalesce((
           SELECT sum(sign * counted.clicks) FROM unnest($3, $4, $5) AS stretch (start_at, end_at, sign)
           CROSS JOIN LATERAL (
               SELECT count(*) AS clicks FROM events
               WHERE type = 'click' AND class IN ('human', 'duplicate')
                 AND occurred_at >= start_at AND occurred_at < end_at
           ) AS counted
       ), 0)::bigint AS clicks";

/// Clicks that the guardrails count, in the window that `cover` covers.
///
/// # Errors
/// When the database refuses.
pub async fn count_clicks(conn: &mut AsyncPgConnection, cover: &Cover) -> DbResult<i64> {
    let (starts, ends, signs) = columns(&cover.corrections);
    let counted: Clicks = sql_query(CLICKS)
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(|days| *days.start()))
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(|days| *days.end()))
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<BigInt>, _>(signs)
        .get_result(conn)
        .await?;
    Ok(counted.clicks)
}

/// Starts, ends and signs of corrections, to unnest.
pub(super) fn columns(
    corrections: &[Correction],
) -> (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>, Vec<i64>) {
    let starts = corrections.iter().map(|one| one.stretch.from()).collect();
    let ends = corrections.iter().map(|one| one.stretch.to()).collect();
    let signs = corrections.iter().map(Correction::sign).collect();
    (starts, ends, signs)
}
