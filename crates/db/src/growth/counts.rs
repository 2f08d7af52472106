//! Counts of a window, by source and of all together.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::clicks::over_facts_and_clicks;
use super::facts::GrowthQuestion;
use crate::error::DbResult;

/// Counts of one source, or of all.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct SourceCountsRow {
    /// The source, empty for events without a link; `None` for all together.
    #[diesel(sql_type = Nullable<Text>)]
    pub source: Option<String>,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
    /// Invitations before the border of maturity.
    #[diesel(sql_type = BigInt)]
    pub matured: i64,
    /// Different referrers who invited.
    #[diesel(sql_type = BigInt)]
    pub inviters: i64,
    /// Different referrers who invited or brought a conversion; who is not known counts by themselves.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
    /// Clicks of people.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Conversions of those who invited.
    #[diesel(sql_type = BigInt)]
    pub conversions_of_inviters: i64,
    /// Sum of the squares of each one's conversions.
    #[diesel(sql_type = BigInt)]
    pub squares: i64,
    /// Sum of the squares of the conversions of those who invited.
    #[diesel(sql_type = BigInt)]
    pub squares_of_inviters: i64,
    /// Sum of the cubes of each one's conversions, at most the largest number.
    #[diesel(sql_type = BigInt)]
    pub cubes: i64,
    /// Different referees with an activation.
    #[diesel(sql_type = BigInt)]
    pub activated: i64,
    /// Different referees with a conversion.
    #[diesel(sql_type = BigInt)]
    pub converted: i64,
    /// Different visitors, by UTC day: nobody is known for longer.
    #[diesel(sql_type = BigInt)]
    pub visitors: i64,
}

/// Bind 23 is the border of maturity.
const COUNTS: &str = ", brought AS (
    SELECT grouping(source) AS is_total, source, coalesce(person, id) AS person, bool_or(person IS NOT NULL) AS is_known,
           count(*) FILTER (WHERE is_invite) AS invites,
           count(*) FILTER (WHERE is_invite AND occurred_at < $23) AS matured,
           count(*) FILTER (WHERE type = 'conversion') AS conversions
    FROM named WHERE is_invite OR type = 'conversion'
    GROUP BY GROUPING SETS ((source, coalesce(person, id)), (coalesce(person, id)))
), summed AS (
    SELECT is_total, source, sum(invites) AS invites, sum(matured) AS matured,
           count(*) FILTER (WHERE is_known AND invites > 0) AS inviters,
           count(*) FILTER (WHERE (is_known AND invites > 0) OR conversions > 0) AS people,
           sum(conversions) AS conversions,
           coalesce(sum(conversions) FILTER (WHERE is_known AND invites > 0), 0) AS conversions_of_inviters,
           sum(conversions * conversions) AS squares,
           coalesce(sum(conversions * conversions) FILTER (WHERE is_known AND invites > 0), 0) AS squares_of_inviters,
           least(sum(conversions::numeric ^ 3), 9223372036854775807) AS cubes
    FROM brought GROUP BY is_total, source
), reached AS (
    SELECT grouping(source) AS is_total, source,
           count(DISTINCT referee_id) FILTER (WHERE type = 'activation') AS activated,
           count(DISTINCT referee_id) FILTER (WHERE type = 'conversion') AS converted
    FROM named GROUP BY GROUPING SETS ((source), ())
), visited AS (
    SELECT grouping(source) AS is_total, source, sum(clicks)::bigint AS clicks, sum(visitors)::bigint AS visitors
    FROM clicked GROUP BY GROUPING SETS ((source), ())
), name AS (
    SELECT is_total, source FROM reached UNION SELECT is_total, source FROM visited
)
SELECT n.source, coalesce(s.invites, 0)::bigint AS invites,
       coalesce(s.matured, 0)::bigint AS matured, coalesce(s.inviters, 0) AS inviters, coalesce(s.people, 0) AS people,
       coalesce(v.clicks, 0) AS clicks, coalesce(s.conversions, 0)::bigint AS conversions,
       coalesce(s.conversions_of_inviters, 0)::bigint AS conversions_of_inviters, coalesce(s.squares, 0)::bigint AS squares,
       coalesce(s.squares_of_inviters, 0)::bigint AS squares_of_inviters, coalesce(s.cubes, 0)::bigint AS cubes,
       coalesce(r.activated, 0) AS activated, coalesce(r.converted, 0) AS converted, coalesce(v.visitors, 0) AS visitors
FROM name n
LEFT JOIN summed s ON s.is_total = n.is_total AND s.source IS NOT DISTINCT FROM n.source
LEFT JOIN reached r ON r.is_total = n.is_total AND r.source IS NOT DISTINCT FROM n.source
LEFT JOIN visited v ON v.is_total = n.is_total AND v.source IS NOT DISTINCT FROM n.source
ORDER BY 1";

const USERS: &str = "
SELECT count(*) AS users FROM users
WHERE coalesce(signed_up_at, created_at) < $1 AND ($2 IS NULL OR persona = $2)";

/// Counts by source, in the order of their names, and of all; `matured_before` is the border of maturity.
///
/// # Errors
/// When the database refuses.
pub async fn source_counts(
    conn: &mut AsyncPgConnection,
    question: &GrowthQuestion,
    matured_before: DateTime<Utc>,
) -> DbResult<Vec<SourceCountsRow>> {
    Ok(over_facts_and_clicks(question, question, COUNTS)
        .bind::<Timestamptz, DateTime<Utc>>(matured_before)
        .load(conn)
        .await?)
}

/// Users who had signed up before an instant.
///
/// # Errors
/// When the database refuses.
pub async fn users_before(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    persona: Option<&str>,
) -> DbResult<i64> {
    #[derive(QueryableByName)]
    struct Users {
        #[diesel(sql_type = BigInt)]
        users: i64,
    }
    let row: Users = sql_query(USERS)
        .bind::<Timestamptz, _>(before)
        .bind::<Nullable<Text>, _>(persona)
        .get_result(conn)
        .await?;
    Ok(row.users)
}
