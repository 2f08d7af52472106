//! Clicks and conversions of a referrer.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Double, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::time_window::Correction;

use crate::error::DbResult;
use crate::schema::users;

/// Rates above this are found by the index on days with more conversions than four fifths of the clicks.
const INDEXED_RATE: f64 = 80.0;

/// Conversions of one referrer on one day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ReferrerDayRow {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The referrer.
    #[diesel(sql_type = SqlUuid)]
    pub referrer_id: Uuid,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
}

/// A day, or the part of it in a window, on which a referrer is counted again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferrerDayCut {
    /// The day it is called.
    pub day: NaiveDate,
    /// First instant.
    pub start: DateTime<Utc>,
    /// End, not included.
    pub end: DateTime<Utc>,
    /// The referrer.
    pub referrer_id: Uuid,
}

/// Clicks and conversions of one referrer.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ReferrerTotalsRow {
    /// The referrer.
    #[diesel(sql_type = SqlUuid)]
    pub referrer_id: Uuid,
    /// Clicks; negative for corrections that take off.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Conversions; negative for corrections that take off.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
}

const BUSY: &str = "
SELECT day, referrer_id, conversions FROM rollup_referrer_days WHERE day = ANY ($1) AND conversions > $2";

const RECOUNT: &str = "
SELECT cut.day, cut.referrer_id, counted.conversions
FROM unnest($1, $2, $3, $4) AS cut (day, start_at, end_at, referrer_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS conversions FROM events
    WHERE referrer_id = cut.referrer_id AND type = 'conversion'
      AND occurred_at >= cut.start_at AND occurred_at < cut.end_at
) AS counted
WHERE counted.conversions > 0";

const CORRECTIONS: &str = "
SELECT referrer_id, sum(CASE WHEN type = 'click' THEN sign ELSE 0 END)::bigint AS clicks,
       sum(CASE WHEN type = 'conversion' THEN sign ELSE 0 END)::bigint AS conversions
FROM unnest($1, $2, $3) AS stretch (start_at, end_at, sign)
CROSS JOIN LATERAL (
    SELECT referrer_id, type FROM events
    WHERE type IN ('click', 'conversion') AND occurred_at >= start_at AND occurred_at < end_at
      AND referrer_id IS NOT NULL AND (type = 'conversion' OR class IN ('human', 'duplicate'))
) AS event
GROUP BY referrer_id";

/// A rate above 80 % over several days needs a day above 80 % or one without clicks, which an index lists.
const TOTALS_BY_INDEX: &str = "
WITH candidates AS (
    SELECT referrer_id FROM rollup_referrer_days WHERE day BETWEEN $1 AND $2 AND conversions * 5 > clicks * 4
    UNION SELECT unnest($3)
)
SELECT referrer_id, sum(clicks)::bigint AS clicks, sum(conversions)::bigint AS conversions
FROM rollup_referrer_days JOIN candidates USING (referrer_id)
WHERE day BETWEEN $1 AND $2
GROUP BY referrer_id
HAVING sum(conversions) * 100 > sum(clicks)::float8 * $4 OR referrer_id = ANY ($3)";

const TOTALS_OF_ALL: &str = "
SELECT referrer_id, sum(clicks)::bigint AS clicks, sum(conversions)::bigint AS conversions
FROM rollup_referrer_days
WHERE day BETWEEN $1 AND $2
GROUP BY referrer_id
HAVING sum(conversions) * 100 > sum(clicks)::float8 * $4 OR referrer_id = ANY ($3)";

/// The referrers with more than `conversions` conversions on one of these UTC days.
///
/// # Errors
/// When the database refuses.
pub async fn busy_referrer_days(
    conn: &mut AsyncPgConnection,
    days: &[NaiveDate],
    conversions: i64,
) -> DbResult<Vec<ReferrerDayRow>> {
    Ok(sql_query(BUSY)
        .bind::<Array<Date>, _>(days)
        .bind::<BigInt, _>(conversions)
        .load(conn)
        .await?)
}

/// Counts conversions again, from the events; cuts without one are left out.
///
/// # Errors
/// When the database refuses.
pub async fn recount_referrer_days(
    conn: &mut AsyncPgConnection,
    cuts: &[ReferrerDayCut],
) -> DbResult<Vec<ReferrerDayRow>> {
    if cuts.is_empty() {
        return Ok(Vec::new());
    }
    let days: Vec<_> = cuts.iter().map(|cut| cut.day).collect();
    let starts: Vec<_> = cuts.iter().map(|cut| cut.start).collect();
    let ends: Vec<_> = cuts.iter().map(|cut| cut.end).collect();
    let referrers: Vec<_> = cuts.iter().map(|cut| cut.referrer_id).collect();
    Ok(sql_query(RECOUNT)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<SqlUuid>, _>(referrers)
        .load(conn)
        .await?)
}

/// What the corrections of a cover add to, or take off, each referrer.
///
/// # Errors
/// When the database refuses.
pub async fn referrer_corrections(
    conn: &mut AsyncPgConnection,
    corrections: &[Correction],
) -> DbResult<Vec<ReferrerTotalsRow>> {
    if corrections.is_empty() {
        return Ok(Vec::new());
    }
    let (starts, ends, signs) = super::totals::columns(corrections);
    Ok(sql_query(CORRECTIONS)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<BigInt>, _>(signs)
        .load(conn)
        .await?)
}

/// Sums over the UTC days `first..=last` of the referrers whose rate of conversions to clicks, in percent, is above
/// `rate`, and of `corrected`, whatever their rate.
///
/// # Errors
/// When the database refuses.
pub async fn candidate_totals(
    conn: &mut AsyncPgConnection,
    first: NaiveDate,
    last: NaiveDate,
    rate: f64,
    corrected: &[Uuid],
) -> DbResult<Vec<ReferrerTotalsRow>> {
    let sql = if rate >= INDEXED_RATE {
        TOTALS_BY_INDEX
    } else {
        TOTALS_OF_ALL
    };
    Ok(sql_query(sql)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Array<SqlUuid>, _>(corrected)
        .bind::<Double, _>(rate)
        .load(conn)
        .await?)
}

/// The platform's names of these users.
///
/// # Errors
/// When the database refuses.
pub async fn external_ids(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<(Uuid, String)>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select((users::id, users::external_id))
        .load(conn)
        .await?)
}
