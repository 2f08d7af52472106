//! Receivers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::webhook_endpoints;

/// A receiver as stored. Shows nothing of itself in logs: its URL may hold a token, and its secrets are sealed.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = webhook_endpoints, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct EndpointRow {
    /// Its id.
    pub id: Uuid,
    /// Where it is.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it is told.
    pub event_types: Vec<String>,
    /// Signs, sealed.
    pub secret: Vec<u8>,
    /// Signs as well for a while, sealed.
    pub previous_secret: Option<Vec<u8>>,
    /// For so long.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// Since when it is told nothing.
    pub disabled_at: Option<DateTime<Utc>>,
    /// `operator`, `failing` or `gone`.
    pub disabled_reason: Option<String>,
    /// First failure since the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// Grows with each change of an operator.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Last change of an operator.
    pub updated_at: DateTime<Utc>,
    /// Whether it answered its last message quickly; unknown while it got none.
    pub is_quick: Option<bool>,
}

/// An enabled receiver and what it is told.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints, check_for_backend(diesel::pg::Pg))]
pub struct Subscriber {
    /// Its id.
    pub id: Uuid,
    /// What it is told.
    pub event_types: Vec<String>,
    /// First failure since the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// Whether it answered its last message quickly; unknown while it got none.
    pub is_quick: Option<bool>,
}

/// Stores a receiver.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_endpoint(conn: &mut AsyncPgConnection, row: &EndpointRow) -> DbResult<()> {
    diesel::insert_into(webhook_endpoints::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a receiver.
pub async fn save_endpoint(conn: &mut AsyncPgConnection, row: &EndpointRow) -> DbResult<()> {
    diesel::update(webhook_endpoints::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a receiver with its deliveries, and answers whether there was one.
pub async fn delete_endpoint(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<bool> {
    let deleted = diesel::delete(webhook_endpoints::table.find(id))
        .execute(conn)
        .await?;
    Ok(deleted == 1)
}

/// A receiver.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_endpoint(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<EndpointRow> {
    Ok(webhook_endpoints::table
        .find(id)
        .select(EndpointRow::as_select())
        .first(conn)
        .await?)
}

/// A receiver, kept from changing until the transaction ends; messages can be stored for it meanwhile.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_endpoint(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<EndpointRow> {
    Ok(webhook_endpoints::table
        .find(id)
        .select(EndpointRow::as_select())
        .for_no_key_update()
        .first(conn)
        .await?)
}

/// All receivers, kept from changing until the transaction ends.
pub async fn lock_endpoints(conn: &mut AsyncPgConnection) -> DbResult<Vec<EndpointRow>> {
    Ok(webhook_endpoints::table
        .order(webhook_endpoints::id)
        .select(EndpointRow::as_select())
        .for_no_key_update()
        .load(conn)
        .await?)
}

/// How many receivers there are.
pub async fn count_endpoints(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    Ok(webhook_endpoints::table.count().get_result(conn).await?)
}

/// The enabled receivers, kept from being removed until the transaction ends.
pub async fn subscribers(conn: &mut AsyncPgConnection) -> DbResult<Vec<Subscriber>> {
    Ok(webhook_endpoints::table
        .filter(webhook_endpoints::disabled_at.is_null())
        .order(webhook_endpoints::id)
        .select(Subscriber::as_select())
        .for_key_share()
        .load(conn)
        .await?)
}

/// A page of the receivers.
pub async fn list_endpoints(
    conn: &mut AsyncPgConnection,
    page: PageQuery,
) -> DbResult<Vec<EndpointRow>> {
    use webhook_endpoints::{created_at, id};
    let query = webhook_endpoints::table
        .select(EndpointRow::as_select())
        .into_boxed();
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}
