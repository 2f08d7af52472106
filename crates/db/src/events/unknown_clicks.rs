//! Gives up clicks that events named and that never arrived.
//!
//! A conversion that names such a click and no referrer is credited to nobody. It would still be the one conversion its
//! referee is credited for, so that whoever invents a click takes that from a referrer who earns it later.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Date, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::event_id::millisecond_of;

use crate::error::DbResult;

const GIVE_UP: &str = "
DELETE FROM awaited_clicks WHERE (click_id, event_id) IN (
    SELECT click_id, event_id FROM awaited_clicks WHERE recorded_at < $1 LIMIT $2)
RETURNING event_id, has_referrer";

/// Takes event ids and their times; answers the days whose rollup changed.
pub(super) const REJECT: &str = "
WITH rejected AS (
    UPDATE events e SET reject_reason = 'unknown_click'
    FROM unnest($1::uuid[], $2::timestamptz[]) AS n (event_id, at)
    WHERE e.occurred_at >= n.at AND e.occurred_at < n.at + interval '1 millisecond' AND e.id = n.event_id
      AND e.type = 'conversion'
    RETURNING e.id, e.occurred_at, e.referee_id
), freed AS (
    DELETE FROM conversion_credits c USING rejected r WHERE c.referee_id = r.referee_id AND c.event_id = r.id
), due AS (
    INSERT INTO due_attributions (conversion_id) SELECT id FROM rejected
)
UPDATE rollup_source_days s SET conversions = s.conversions - n.conversions
FROM (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) AS conversions FROM rejected GROUP BY 1) AS n
WHERE s.day = n.day AND s.source = ''
RETURNING s.day";

/// A recomputation would not make them.
pub(super) const EMPTY_DAYS: &str = "
DELETE FROM rollup_source_days WHERE day = ANY ($1) AND source = ''
  AND (human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations)
    = (0, 0, 0, 0, 0, 0, 0, 0, 0)";

#[derive(QueryableByName)]
struct ChangedDay {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
}

#[derive(QueryableByName)]
struct GivenUp {
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
    #[diesel(sql_type = Bool)]
    has_referrer: bool,
}

/// Gives up at most `limit` clicks that were awaited since before `before`, and answers how many. Conversions that are
/// credited to nobody without them are rejected, and their referees may be credited for another one. Hold the lock of
/// ingest.
///
/// # Errors
/// When the database refuses.
pub async fn give_up_awaited_clicks(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> DbResult<usize> {
    let given_up: Vec<GivenUp> = sql_query(GIVE_UP)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    let (events, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = given_up
        .iter()
        .filter(|click| !click.has_referrer)
        .filter_map(|click| Some((click.event_id, millisecond_of(click.event_id)?.0)))
        .unzip();
    if !events.is_empty() {
        let changed: Vec<ChangedDay> = sql_query(REJECT)
            .bind::<Array<SqlUuid>, _>(events)
            .bind::<Array<Timestamptz>, _>(times)
            .load(conn)
            .await?;
        let days: Vec<NaiveDate> = changed.iter().map(|changed| changed.day).collect();
        sql_query(EMPTY_DAYS)
            .bind::<Array<Date>, _>(days)
            .execute(conn)
            .await?;
    }
    Ok(given_up.len())
}
