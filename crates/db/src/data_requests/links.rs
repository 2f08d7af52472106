//! Links by which a guardian asks for one thing, once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::data_request_links;

/// A link as stored: what stands in the message is kept as a hash alone.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = data_request_links, check_for_backend(diesel::pg::Pg))]
pub struct DataLinkRow {
    /// Hash of the token.
    pub token_hash: Vec<u8>,
    /// `summary`, `export` or `deletion`.
    pub kind: String,
    /// Whose mail it is in.
    pub guardian_id: Uuid,
    /// Whom it is about.
    pub child_id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// What it asked for.
    pub request_id: Option<Uuid>,
}

/// Stores a link.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_data_link(conn: &mut AsyncPgConnection, row: &DataLinkRow) -> DbResult<()> {
    diesel::insert_into(data_request_links::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The link with this hash.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_data_link(conn: &mut AsyncPgConnection, hash: &[u8]) -> DbResult<DataLinkRow> {
    Ok(data_request_links::table
        .find(hash)
        .select(DataLinkRow::as_select())
        .first(conn)
        .await?)
}

/// Notes that a link is used, and for what; answers false when it was used before or its time is over.
pub async fn use_data_link(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let fresh = data_request_links::table
        .find(hash)
        .filter(data_request_links::used_at.is_null())
        .filter(data_request_links::expires_at.gt(now));
    let used = diesel::update(fresh)
        .set(data_request_links::used_at.eq(now))
        .execute(conn)
        .await?;
    Ok(used == 1)
}

/// Notes what a link asked for, which can be fetched with it until a time.
pub async fn set_link_request(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    request: Uuid,
    until: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(data_request_links::table.find(hash))
        .set((
            data_request_links::request_id.eq(request),
            data_request_links::expires_at.eq(until),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the links that these guardians were sent; what is still being made for one can not be fetched by it any more.
pub async fn end_data_links(
    conn: &mut AsyncPgConnection,
    guardians: &[Uuid],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let living = data_request_links::table
        .filter(data_request_links::guardian_id.eq_any(guardians))
        .filter(data_request_links::expires_at.gt(now));
    diesel::update(living)
        .set(data_request_links::expires_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many links a guardian was sent since then.
pub async fn count_data_links(
    conn: &mut AsyncPgConnection,
    guardian: Uuid,
    since: DateTime<Utc>,
) -> DbResult<i64> {
    Ok(data_request_links::table
        .filter(data_request_links::guardian_id.eq(guardian))
        .filter(data_request_links::created_at.gt(since))
        .count()
        .get_result(conn)
        .await?)
}

/// Removes links whose time is over, and answers how many.
pub async fn prune_data_links(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    let over = data_request_links::table.filter(data_request_links::expires_at.lt(before));
    Ok(diesel::delete(over).execute(conn).await?)
}
