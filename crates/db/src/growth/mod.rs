//! Counts that growth is computed from. Who invited and who converted is read from the events themselves, since people
//! are counted once over a whole window; clicks come from the rollups.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::time_window::TimeWindow;

mod clicks;
mod cohorts;
mod counts;
mod cycle;
mod days;
mod facts;

use clicks::over_facts_and_clicks_of_referrers;
pub use cohorts::{CohortQuestion, CohortRow, RetentionRow, cohorts, has_activities, retention};
pub use counts::{SourceCountsRow, source_counts, users_before};
pub use cycle::{CycleRow, cycle_times};
pub use days::{GrowthDayRow, growth_days};
pub use facts::{Flagged, GrowthFilter, GrowthQuestion, MERGED};

use crate::error::DbResult;

/// What counts as an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteOrigin {
    /// An `invite_sent` event.
    Events,
    /// The minting of a link.
    Links,
}

/// Invitations of one source, or of all.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct SourceInvitesRow {
    /// The source, empty for events without a link; `None` for all together.
    #[diesel(sql_type = Nullable<Text>)]
    pub source: Option<String>,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
    /// Different users who sent them.
    #[diesel(sql_type = BigInt)]
    pub inviters: i64,
}

/// What one referrer brought.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct TopReferrerRow {
    /// The referrer.
    #[diesel(sql_type = SqlUuid)]
    pub referrer_id: Uuid,
    /// The platform's id of the referrer.
    #[diesel(sql_type = Text)]
    pub external_id: String,
    /// Age band.
    #[diesel(sql_type = Text)]
    pub age_band: String,
    /// Clicks of people.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Conversions.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Invitations.
    #[diesel(sql_type = BigInt)]
    pub invites: i64,
}

/// Links of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct LinkCounts {
    /// Minted in it.
    #[diesel(sql_type = BigInt)]
    pub created: i64,
    /// Of those, clicked by a person before its end.
    #[diesel(sql_type = BigInt)]
    pub clicked: i64,
}

const EVENT_INVITES: &str = "
SELECT CASE WHEN grouping(source) = 0 THEN source END AS source, count(*) AS invites,
       count(DISTINCT referrer_id) AS inviters
FROM (
    SELECT coalesce(l.source, '') AS source, e.referrer_id
    FROM events e LEFT JOIN links l ON l.id = e.link_id
    WHERE e.type = 'invite_sent' AND e.occurred_at >= $1 AND e.occurred_at < $2
) AS invite
GROUP BY GROUPING SETS ((source), ()) ORDER BY 1";

const LINK_INVITES: &str = "
SELECT CASE WHEN grouping(source) = 0 THEN source END AS source, count(*) AS invites,
       count(DISTINCT referrer_id) AS inviters
FROM links WHERE created_at >= $1 AND created_at < $2
GROUP BY GROUPING SETS ((source), ()) ORDER BY 1";

const ANY_INVITE: &str = "
SELECT EXISTS (
    SELECT FROM events WHERE type = 'invite_sent' AND occurred_at >= $1 AND occurred_at < $2
) AS found";

/// Ties are broken by clicks, then by the platform's id, so that a list is the same every time. Bind 23 is how many.
const TOP_REFERRERS: &str = ", brought AS (
    SELECT person AS referrer_id, count(*) FILTER (WHERE is_invite) AS invites, 0 AS clicks,
           count(*) FILTER (WHERE type = 'conversion') AS conversions
    FROM named WHERE person IS NOT NULL GROUP BY person
    UNION ALL
    SELECT referrer_id, 0, clicks, 0 FROM clicked
), summed AS (
    SELECT referrer_id, sum(invites)::bigint AS invites, sum(clicks)::bigint AS clicks, sum(conversions)::bigint AS conversions
    FROM brought GROUP BY referrer_id
)
SELECT s.*, u.external_id, u.age_band FROM summed s JOIN users u ON u.id = s.referrer_id
WHERE (s.clicks > 0 OR s.conversions > 0) AND ($5 IS NULL OR u.persona = $5)
ORDER BY conversions DESC, clicks DESC, external_id LIMIT $23";

const LINKS: &str = "
SELECT count(*) AS created, count(*) FILTER (WHERE first_clicked_at < $2) AS clicked
FROM links WHERE created_at >= $1 AND created_at < $2";

/// Whether the platform reported any invitation in the window.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn has_invites(conn: &mut AsyncPgConnection, window: &TimeWindow) -> DbResult<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let (from, to) = bounds(window);
    let row: Found = sql_query(ANY_INVITE)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .get_result(conn)
        .await?;
    Ok(row.found)
}

/// Invitations by source, in the order of their names, and of all.
pub async fn source_invites(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
    origin: InviteOrigin,
) -> DbResult<Vec<SourceInvitesRow>> {
    let statement = match origin {
        InviteOrigin::Events => EVENT_INVITES,
        InviteOrigin::Links => LINK_INVITES,
    };
    let (from, to) = bounds(window);
    Ok(sql_query(statement)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .load(conn)
        .await?)
}

/// The referrers who brought most conversions, at most `limit`; who brought nothing is left out.
pub async fn top_referrers(
    conn: &mut AsyncPgConnection,
    question: &GrowthQuestion,
    limit: u32,
) -> DbResult<Vec<TopReferrerRow>> {
    Ok(over_facts_and_clicks_of_referrers(question, TOP_REFERRERS)
        .bind::<BigInt, _>(i64::from(limit))
        .load(conn)
        .await?)
}

/// Links minted in the window, and how many of them a person clicked in it.
pub async fn link_counts(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
) -> DbResult<LinkCounts> {
    let (from, to) = bounds(window);
    Ok(sql_query(LINKS)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .get_result(conn)
        .await?)
}

fn bounds(window: &TimeWindow) -> (DateTime<Utc>, DateTime<Utc>) {
    (window.from(), window.to())
}
