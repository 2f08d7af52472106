//! The one reading of events that every figure of growth is made of: who invited, converted or reached the first valuable
//! moment, when, and by which source. People are counted once over a whole window, so these are read one by one; clicks, of
//! which there are many more, come from rollups, see [`super::clicks`].

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_query;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;
use viral_engine_domain::time_window::TimeWindow;

use super::InviteOrigin;

/// Which events are asked for; `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrowthFilter {
    /// Loop id or slug; empty for events without a link.
    pub source: Option<String>,
    /// Channel of the link.
    pub channel: Option<String>,
    /// Persona of the referrer.
    pub persona: Option<String>,
    /// Campaign of the link.
    pub campaign: Option<String>,
}

impl GrowthFilter {
    /// Whether it asks for what is said of links.
    pub(super) fn is_of_links(&self) -> bool {
        self.source.is_some() || self.channel.is_some() || self.campaign.is_some()
    }
}

/// What the guardrails flag, which verified figures leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flagged {
    /// Keyed hashes of addresses with too many clicks, and when these were.
    pub addresses: Vec<(Vec<u8>, TimeWindow)>,
    /// Fingerprints of devices that click faster than people do.
    pub devices: Vec<String>,
    /// Referrers whose conversions stand out, and when these were.
    pub referrers: Vec<(Uuid, TimeWindow)>,
}

/// What a query of growth is asked.
#[derive(Clone, Debug)]
pub struct GrowthQuestion {
    /// When it happened.
    pub window: TimeWindow,
    /// What of it.
    pub filter: GrowthFilter,
    /// What counts as an invitation.
    pub origin: InviteOrigin,
    /// Sources that are counted as one, named [`MERGED`].
    pub merged: Vec<String>,
    /// When it is asked: few events are expected after.
    pub now: DateTime<Utc>,
    /// What is left out.
    pub flagged: Flagged,
}

impl GrowthQuestion {
    /// Everything in a window.
    #[must_use]
    pub fn all(window: TimeWindow, origin: InviteOrigin, now: DateTime<Utc>) -> Self {
        Self {
            window,
            filter: GrowthFilter::default(),
            origin,
            merged: Vec::new(),
            now,
            flagged: Flagged::default(),
        }
    }
}

/// Name of merged sources; no slug has a space.
pub const MERGED: &str = "merged sources";

/// `named (type, is_invite, source, person, referee_id, link_id, occurred_at, id)`: invitations, conversions and activations of
/// the window, the minting of links (`link`) included; binds 1 to 11. `person` is the referrer.
const FACTS: &str = "fact AS (
    SELECT e.type, e.type = 'invite_sent' AS is_invite, coalesce(l.source, '') AS source,
           e.referrer_id AS person, e.referee_id, e.link_id, e.occurred_at, e.id
    FROM events e LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users u ON $5 IS NOT NULL AND u.id = e.referrer_id
    WHERE e.type IN ('invite_sent', 'conversion', 'activation') AND e.occurred_at >= $1 AND e.occurred_at < $2
      AND (e.type <> 'conversion' OR e.reject_reason IS NULL) AND NOT (e.type = 'invite_sent' AND $7)
      AND ($3 IS NULL OR coalesce(l.source, '') = $3)
      AND ($4 IS NULL OR l.channel = $4) AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
      {unflagged}
    UNION ALL
    SELECT 'link', $7, l.source, l.referrer_id, NULL, l.id, l.created_at, l.id
    FROM links l LEFT JOIN users u ON $5 IS NOT NULL AND u.id = l.referrer_id
    WHERE l.created_at >= $1 AND l.created_at < $2 AND ($3 IS NULL OR l.source = $3)
      AND ($4 IS NULL OR l.channel = $4) AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
), named AS (
    SELECT type, is_invite, CASE WHEN source = ANY ($8) THEN 'merged sources' ELSE source END AS source, person, referee_id,
           link_id, occurred_at, id
    FROM fact
)";

/// `flagged (id, referee_id)`: conversions of referrers who stand out; binds 9 to 11.
pub(super) const FLAGGED: &str = "flagged AS (
    SELECT c.id, c.referee_id FROM unnest($9, $10, $11) AS f (referrer_id, start_at, end_at)
    JOIN events c ON c.referrer_id = f.referrer_id AND c.type = 'conversion'
     AND c.occurred_at >= f.start_at AND c.occurred_at < f.end_at
), ";

/// Leaves flagged conversions out, and what came of them.
const UNFLAGGED: &str = "AND NOT EXISTS (SELECT FROM flagged f WHERE f.id = e.id)
      AND NOT (e.type = 'activation' AND EXISTS (SELECT FROM flagged f WHERE f.referee_id = e.referee_id))";

/// A query that begins with [`FACTS`], its binds 1 to 11 bound.
pub(super) fn over_facts(
    question: &GrowthQuestion,
    statement: &str,
) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let filter = question.filter.clone();
    let (from, to) = (question.window.from(), question.window.to());
    let flagged = &question.flagged.referrers;
    let (before, unflagged) = match flagged.is_empty() {
        true => ("", ""),
        false => (FLAGGED, UNFLAGGED),
    };
    let facts = FACTS.replace("{unflagged}", unflagged);
    let referrers: Vec<Uuid> = flagged.iter().map(|(referrer, _)| *referrer).collect();
    let (starts, ends) = times(flagged.iter().map(|(_, window)| window));
    sql_query(format!("WITH {before}{facts}{statement}"))
        .into_boxed::<Pg>()
        .bind::<Timestamptz, DateTime<Utc>>(from)
        .bind::<Timestamptz, DateTime<Utc>>(to)
        .bind::<Nullable<Text>, _>(filter.source)
        .bind::<Nullable<Text>, _>(filter.channel)
        .bind::<Nullable<Text>, _>(filter.persona)
        .bind::<Nullable<Text>, _>(filter.campaign)
        .bind::<Bool, _>(question.origin == InviteOrigin::Links)
        .bind::<Array<Text>, _>(question.merged.clone())
        .bind::<Array<SqlUuid>, _>(referrers)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
}

/// First instants and ends.
pub(super) fn times<'a>(
    windows: impl Iterator<Item = &'a TimeWindow>,
) -> (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) {
    windows.map(|window| (window.from(), window.to())).unzip()
}
