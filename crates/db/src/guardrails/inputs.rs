//! Inputs beside events: what was shared, who opted out, who was reached.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::time_window::{Cover, TimeWindow};

use crate::error::DbResult;
use crate::inputs::count_reached;
use crate::schema::pii_violations;

/// Sums over a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct InputSums {
    /// Parent shares.
    #[diesel(sql_type = BigInt)]
    pub shares: i64,
    /// Parent shares that were viewed.
    #[diesel(sql_type = BigInt)]
    pub shares_viewed: i64,
    /// Parent shares with personal information.
    #[diesel(sql_type = BigInt)]
    pub shares_violating: i64,
    /// Progress reels.
    #[diesel(sql_type = BigInt)]
    pub reels: i64,
    /// Progress reels with personal information.
    #[diesel(sql_type = BigInt)]
    pub reels_violating: i64,
    /// Study sessions.
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
    /// Participants of all of them.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// Links minted.
    #[diesel(sql_type = BigInt)]
    pub links: i64,
    /// Links that a person clicked.
    #[diesel(sql_type = BigInt)]
    pub links_clicked: i64,
}

/// Explicit opt-outs in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct OptOutSums {
    /// Opt-outs.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// Distinct users.
    #[diesel(sql_type = BigInt)]
    pub users: i64,
}

/// A finding of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = pii_violations, check_for_backend(diesel::pg::Pg))]
pub struct ViolationRow {
    /// The share or reel.
    pub payload_id: Uuid,
    /// `parent_share` or `progress_reel`.
    pub kind: String,
    /// Where.
    pub field_path: String,
    /// What.
    pub entity_type: String,
    /// When the payload was shared.
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Users {
    #[diesel(sql_type = BigInt)]
    users: i64,
}

const SUMS: &str = "
WITH figures AS (
    SELECT kind, total, flagged, weight FROM rollup_input_days WHERE day BETWEEN $1 AND $2
    UNION ALL
    SELECT counted.kind, sign * counted.total, sign * counted.flagged, sign * counted.weight
    FROM unnest($3, $4, $5) AS stretch (start_at, end_at, sign)
    CROSS JOIN LATERAL (
        SELECT 'parent_share' AS kind, count(*) AS total, count(viewed_at) AS flagged, 0 AS weight
        FROM parent_shares WHERE shared_at >= start_at AND shared_at < end_at
        UNION ALL
        SELECT 'parent_share_violation', count(*), count(*) FILTER (WHERE violations > 0), 0
        FROM parent_shares WHERE shared_at >= start_at AND shared_at < end_at
        UNION ALL
        SELECT 'progress_reel', count(*), count(*) FILTER (WHERE violations > 0), 0
        FROM progress_reels WHERE created_at >= start_at AND created_at < end_at
        UNION ALL
        SELECT 'study_session', count(*), 0, coalesce(sum(cardinality(participant_ids)), 0)
        FROM study_sessions WHERE started_at >= start_at AND started_at < end_at
        UNION ALL
        SELECT 'link', count(*), count(first_clicked_at), 0
        FROM links WHERE created_at >= start_at AND created_at < end_at
    ) AS counted
)
SELECT coalesce(sum(total) FILTER (WHERE kind = 'parent_share'), 0)::bigint AS shares,
       coalesce(sum(flagged) FILTER (WHERE kind = 'parent_share'), 0)::bigint AS shares_viewed,
       coalesce(sum(flagged) FILTER (WHERE kind = 'parent_share_violation'), 0)::bigint AS shares_violating,
       coalesce(sum(total) FILTER (WHERE kind = 'progress_reel'), 0)::bigint AS reels,
       coalesce(sum(flagged) FILTER (WHERE kind = 'progress_reel'), 0)::bigint AS reels_violating,
       coalesce(sum(total) FILTER (WHERE kind = 'study_session'), 0)::bigint AS sessions,
       coalesce(sum(weight) FILTER (WHERE kind = 'study_session'), 0)::bigint AS participants,
       coalesce(sum(total) FILTER (WHERE kind = 'link'), 0)::bigint AS links,
       coalesce(sum(flagged) FILTER (WHERE kind = 'link'), 0)::bigint AS links_clicked
FROM figures";

const OPT_OUTS: &str = "
SELECT count(*) AS total, count(DISTINCT user_id) AS users FROM opt_outs WHERE at >= $1 AND at < $2";

/// Users of the cut first and last day ($1, $2) who were reached on these days, but only outside the window.
const REACHED_OUTSIDE: &str = "
SELECT count(*) AS users FROM (
    SELECT user_id FROM rollup_reached_days WHERE day = $1 AND last_at < $3
    UNION
    SELECT user_id FROM rollup_reached_days WHERE first_at >= $4 AND first_at < $5 AND day = $2
) AS outside
WHERE NOT EXISTS (
    SELECT FROM rollup_reached_days AS inside
    WHERE inside.user_id = outside.user_id AND inside.day BETWEEN $1 AND $2
      AND inside.last_at >= $3 AND inside.first_at < $4
)";

const REACHED_RAW: &str = "
SELECT count(DISTINCT user_id) AS users FROM (
    SELECT parent_id AS user_id FROM parent_shares WHERE shared_at >= $1 AND shared_at < $2
    UNION ALL
    SELECT unnest(invited_ids) FROM study_sessions WHERE started_at >= $1 AND started_at < $2
    UNION ALL
    SELECT referee_id FROM events
    WHERE type = 'invite_sent' AND referee_id IS NOT NULL AND occurred_at >= $1 AND occurred_at < $2
) AS reached";

/// Sums over the window that `cover` covers.
///
/// # Errors
/// When the database refuses.
pub async fn input_sums(conn: &mut AsyncPgConnection, cover: &Cover) -> DbResult<InputSums> {
    let (starts, ends, signs) = super::totals::columns(&cover.corrections);
    Ok(sql_query(SUMS)
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(RangeInclusive::start))
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(RangeInclusive::end))
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<BigInt>, _>(signs)
        .get_result(conn)
        .await?)
}

