//! The ledger: who is credited with each conversion, kept as it was computed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::attributions;

/// A conversion whose credit was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = attributions, check_for_backend(diesel::pg::Pg))]
pub struct AttributionRow {
    /// The conversion.
    pub conversion_id: Uuid,
    /// When it happened.
    pub converted_at: DateTime<Utc>,
    /// Days before it in which touches count.
    pub lookback_days: i32,
    /// When that was computed.
    pub computed_at: DateTime<Utc>,
}

/// A touch and what it is credited with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditedTouch {
    /// The conversion.
    pub conversion_id: Uuid,
    /// When that happened.
    pub converted_at: DateTime<Utc>,
    /// Its place among the touches, from 0, the earliest first.
    pub place: i32,
    /// What it is.
    pub kind: &'static str,
    /// The event.
    pub event_id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Its link.
    pub link_id: Option<Uuid>,
    /// Who invited.
    pub referrer_id: Option<Uuid>,
    /// Millionths by last touch, first touch, linear and position.
    pub credits: [i32; 4],
}

/// A conversion and when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct ConversionPlace {
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub occurred_at: DateTime<Utc>,
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
}

const HAS_DUE: &str = "SELECT EXISTS (SELECT FROM due_attributions) AS found";

const TAKE_DUE: &str = "
WITH taken AS (
    DELETE FROM due_attributions WHERE id IN (SELECT id FROM due_attributions ORDER BY id LIMIT $1) RETURNING conversion_id
)
SELECT DISTINCT conversion_id FROM taken";

const CONVERSIONS: &str = "
SELECT occurred_at, id FROM events
WHERE type = 'conversion' AND (occurred_at, id) > ($1, $2) AND occurred_at < $3
ORDER BY occurred_at, id LIMIT $4";

const INSERT_TOUCHES: &str = "
INSERT INTO attribution_touches (conversion_id, converted_at, place, kind, event_id, at, link_id, referrer_id,
                                 last_credit, first_credit, linear_credit, position_credit)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    conversion_id: Uuid,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether any conversion is to be computed.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn has_due(conn: &mut AsyncPgConnection) -> DbResult<bool> {
    let row: Found = sql_query(HAS_DUE).get_result(conn).await?;
    Ok(row.found)
}

/// Takes conversions that are to be computed, at most `limit` marks of them, the oldest.
pub async fn take_due(conn: &mut AsyncPgConnection, limit: i64) -> DbResult<Vec<Uuid>> {
    let due: Vec<Due> = sql_query(TAKE_DUE)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(due.into_iter().map(|due| due.conversion_id).collect())
}

/// Conversions before `before` that come after a place, by time and id, at most `limit`.
pub async fn conversions_between(
    conn: &mut AsyncPgConnection,
    after: ConversionPlace,
    before: DateTime<Utc>,
    limit: i64,
) -> DbResult<Vec<ConversionPlace>> {
    Ok(sql_query(CONVERSIONS)
        .bind::<Timestamptz, _>(after.occurred_at)
        .bind::<SqlUuid, _>(after.id)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// How a conversion was computed; `None` while it is not.
pub async fn attribution_of(
    conn: &mut AsyncPgConnection,
    conversion: Uuid,
) -> DbResult<Option<AttributionRow>> {
    Ok(attributions::table
        .find(conversion)
        .select(AttributionRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The lookback, in days, by which each of the conversions was computed; those that were not are missing.
pub async fn stored_lookbacks(
    conn: &mut AsyncPgConnection,
    conversions: &[Uuid],
) -> DbResult<Vec<(Uuid, i32)>> {
    Ok(attributions::table
        .filter(attributions::conversion_id.eq_any(conversions))
        .select((attributions::conversion_id, attributions::lookback_days))
        .load(conn)
        .await?)
}

/// Puts `rows` and their touches in the place of whatever the ledger says of `conversions`.
pub async fn replace_attributions(
    conn: &mut AsyncPgConnection,
    conversions: &[Uuid],
    rows: &[AttributionRow],
    touches: &[CreditedTouch],
) -> DbResult<()> {
    diesel::delete(attributions::table.filter(attributions::conversion_id.eq_any(conversions)))
        .execute(conn)
        .await?;
    diesel::insert_into(attributions::table)
        .values(rows)
        .execute(conn)
        .await?;
    insert_touches(conn, touches).await
}

async fn insert_touches(conn: &mut AsyncPgConnection, touches: &[CreditedTouch]) -> DbResult<()> {
    let credit = |model: usize| -> Vec<i32> {
        let of = |touch: &CreditedTouch| touch.credits.get(model).copied().unwrap_or(0);
        touches.iter().map(of).collect()
    };
    sql_query(INSERT_TOUCHES)
        .bind::<Array<SqlUuid>, _>(column(touches, |touch| touch.conversion_id))
        .bind::<Array<Timestamptz>, _>(column(touches, |touch| touch.converted_at))
        .bind::<Array<Integer>, _>(column(touches, |touch| touch.place))
        .bind::<Array<Text>, _>(column(touches, |touch| touch.kind))
        .bind::<Array<SqlUuid>, _>(column(touches, |touch| touch.event_id))
        .bind::<Array<Timestamptz>, _>(column(touches, |touch| touch.at))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(touches, |touch| touch.link_id))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(touches, |touch| touch.referrer_id))
        .bind::<Array<Integer>, _>(credit(0))
        .bind::<Array<Integer>, _>(credit(1))
        .bind::<Array<Integer>, _>(credit(2))
        .bind::<Array<Integer>, _>(credit(3))
        .execute(conn)
        .await?;
    Ok(())
}

fn column<T>(touches: &[CreditedTouch], of: impl Fn(&CreditedTouch) -> T) -> Vec<T> {
    touches.iter().map(of).collect()
}
