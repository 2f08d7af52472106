//! Clicks of people and visitors, from rollups as far as these tell what is asked.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Nullable, Timestamptz};
use viral_engine_domain::time_window::{Correction, Cover, QuarterCover};

use super::facts::{GrowthQuestion, over_facts};

/// `clicked (at, source, clicks, visitors)`: quarters of an hour, and single clicks, which count negative where a quarter has too
/// many; follows [`super::facts::FACTS`], binds 9 to 13. A forged link's source is not believed.
const CLICKED: &str = ", clicked AS (
    SELECT at, CASE WHEN source = ANY ($8) THEN 'merged sources' ELSE source END AS source, clicks, visitors FROM (
        SELECT quarter AS at, source, human AS clicks, visitors FROM rollup_click_quarters
        WHERE quarter >= $9 AND quarter < $10 AND ($3 IS NULL OR source = $3)
        UNION ALL
        SELECT e.occurred_at, CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
               s.sign, s.sign * e.new_visitor::int
        FROM unnest($11, $12, $13) AS s (start_at, end_at, sign)
        JOIN events e ON e.occurred_at >= s.start_at AND e.occurred_at < s.end_at
        LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users u ON $5 IS NOT NULL AND u.id = e.referrer_id
        WHERE e.type = 'click' AND e.class = 'human'
          AND ($3 IS NULL OR CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END = $3)
          AND ($4 IS NULL OR l.channel = $4) AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
    ) click
)";

/// `clicked (referrer_id, clicks)` by days and single clicks; as above.
const CLICKED_OF_REFERRERS: &str = ", clicked AS (
    SELECT referrer_id, human AS clicks FROM rollup_referrer_days WHERE day BETWEEN $9 AND $10 AND human > 0
    UNION ALL
    SELECT e.referrer_id, s.sign
    FROM unnest($11, $12, $13) AS s (start_at, end_at, sign)
    JOIN events e ON e.occurred_at >= s.start_at AND e.occurred_at < s.end_at LEFT JOIN links l ON l.id = e.link_id
    WHERE e.type = 'click' AND e.class = 'human' AND e.referrer_id IS NOT NULL
      AND ($3 IS NULL OR CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END = $3)
      AND ($4 IS NULL OR l.channel = $4) AND ($6 IS NULL OR l.campaign = $6)
)";

/// A query over facts and clicks by source and time; its own binds begin with 14.
pub(super) fn over_facts_and_clicks(
    question: &GrowthQuestion,
    cover: &QuarterCover,
    statement: &str,
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let quarters = cover.quarters;
    let query = over_facts(question, &format!("{CLICKED}{statement}"))
        .bind::<Nullable<Timestamptz>, Option<DateTime<Utc>>>(quarters.map(|one| one.from()))
        .bind::<Nullable<Timestamptz>, Option<DateTime<Utc>>>(quarters.map(|one| one.to()));
    bind_corrections(query, &cover.corrections)
}

/// A query over facts and clicks by referrer; its own binds begin with 14. Referrers are of every persona.
pub(super) fn over_facts_and_clicks_of_referrers(
    question: &GrowthQuestion,
    statement: &str,
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let cover = match question.filter.is_of_links() {
        true => Cover {
            days: None,
            corrections: question.window.uncovered().corrections,
        },
        false => question.window.cover(question.now),
    };
    let days = cover.days.as_ref();
    let query = over_facts(question, &format!("{CLICKED_OF_REFERRERS}{statement}"))
        .bind::<Nullable<Date>, Option<NaiveDate>>(days.map(|days| *days.start()))
        .bind::<Nullable<Date>, Option<NaiveDate>>(days.map(|days| *days.end()));
    bind_corrections(query, &cover.corrections)
}

/// What of the window the rollups tell: nothing where they do not know what is filtered by.
pub(super) fn click_cover(question: &GrowthQuestion) -> QuarterCover {
    let filter = &question.filter;
    match filter.channel.is_some() || filter.campaign.is_some() || filter.persona.is_some() {
        true => question.window.uncovered(),
        false => question.window.cover_by_quarters(question.now),
    }
}

fn bind_corrections(
    query: BoxedSqlQuery<'static, Pg, SqlQuery>,
    corrections: &[Correction],
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let starts: Vec<_> = corrections.iter().map(|one| one.stretch.from()).collect();
    let ends: Vec<_> = corrections.iter().map(|one| one.stretch.to()).collect();
    let signs: Vec<_> = corrections.iter().map(Correction::sign).collect();
    query
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(starts)
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(ends)
        .bind::<Array<BigInt>, Vec<i64>>(signs)
}
