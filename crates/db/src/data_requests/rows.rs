//! Requests as stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::data_requests;

/// Unique index: a user has one open request of a kind.
pub const OPEN_REQUEST: &str = "data_requests_open_unique_idx";

/// A request as stored, without its archive.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = data_requests, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct DataRequestRow {
    /// Its id.
    pub id: Uuid,
    /// `deletion` or `export`.
    pub kind: String,
    /// Whom it is about.
    pub user_id: Uuid,
    /// `waiting`, `running`, `completed` or `failed`.
    pub state: String,
    /// Kind of who asked.
    pub asked_by_kind: String,
    /// Who asked.
    pub asked_by: Option<Uuid>,
    /// Names to look for in texts, encrypted with the user's key.
    pub names_cipher: Option<Vec<u8>>,
    /// Rows by store.
    pub progress: Value,
    /// What was done.
    pub receipt: Option<Value>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The job that does it.
    pub job_id: Option<Uuid>,
    /// Until when what was exported can be had.
    pub archive_until: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
}

/// What a list of requests is narrowed to; `None` narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataRequestFilter {
    /// Of this kind.
    pub kind: Option<&'static str>,
    /// In this state.
    pub state: Option<&'static str>,
    /// About this user.
    pub user: Option<Uuid>,
}

/// Stores a request.
///
/// # Errors
/// A violation of [`OPEN_REQUEST`]; when the database refuses, as everywhere in this module.
pub async fn insert_data_request(
    conn: &mut AsyncPgConnection,
    row: &DataRequestRow,
) -> DbResult<()> {
    diesel::insert_into(data_requests::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a request.
pub async fn save_data_request(conn: &mut AsyncPgConnection, row: &DataRequestRow) -> DbResult<()> {
    diesel::update(data_requests::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A request.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_data_request(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<DataRequestRow> {
    Ok(data_requests::table
        .find(id)
        .select(DataRequestRow::as_select())
        .first(conn)
        .await?)
}

/// A request, locked until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn lock_data_request(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<DataRequestRow> {
    Ok(data_requests::table
        .find(id)
        .select(DataRequestRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// A page of the requests that match `filter`, by when they were asked for.
pub async fn list_data_requests(
    conn: &mut AsyncPgConnection,
    filter: DataRequestFilter,
    page: PageQuery,
) -> DbResult<Vec<DataRequestRow>> {
    use data_requests::{created_at, id};
    let mut query = data_requests::table
        .select(DataRequestRow::as_select())
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(data_requests::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(data_requests::state.eq(state));
    }
    if let Some(user) = filter.user {
        query = query.filter(data_requests::user_id.eq(user));
    }
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}

/// Removes archives whose time is over, and answers how many.
pub async fn prune_archives(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> DbResult<usize> {
    let over = data_requests::table.filter(data_requests::archive_until.le(now));
    Ok(diesel::update(over)
        .set((
            data_requests::archive.eq(None::<Vec<u8>>),
            data_requests::archive_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?)
}
