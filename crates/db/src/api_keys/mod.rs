//! API keys. Of the key itself only a SHA-256 is stored: it has 256 random bits, so a slow hash adds nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
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
