//! What became of a message for one receiver.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::count::Count;
use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{webhook_attempts, webhook_deliveries, webhook_endpoints, webhook_messages};

/// A delivery as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = webhook_deliveries, primary_key(endpoint_id, message_id), check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct DeliveryRow {
    /// The receiver.
    pub endpoint_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// `pending`, `delivered`, `failed` or `skipped`.
    pub status: String,
    /// How often it was begun anew.
    pub round: i32,
    /// Attempts of this round.
    pub tries: i32,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// When it is sent again.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When nothing more was to be done.
    pub finished_at: Option<DateTime<Utc>>,
    /// Until then somebody may be sending it, by the database's clock.
    pub sending_until: Option<DateTime<Utc>>,
}

/// An attempt as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_attempts, check_for_backend(diesel::pg::Pg))]
pub struct AttemptRow {
    /// The receiver.
    pub endpoint_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// Its number, from 1, over all rounds.
    pub number: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Status of the answer.
    pub status_code: Option<i32>,
    /// Milliseconds until the answer was read or the attempt given up.
    pub latency_ms: i64,
    /// Begin of the answer, redacted.
    pub answer: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// A delivery and what its message tells.
pub type ListedDelivery = (DeliveryRow, String);

/// Rows in one statement: PostgreSQL takes 65,535 parameters.
const ROWS: usize = 5_000;

const UNTRIED: &str = "
SELECT count(*) AS count
FROM (SELECT FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'pending' AND tries = 0 LIMIT $2) AS untried";

diesel::define_sql_function! {
    /// The database's clock.
    fn clock_timestamp() -> Timestamptz;
}

/// Stores deliveries.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_deliveries(conn: &mut AsyncPgConnection, rows: &[DeliveryRow]) -> DbResult<()> {
    for rows in rows.chunks(ROWS) {
        diesel::insert_into(webhook_deliveries::table)
            .values(rows)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// A delivery, kept from changing until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_delivery(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    message: Uuid,
) -> DbResult<DeliveryRow> {
    Ok(webhook_deliveries::table
        .find((endpoint, message))
        .select(DeliveryRow::as_select())
        .for_no_key_update()
        .first(conn)
        .await?)
}

/// A delivery and what its message tells.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_delivery(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    message: Uuid,
) -> DbResult<ListedDelivery> {
    Ok(webhook_deliveries::table
        .inner_join(
            webhook_messages::table.on(webhook_messages::id.eq(webhook_deliveries::message_id)),
        )
        .filter(webhook_deliveries::endpoint_id.eq(endpoint))
        .filter(webhook_deliveries::message_id.eq(message))
        .select((DeliveryRow::as_select(), webhook_messages::event_type))
        .first(conn)
        .await?)
}

/// Stores what became of a delivery.
pub async fn save_delivery(conn: &mut AsyncPgConnection, row: &DeliveryRow) -> DbResult<()> {
    diesel::update(webhook_deliveries::table.find((row.endpoint_id, row.message_id)))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives up whatever a receiver still has to get.
pub async fn skip_pending(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    at: DateTime<Utc>,
) -> DbResult<usize> {
    let pending = webhook_deliveries::table
        .filter(webhook_deliveries::endpoint_id.eq(endpoint))
        .filter(webhook_deliveries::status.eq("pending"));
    Ok(diesel::update(pending)
        .set((
            webhook_deliveries::status.eq("skipped"),
            webhook_deliveries::finished_at.eq(at),
            webhook_deliveries::next_attempt_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?)
}

/// How many messages other than this one are being sent to a receiver now, by the database's clock.
pub async fn count_sending(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    but: Uuid,
) -> DbResult<i64> {
    Ok(webhook_deliveries::table
        .filter(webhook_deliveries::endpoint_id.eq(endpoint))
        .filter(webhook_deliveries::message_id.ne(but))
        .filter(webhook_deliveries::sending_until.gt(clock_timestamp().nullable()))
        .count()
        .get_result(conn)
        .await?)
}

/// How many messages a receiver still has to get that were not tried yet, counted up to `most`.
pub async fn count_untried(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    most: i64,
) -> DbResult<i64> {
    let untried: Count = sql_query(UNTRIED)
        .bind::<SqlUuid, _>(endpoint)
        .bind::<BigInt, _>(most)
        .get_result(conn)
        .await?;
    Ok(untried.count)
}

/// How many messages are being sent now to receivers that fail, are slow or not known yet, by the database's clock.
pub async fn count_sending_slowly(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    let of_slow = webhook_endpoints::failing_since
        .is_not_null()
        .or(webhook_endpoints::is_quick.is_distinct_from(true));
    Ok(webhook_deliveries::table
        .inner_join(
            webhook_endpoints::table.on(webhook_endpoints::id.eq(webhook_deliveries::endpoint_id)),
        )
        .filter(webhook_deliveries::sending_until.gt(clock_timestamp().nullable()))
        .filter(of_slow)
        .count()
        .get_result(conn)
        .await?)
}

/// The database's clock.
pub async fn database_now(conn: &mut AsyncPgConnection) -> DbResult<DateTime<Utc>> {
    Ok(diesel::select(clock_timestamp()).get_result(conn).await?)
}

/// A page of a receiver's deliveries with what their messages tell, only those with `status` if one is named.
pub async fn list_deliveries(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    status: Option<&str>,
    page: PageQuery,
) -> DbResult<Vec<ListedDelivery>> {
    use webhook_deliveries::{created_at, message_id};
    let mut query = webhook_deliveries::table
        .inner_join(webhook_messages::table.on(webhook_messages::id.eq(message_id)))
        .filter(webhook_deliveries::endpoint_id.eq(endpoint))
        .select((DeliveryRow::as_select(), webhook_messages::event_type))
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(webhook_deliveries::status.eq(status.to_owned()));
    }
    Ok(page_of!(query, page, created_at, message_id)
        .load(conn)
        .await?)
}

/// Stores an attempt under the next number, whatever its own says. Call it with the delivery locked.
pub async fn insert_attempt(conn: &mut AsyncPgConnection, row: &AttemptRow) -> DbResult<()> {
    let last: Option<i32> = webhook_attempts::table
        .filter(webhook_attempts::endpoint_id.eq(row.endpoint_id))
        .filter(webhook_attempts::message_id.eq(row.message_id))
        .select(diesel::dsl::max(webhook_attempts::number))
        .first(conn)
        .await?;
    let row = AttemptRow {
        number: last.unwrap_or(0).saturating_add(1),
        ..row.clone()
    };
    diesel::insert_into(webhook_attempts::table)
        .values(&row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The attempts of some of a receiver's deliveries, in their order.
pub async fn attempts_of(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    messages: &[Uuid],
) -> DbResult<Vec<AttemptRow>> {
    Ok(webhook_attempts::table
        .filter(webhook_attempts::endpoint_id.eq(endpoint))
        .filter(webhook_attempts::message_id.eq_any(messages))
        .order((webhook_attempts::message_id, webhook_attempts::number))
        .select(AttemptRow::as_select())
        .load(conn)
        .await?)
}
