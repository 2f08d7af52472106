//! What was told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::webhook_messages;

/// A message as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_messages, check_for_backend(diesel::pg::Pg))]
pub struct MessageRow {
    /// Its id, also `webhook-id`.
    pub id: Uuid,
    /// What it tells.
    pub event_type: String,
    /// The bytes that are signed and sent.
    pub body: String,
    /// When it was published.
    pub created_at: DateTime<Utc>,
}

/// Rows in one statement: PostgreSQL takes 65,535 parameters.
const ROWS: usize = 5_000;

const DELETE_OLD: &str = "
DELETE FROM webhook_messages WHERE id IN
    (SELECT id FROM webhook_messages WHERE created_at < $1 ORDER BY created_at LIMIT $2)";

/// Stores messages.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_messages(conn: &mut AsyncPgConnection, rows: &[MessageRow]) -> DbResult<()> {
    for rows in rows.chunks(ROWS) {
        diesel::insert_into(webhook_messages::table)
            .values(rows)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// A message.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_message(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<MessageRow> {
    Ok(webhook_messages::table
        .find(id)
        .select(MessageRow::as_select())
        .first(conn)
        .await?)
}

/// Removes at most `limit` messages from before `before`, with their deliveries, and answers how many.
pub async fn delete_old_messages(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> DbResult<usize> {
    Ok(sql_query(DELETE_OLD)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}
