//! API keys. Of the key itself only a SHA-256 is stored: it has 256 random bits, so a slow hash adds nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::api_keys;

/// An API key as stored.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
pub struct ApiKeyRow {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// First characters of the key.
    pub prefix: String,
    /// SHA-256 of the key.
    pub secret_hash: Vec<u8>,
    /// Scopes as sent.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// Last use, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it stops or stopped by revocation.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Stores a new key.
///
/// # Errors
/// When the database refuses.
pub async fn insert_api_key(conn: &mut AsyncPgConnection, row: &ApiKeyRow) -> DbResult<()> {
    diesel::insert_into(api_keys::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The key with this hash, whatever its state.
///
/// # Errors
/// When the database refuses.
pub async fn find_api_key_by_hash(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
) -> DbResult<Option<ApiKeyRow>> {
    Ok(api_keys::table
        .filter(api_keys::secret_hash.eq(hash))
        .select(ApiKeyRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Notes that the key was used; never moves the time back.
///
/// # Errors
/// When the database refuses.
pub async fn touch_api_key(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    used_at: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(api_keys::table.find(id))
        .filter(
            api_keys::last_used_at
                .is_null()
                .or(api_keys::last_used_at.lt(used_at)),
        )
        .set(api_keys::last_used_at.eq(used_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// The key with this id.
///
/// # Errors
/// When the database refuses.
pub async fn find_api_key(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<Option<ApiKeyRow>> {
    Ok(api_keys::table
        .find(id)
        .select(ApiKeyRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Keys, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_api_keys(
    conn: &mut AsyncPgConnection,
    page: PageQuery,
) -> DbResult<Vec<ApiKeyRow>> {
    let query = api_keys::table.select(ApiKeyRow::as_select()).into_boxed();
    Ok(page_of!(query, page, api_keys::created_at, api_keys::id)
        .load(conn)
        .await?)
}

/// Ends a key at `at`, unless it ends sooner already. Answers false when it does, or when there is none.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_api_key(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    let ends_later = api_keys::revoked_at
        .is_null()
        .or(api_keys::revoked_at.gt(at));
    let revoked = diesel::update(api_keys::table.find(id))
        .filter(ends_later)
        .set(api_keys::revoked_at.eq(at))
        .execute(conn)
        .await?;
    Ok(revoked == 1)
}
