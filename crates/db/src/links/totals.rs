//! Figures of links, from the rollup by day; parts of days and other zones' days from the events.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// Figures of a link since it was minted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct LinkTotals {
    /// The link.
    #[diesel(sql_type = SqlUuid)]
    pub link_id: Uuid,
    /// Clicks of people.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Hits of every class.
    #[diesel(sql_type = BigInt)]
    pub hits: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
}

/// Hits of a link on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct LinkDayHits {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Clicks of people.
    #[diesel(sql_type = BigInt)]
    pub human: i64,
    /// The same person again.
    #[diesel(sql_type = BigInt)]
    pub duplicate: i64,
    /// Declared crawlers and tools.
    #[diesel(sql_type = BigInt)]
    pub bot: i64,
    /// Unfurlers and scanners.
    #[diesel(sql_type = BigInt)]
    pub preview: i64,
    /// Prefetches.
    #[diesel(sql_type = BigInt)]
    pub prefetch: i64,
    /// Refused.
    #[diesel(sql_type = BigInt)]
    pub rejected: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
}

/// Hits of a named program.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct AgentTotal {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub agent: String,
    /// Its hits.
    #[diesel(sql_type = BigInt)]
    pub hits: i64,
}

const TOTALS: &str = "
SELECT link_id, sum(human)::bigint AS clicks,
       sum(human + duplicate + bot + preview + prefetch + rejected)::bigint AS hits,
       sum(conversions)::bigint AS conversions
FROM rollup_link_days WHERE link_id = ANY ($1) GROUP BY link_id";

/// Whole UTC days (`$2` to before `$3`) from the rollup, the parts of days before and behind them from the events.
const UTC_DAYS: &str = "
SELECT day, sum(human)::bigint AS human, sum(duplicate)::bigint AS duplicate, sum(bot)::bigint AS bot,
       sum(preview)::bigint AS preview, sum(prefetch)::bigint AS prefetch, sum(rejected)::bigint AS rejected,
       sum(conversions)::bigint AS conversions
FROM (
    SELECT day, human, duplicate, bot, preview, prefetch, rejected, conversions FROM rollup_link_days
    WHERE link_id = $1 AND day >= $2 AND day < $3
    UNION ALL
    SELECT (occurred_at AT TIME ZONE 'UTC')::date, (class = 'human')::int, (class = 'duplicate')::int,
           (class = 'bot')::int, (class = 'preview')::int, (class = 'prefetch')::int, (class = 'rejected')::int,
           (type = 'conversion')::int
    FROM events WHERE link_id = $1 AND (
        (occurred_at >= $4 AND occurred_at < $5) OR (occurred_at >= $6 AND occurred_at < $7))
) hits GROUP BY day ORDER BY day";

const ZONE_DAYS: &str = "
SELECT (occurred_at AT TIME ZONE $4)::date AS day, count(*) FILTER (WHERE class = 'human') AS human,
       count(*) FILTER (WHERE class = 'duplicate') AS duplicate, count(*) FILTER (WHERE class = 'bot') AS bot,
       count(*) FILTER (WHERE class = 'preview') AS preview, count(*) FILTER (WHERE class = 'prefetch') AS prefetch,
       count(*) FILTER (WHERE class = 'rejected') AS rejected, count(*) FILTER (WHERE type = 'conversion') AS conversions
FROM events WHERE link_id = $1 AND occurred_at >= $2 AND occurred_at < $3 GROUP BY 1 ORDER BY 1";

const AGENTS: &str = "
SELECT agent, count(*) AS hits FROM events
WHERE link_id = $1 AND occurred_at >= $2 AND occurred_at < $3 AND agent IS NOT NULL
GROUP BY agent ORDER BY hits DESC, agent LIMIT $4";

/// Figures of these links; none for a link that was never hit.
///
/// # Errors
/// When the database refuses.
pub async fn link_totals(
    conn: &mut AsyncPgConnection,
    links: &[Uuid],
) -> DbResult<Vec<LinkTotals>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sql_query(TOTALS)
        .bind::<Array<SqlUuid>, _>(links)
        .load(conn)
        .await?)
}

/// Hits of a link in `[from, to)` by the days of `time_zone` (an IANA name); days without hits are left out.
///
/// # Errors
/// When the database refuses.
pub async fn link_days(
    conn: &mut AsyncPgConnection,
    link: Uuid,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    time_zone: &str,
) -> DbResult<Vec<LinkDayHits>> {
    if time_zone != "UTC" {
        return Ok(sql_query(ZONE_DAYS)
            .bind::<SqlUuid, _>(link)
            .bind::<Timestamptz, _>(from)
            .bind::<Timestamptz, _>(to)
            .bind::<Text, _>(time_zone)
            .load(conn)
            .await?);
    }
    let (first, last) = whole_days(from, to);
    let (begin, end) = (midnight(first), midnight(last));
    let (head, tail) = if first < last {
        ((from, begin), (end, to))
    } else {
        ((from, to), (to, to))
    };
    Ok(sql_query(UTC_DAYS)
        .bind::<SqlUuid, _>(link)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Timestamptz, _>(head.0)
        .bind::<Timestamptz, _>(head.1)
        .bind::<Timestamptz, _>(tail.0)
        .bind::<Timestamptz, _>(tail.1)
        .load(conn)
        .await?)
}

/// Programs that named themselves on a link in `[from, to)`, most hits first.
///
/// # Errors
/// When the database refuses.
pub async fn link_agents(
    conn: &mut AsyncPgConnection,
    link: Uuid,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    most: i64,
) -> DbResult<Vec<AgentTotal>> {
    Ok(sql_query(AGENTS)
        .bind::<SqlUuid, _>(link)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .bind::<BigInt, _>(most)
        .load(conn)
        .await?)
}

/// The whole UTC days within `[from, to)`: the first one, and the one behind the last. Empty when the first is not
/// before the other.
fn whole_days(from: DateTime<Utc>, to: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let day = from.date_naive();
    let first = if midnight(day) == from {
        day
    } else {
        day.succ_opt().unwrap_or(day)
    };
    (first, to.date_naive())
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn whole_days_leave_the_parts_of_days_out() {
        let days = |from, to| {
            let (first, end) = whole_days(at(from), at(to));
            (first.to_string(), end.to_string())
        };
        let expected = ("2026-03-02".to_owned(), "2026-03-04".to_owned());
        assert_eq!(
            days("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z"),
            expected
        );
        assert_eq!(
            days("2026-03-01T00:00:01Z", "2026-03-04T23:00:00Z"),
            expected
        );
    }
}
