//! Times from invitations to the conversions that they brought.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::facts::{GrowthQuestion, over_facts};
use crate::error::DbResult;

/// Conversions that took equally long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct CycleRow {
    /// Tenths of an hour, rounded half up; 0 when the invitation was reported later than its conversion.
    #[diesel(sql_type = BigInt)]
    pub tenths: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The invitation of a conversion is the first one by its referrer that names its referee, else the minting of its link. Bind 12 is
/// the border of maturity.
const CYCLES: &str = ", invited AS (
    SELECT person, referee_id, min(occurred_at) AS at FROM named
    WHERE type = 'invite_sent' AND referee_id IS NOT NULL GROUP BY person, referee_id
), timed AS (
    SELECT coalesce(i.at, l.created_at) AS invited_at, c.occurred_at AS converted_at
    FROM events c LEFT JOIN links l ON l.id = c.link_id LEFT JOIN users u ON $5 IS NOT NULL AND u.id = c.referrer_id
         LEFT JOIN invited i ON i.person = c.referrer_id AND i.referee_id = c.referee_id
    WHERE c.type = 'conversion' AND c.reject_reason IS NULL AND c.occurred_at >= $1 {unflagged}
      AND ($3 IS NULL OR coalesce(l.source, '') = $3) AND ($4 IS NULL OR l.channel = $4)
      AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
)
SELECT floor((greatest(extract(epoch FROM converted_at - invited_at), 0) + 180) / 360)::bigint AS tenths, count(*) AS count
FROM timed WHERE invited_at >= $1 AND invited_at < least($2, $12) GROUP BY 1 ORDER BY 1";

/// How long the conversions took whose invitations lie in the window and before the border of maturity.
///
/// # Errors
/// When the database refuses.
pub async fn cycle_times(
    conn: &mut AsyncPgConnection,
    question: &GrowthQuestion,
    matured_before: DateTime<Utc>,
) -> DbResult<Vec<CycleRow>> {
    let unflagged = match question.flagged.referrers.is_empty() {
        true => "",
        false => "AND NOT EXISTS (SELECT FROM flagged f WHERE f.id = c.id)",
    };
    Ok(
        over_facts(question, &CYCLES.replace("{unflagged}", unflagged))
            .bind::<Timestamptz, DateTime<Utc>>(matured_before)
            .load(conn)
            .await?,
    )
}
