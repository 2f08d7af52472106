//! Users by the week in which they signed up: what they brought, and whether they came back.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::InviteOrigin;
use super::facts::{Flagged, times};
use crate::error::DbResult;
use crate::schema::activities;

/// Which users are looked at.
#[derive(Clone, Copy, Debug)]
pub struct CohortQuestion<'a> {
    /// First instant of the first week.
    pub from: DateTime<Utc>,
    /// End of the last week, not included.
    pub to: DateTime<Utc>,
    /// IANA name of the time zone of the weeks.
    pub time_zone: &'a str,
    /// Persona of the users; `None` for all.
    pub persona: Option<&'a str>,
}

/// What the users of one week brought within 28 days after each one's sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct CohortRow {
    /// Monday.
    #[diesel(sql_type = Date)]
    pub week: NaiveDate,
    /// Users.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Sum of the squares of each one's conversions.
    #[diesel(sql_type = BigInt)]
    pub squares: i64,
    /// Sum of the cubes of each one's conversions, at most the largest number.
    #[diesel(sql_type = BigInt)]
    pub cubes: i64,
}

/// Users of one week who came back on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct RetentionRow {
    /// Monday.
    #[diesel(sql_type = Date)]
    pub week: NaiveDate,
    /// Whether somebody referred them.
    #[diesel(sql_type = Bool)]
    pub is_referred: bool,
    /// Days after the day of the sign-up.
    #[diesel(sql_type = Integer)]
    pub nth: i32,
    /// Users.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
    /// Those whose day is over.
    #[diesel(sql_type = BigInt)]
    pub users: i64,
    /// Those of them who were active on it.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
}

/// `member (id, signed_up_at, day, week)`, binds 1 to 4.
const MEMBERS: &str = "
WITH member AS (
    SELECT id, signed_up_at, (signed_up_at AT TIME ZONE $3)::date AS day,
           date_trunc('week', signed_up_at AT TIME ZONE $3)::date AS week
    FROM users WHERE signed_up_at >= $1 AND signed_up_at < $2 AND ($4 IS NULL OR persona = $4)
)";

/// Bind 5: whether links are invitations; 6 to 8: referrers whose conversions are left out.
const COHORTS: &str = "{flagged}, did AS (
    SELECT m.week, m.id,
           CASE WHEN $5 THEN (
               SELECT count(*) FROM links l WHERE l.referrer_id = m.id
                 AND l.created_at >= m.signed_up_at AND l.created_at < m.signed_up_at + interval '28 days'
           ) ELSE (
               SELECT count(*) FROM events e WHERE e.referrer_id = m.id AND e.type = 'invite_sent'
                 AND e.occurred_at >= m.signed_up_at AND e.occurred_at < m.signed_up_at + interval '28 days'
           ) END AS invites,
           (
               SELECT count(*) FROM events e WHERE e.referrer_id = m.id AND e.type = 'conversion' AND e.reject_reason IS NULL
                 AND e.occurred_at >= m.signed_up_at AND e.occurred_at < m.signed_up_at + interval '28 days'
                 {unflagged}
           ) AS conversions
    FROM member m
)
SELECT week, count(*) AS size, sum(invites)::bigint AS invites, sum(conversions)::bigint AS conversions,
       sum(conversions * conversions)::bigint AS squares,
       least(sum(conversions::numeric ^ 3), 9223372036854775807)::bigint AS cubes
FROM did GROUP BY week ORDER BY week";

const FLAGGED: &str = ", flagged AS (
    SELECT c.id FROM unnest($6, $7, $8) AS f (referrer_id, start_at, end_at)
    JOIN events c ON c.referrer_id = f.referrer_id AND c.type = 'conversion'
     AND c.occurred_at >= f.start_at AND c.occurred_at < f.end_at
)";

const UNFLAGGED: &str = "AND NOT EXISTS (SELECT FROM flagged f WHERE f.id = e.id)";

/// Bind 5: the day that is not over yet. Somebody with a credited conversion was referred.
const RETENTION: &str = ", asked AS (
    SELECT m.*, n.nth, m.day + n.nth AS return_day, m.day + n.nth < $5 AS is_over,
           EXISTS (SELECT FROM conversion_credits c WHERE c.referee_id = m.id) AS is_referred
    FROM member m CROSS JOIN unnest(ARRAY[1, 7, 28]) AS n (nth)
)
SELECT week, is_referred, nth, count(*) AS size, count(*) FILTER (WHERE is_over) AS users,
       count(*) FILTER (WHERE is_over AND EXISTS (
           SELECT FROM activities a WHERE a.user_id = asked.id
             AND a.at >= return_day::timestamp AT TIME ZONE $3 AND a.at < (return_day + 1)::timestamp AT TIME ZONE $3
       )) AS active
FROM asked GROUP BY week, is_referred, nth ORDER BY week, is_referred, nth";

/// Whether any activity was reported of a time.
///
/// # Errors
/// When the database refuses.
pub async fn has_activities(conn: &mut AsyncPgConnection, since: DateTime<Utc>) -> DbResult<bool> {
    let any = activities::table.filter(activities::at.ge(since));
    Ok(diesel::select(exists(any)).get_result(conn).await?)
}

/// What the users of each week brought; weeks without users are left out.
///
/// # Errors
/// When the database refuses.
pub async fn cohorts(
    conn: &mut AsyncPgConnection,
    question: CohortQuestion<'_>,
    origin: InviteOrigin,
    flagged: &Flagged,
) -> DbResult<Vec<CohortRow>> {
    let referrers: Vec<Uuid> = flagged.referrers.iter().map(|(id, _)| *id).collect();
    let (starts, ends) = times(flagged.referrers.iter().map(|(_, window)| window));
    let (before, unflagged) = match referrers.is_empty() {
        true => ("", ""),
        false => (FLAGGED, UNFLAGGED),
    };
    let cohorts = COHORTS
        .replace("{flagged}", before)
        .replace("{unflagged}", unflagged);
    Ok(sql_query(format!("{MEMBERS}{cohorts}"))
        .bind::<Timestamptz, _>(question.from)
        .bind::<Timestamptz, _>(question.to)
        .bind::<Text, _>(question.time_zone)
        .bind::<Nullable<Text>, _>(question.persona)
        .bind::<Bool, _>(origin == InviteOrigin::Links)
        .bind::<Array<SqlUuid>, _>(referrers)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .load(conn)
        .await?)
}

/// Who of each week came back on day 1, 7 and 28; `today` is not over.
///
/// # Errors
/// When the database refuses.
pub async fn retention(
    conn: &mut AsyncPgConnection,
    question: CohortQuestion<'_>,
    today: NaiveDate,
) -> DbResult<Vec<RetentionRow>> {
    Ok(sql_query(format!("{MEMBERS}{RETENTION}"))
        .bind::<Timestamptz, _>(question.from)
        .bind::<Timestamptz, _>(question.to)
        .bind::<Text, _>(question.time_zone)
        .bind::<Nullable<Text>, _>(question.persona)
        .bind::<Date, _>(today)
        .load(conn)
        .await?)
}