/// Opt-outs in the window.
///
/// # Errors
/// When the database refuses.
pub async fn explicit_opt_outs(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
) -> DbResult<OptOutSums> {
    Ok(sql_query(OPT_OUTS)
        .bind::<Timestamptz, _>(window.from())
        .bind::<Timestamptz, _>(window.to())
        .get_result(conn)
        .await?)
}

/// Distinct users who were reached in the window.
///
/// # Errors
/// When the database refuses.
pub async fn reached_users(conn: &mut AsyncPgConnection, window: &TimeWindow) -> DbResult<i64> {
    let days = window.utc_days();
    let (first, last) = (*days.start(), *days.end());
    let cuts_start = midnight(first) < window.from();
    let next = midnight(last) + TimeDelta::days(1);
    let cuts_end = window.to() < next;
    if first == last && cuts_start && cuts_end {
        // First and last time of the day do not tell whether there was one in between.
        let raw: Users = sql_query(REACHED_RAW)
            .bind::<Timestamptz, _>(window.from())
            .bind::<Timestamptz, _>(window.to())
            .get_result(conn)
            .await?;
        return Ok(raw.users);
    }
    let reached = count_reached(conn, first, last).await?;
    if !cuts_start && !cuts_end {
        return Ok(reached);
    }
    let outside: Users = sql_query(REACHED_OUTSIDE)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Timestamptz, _>(window.from())
        .bind::<Timestamptz, _>(window.to())
        .bind::<Timestamptz, _>(next)
        .get_result(conn)
        .await?;
    Ok(reached - outside.users)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// The newest findings in the window, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn list_violations(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
    limit: i64,
) -> DbResult<Vec<ViolationRow>> {
    use pii_violations::{at, ordinal, payload_id};
    Ok(pii_violations::table
        .filter(at.ge(window.from()).and(at.lt(window.to())))
        .order((at.desc(), payload_id.desc(), ordinal.desc()))
        .limit(limit)
        .select(ViolationRow::as_select())
        .load(conn)
        .await?)
}
