//! Counts by day in a time zone.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::clicks::over_facts_and_clicks;
use super::facts::GrowthQuestion;
use crate::error::DbResult;

/// Counts of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct GrowthDayRow {
    /// The day in the time zone.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Links minted.
    #[diesel(sql_type = BigInt)]
    pub links: i64,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
    /// Clicks of people.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Activations.
    #[diesel(sql_type = BigInt)]
    pub activations: i64,
    /// Invitations of the whole day, also of what of it lies before the border.
    #[diesel(sql_type = BigInt)]
    pub whole_invites: i64,
    /// Conversions of the whole day, also of what of it lies before the border.
    #[diesel(sql_type = BigInt)]
    pub whole_conversions: i64,
    /// Different referrers who invited on this day or one of the six before it.
    #[diesel(sql_type = BigInt)]
    pub week_inviters: i64,
}

/// Binds 23 to 26: the time zone, the first and the last day, and the border, before which only the whole days count. Days
/// without anything have zeros.
const DAYS: &str = ", local AS (
    SELECT (occurred_at AT TIME ZONE $23)::date AS day, occurred_at >= $26 AS is_shown, type, is_invite, person FROM named
), counted AS (
    SELECT day, count(*) FILTER (WHERE is_shown AND type = 'link') AS links,
           count(*) FILTER (WHERE is_shown AND is_invite) AS invites,
           count(*) FILTER (WHERE is_shown AND type = 'conversion') AS conversions,
           count(*) FILTER (WHERE is_shown AND type = 'activation') AS activations,
           count(*) FILTER (WHERE is_invite) AS whole_invites,
           count(*) FILTER (WHERE type = 'conversion') AS whole_conversions
    FROM local GROUP BY day
), visited AS (
    SELECT (at AT TIME ZONE $23)::date AS day, sum(clicks)::bigint AS clicks FROM clicked GROUP BY 1
), inviter AS (
    SELECT DISTINCT day, person FROM local WHERE is_invite AND person IS NOT NULL
), days AS (
    SELECT generate_series($24::timestamp, $25::timestamp, interval '1 day')::date AS day
), weeks AS (
    SELECT days.day, count(DISTINCT i.person) AS inviters
    FROM days JOIN inviter i ON i.day BETWEEN days.day - 6 AND days.day GROUP BY days.day
)
SELECT days.day, coalesce(c.links, 0) AS links, coalesce(c.invites, 0) AS invites, coalesce(v.clicks, 0) AS clicks,
       coalesce(c.conversions, 0) AS conversions, coalesce(c.activations, 0) AS activations,
       coalesce(c.whole_invites, 0) AS whole_invites, coalesce(c.whole_conversions, 0) AS whole_conversions,
       coalesce(w.inviters, 0) AS week_inviters
FROM days LEFT JOIN counted c ON c.day = days.day LEFT JOIN weeks w ON w.day = days.day
LEFT JOIN visited v ON v.day = days.day ORDER BY days.day";

/// Counts of every day from `first` to `last`, oldest first, as far as `question`'s window holds them and `border` shows them;
/// clicks are those of `shown`.
///
/// # Errors
/// When the database refuses.
pub async fn growth_days(
    conn: &mut AsyncPgConnection,
    question: &GrowthQuestion,
    time_zone: &str,
    (first, last): (NaiveDate, NaiveDate),
    shown: &GrowthQuestion,
) -> DbResult<Vec<GrowthDayRow>> {
    Ok(over_facts_and_clicks(question, shown, DAYS)
        .bind::<Text, _>(time_zone.to_owned())
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Timestamptz, DateTime<Utc>>(shown.window.from())
        .load(conn)
        .await?)
}
