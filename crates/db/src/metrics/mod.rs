//! Figures of the overview.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_domain::time_window::{Correction, Cover};

use crate::error::DbResult;

/// Events of one source on one UTC day.
#[derive(Clone, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct SourceDayRow {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Loop id or slug; empty for events without a link.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub human: i64,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub duplicate: i64,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub bot: i64,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub preview: i64,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub prefetch: i64,
    /// Hits by class.
    #[diesel(sql_type = BigInt)]
    pub rejected: i64,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Activations.
    #[diesel(sql_type = BigInt)]
    pub activations: i64,
}

/// A forged link's source is not believed.
const SOURCE_DAYS: &str = "
WITH figures AS (
    SELECT day, source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations
    FROM rollup_source_days WHERE day BETWEEN $1 AND $2
    UNION ALL
    SELECT (occurred_at AT TIME ZONE 'UTC')::date,
           CASE WHEN reject_reason = 'forged' THEN '' ELSE coalesce(links.source, '') END,
           sign * (class IS NOT DISTINCT FROM 'human')::int, sign * (class IS NOT DISTINCT FROM 'duplicate')::int,
           sign * (class IS NOT DISTINCT FROM 'bot')::int, sign * (class IS NOT DISTINCT FROM 'preview')::int,
           sign * (class IS NOT DISTINCT FROM 'prefetch')::int, sign * (class IS NOT DISTINCT FROM 'rejected')::int,
           sign * (type = 'invite_sent')::int, sign * (type = 'conversion' AND reject_reason IS NULL)::int,
           sign * (type = 'activation')::int
    FROM unnest($3, $4, $5) AS stretch (start_at, end_at, sign)
    JOIN events ON occurred_at >= start_at AND occurred_at < end_at
    LEFT JOIN links ON links.id = events.link_id
)
SELECT day, source, sum(human)::bigint AS human, sum(duplicate)::bigint AS duplicate, sum(bot)::bigint AS bot,
       sum(preview)::bigint AS preview, sum(prefetch)::bigint AS prefetch, sum(rejected)::bigint AS rejected,
       sum(invites)::bigint AS invites, sum(conversions)::bigint AS conversions,
       sum(activations)::bigint AS activations
FROM figures GROUP BY day, source ORDER BY day, source";

/// Events by UTC day and source in the window that `cover` covers.
///
/// # Errors
/// When the database refuses.
pub async fn source_days(
    conn: &mut AsyncPgConnection,
    cover: &Cover,
) -> DbResult<Vec<SourceDayRow>> {
    let stretches = &cover.corrections;
    let starts: Vec<_> = stretches.iter().map(|one| one.stretch.from()).collect();
    let ends: Vec<_> = stretches.iter().map(|one| one.stretch.to()).collect();
    let signs: Vec<_> = stretches.iter().map(Correction::sign).collect();
    Ok(sql_query(SOURCE_DAYS)
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(|days| *days.start()))
        .bind::<Nullable<Date>, _>(cover.days.as_ref().map(|days| *days.end()))
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<BigInt>, _>(signs)
        .load(conn)
        .await?)
}
