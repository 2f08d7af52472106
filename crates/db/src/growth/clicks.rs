//! Clicks of people and visitors, from rollups as far as these tell what is asked.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Bytea, Date, Nullable, Text, Timestamptz};
use viral_engine_domain::time_window::{Correction, Cover, QuarterCover};

use super::facts::{GrowthQuestion, over_facts, times};

/// `clicked (at, source, clicks, visitors)`: quarters of an hour, and single clicks, which count negative where a quarter has too
/// many; follows the facts, binds 12 to 22. A forged link's source is not believed.
const CLICKED: &str = ", clicked AS (
    SELECT at, CASE WHEN source = ANY ($8) THEN 'merged sources' ELSE source END AS source, clicks, visitors FROM (
        SELECT quarter AS at, source, human AS clicks, visitors FROM rollup_click_quarters
        WHERE quarter >= $12 AND quarter < $13 AND ($3 IS NULL OR source = $3)
        UNION ALL
        SELECT e.occurred_at, CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
               e.sign, e.sign * e.new_visitor::int
        FROM {corrected}
        LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users u ON $5 IS NOT NULL AND u.id = e.referrer_id
        WHERE e.type = 'click' AND e.class = 'human'
          AND ($3 IS NULL OR CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END = $3)
          AND ($4 IS NULL OR l.channel = $4) AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
    ) click
)";

/// Single events that count with a sign, the rest of a rollup's; binds 14 to 16.
const CORRECTED: &str = "(
            SELECT e.id, e.type, e.class, e.occurred_at, e.link_id, e.referrer_id, e.reject_reason, e.new_visitor, s.sign
            FROM unnest($14, $15, $16) AS s (start_at, end_at, sign)
            JOIN events e ON e.occurred_at >= s.start_at AND e.occurred_at < s.end_at
        ) e";

/// The same, and once more to be taken off those whose address or device is flagged; binds 17 to 22, of which the last two are
/// the window.
const CORRECTED_AND_FLAGGED: &str = "(
            SELECT e.id, e.type, e.class, e.occurred_at, e.link_id, e.referrer_id, e.reject_reason, e.new_visitor, s.sign
            FROM unnest($14, $15, $16) AS s (start_at, end_at, sign)
            JOIN events e ON e.occurred_at >= s.start_at AND e.occurred_at < s.end_at
            UNION ALL
            (
                SELECT e.id, e.type, e.class, e.occurred_at, e.link_id, e.referrer_id, e.reject_reason, e.new_visitor, -1
                FROM unnest($17, $18, $19) AS f (ip_hash, start_at, end_at)
                JOIN events e ON e.ip_hash = f.ip_hash AND e.occurred_at >= greatest(f.start_at, $21)
                 AND e.occurred_at < least(f.end_at, $22)
                UNION
                SELECT e.id, e.type, e.class, e.occurred_at, e.link_id, e.referrer_id, e.reject_reason, e.new_visitor, -1
                FROM events e
                WHERE e.device_fingerprint = ANY ($20) AND e.occurred_at >= $21 AND e.occurred_at < $22
            )
        ) e";

/// `clicked (referrer_id, clicks)` by days and single clicks; as above.
const CLICKED_OF_REFERRERS: &str = ", clicked AS (
    SELECT referrer_id, human AS clicks FROM rollup_referrer_days WHERE day BETWEEN $12 AND $13 AND human > 0
    UNION ALL
    SELECT e.referrer_id, e.sign
    FROM {corrected} LEFT JOIN links l ON l.id = e.link_id
    WHERE e.type = 'click' AND e.class = 'human' AND e.referrer_id IS NOT NULL
      AND ($3 IS NULL OR CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END = $3)
      AND ($4 IS NULL OR l.channel = $4) AND ($6 IS NULL OR l.campaign = $6)
)";

/// A query over the facts of a question and the clicks of another, by source and time; its own binds begin with 23.
pub(super) fn over_facts_and_clicks(
    question: &GrowthQuestion,
    of_clicks: &GrowthQuestion,
    statement: &str,
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let cover = click_cover(of_clicks);
    let quarters = cover.quarters;
    let clicked = without_flagged(CLICKED, of_clicks);
    let query = over_facts(question, &format!("{clicked}{statement}"))
        .bind::<Nullable<Timestamptz>, Option<DateTime<Utc>>>(quarters.map(|one| one.from()))
        .bind::<Nullable<Timestamptz>, Option<DateTime<Utc>>>(quarters.map(|one| one.to()));
    bind_corrections(query, &cover.corrections, of_clicks)
}

fn without_flagged(clicked: &str, question: &GrowthQuestion) -> String {
    let flagged = &question.flagged;
    let corrected = match flagged.addresses.is_empty() && flagged.devices.is_empty() {
        true => CORRECTED,
        false => CORRECTED_AND_FLAGGED,
    };
    clicked.replace("{corrected}", corrected)
}

/// A query over facts and clicks by referrer; its own binds begin with 23. Referrers are of every persona.
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
    let clicked = without_flagged(CLICKED_OF_REFERRERS, question);
    let query = over_facts(question, &format!("{clicked}{statement}"))
        .bind::<Nullable<Date>, Option<NaiveDate>>(days.map(|days| *days.start()))
        .bind::<Nullable<Date>, Option<NaiveDate>>(days.map(|days| *days.end()));
    bind_corrections(query, &cover.corrections, question)
}

/// What of the window the rollups tell: nothing where they do not know what is filtered by.
fn click_cover(question: &GrowthQuestion) -> QuarterCover {
    let filter = &question.filter;
    match filter.channel.is_some() || filter.campaign.is_some() || filter.persona.is_some() {
        true => question.window.uncovered(),
        false => question.window.cover_by_quarters(question.now),
    }
}

fn bind_corrections(
    query: BoxedSqlQuery<'static, Pg, SqlQuery>,
    corrections: &[Correction],
    question: &GrowthQuestion,
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let starts: Vec<_> = corrections.iter().map(|one| one.stretch.from()).collect();
    let ends: Vec<_> = corrections.iter().map(|one| one.stretch.to()).collect();
    let signs: Vec<_> = corrections.iter().map(Correction::sign).collect();
    let (flagged, window) = (&question.flagged, &question.window);
    let addresses: Vec<_> = flagged.addresses.iter().map(|(ip, _)| ip.clone()).collect();
    let (from, to) = times(flagged.addresses.iter().map(|(_, window)| window));
    query
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(starts)
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(ends)
        .bind::<Array<BigInt>, Vec<i64>>(signs)
        .bind::<Array<Bytea>, Vec<Vec<u8>>>(addresses)
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(from)
        .bind::<Array<Timestamptz>, Vec<DateTime<Utc>>>(to)
        .bind::<Array<Text>, Vec<String>>(flagged.devices.clone())
        .bind::<Timestamptz, DateTime<Utc>>(window.from())
        .bind::<Timestamptz, DateTime<Utc>>(window.to())
}
