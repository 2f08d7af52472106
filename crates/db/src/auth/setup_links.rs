//! One-time links to choose a password with.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::setup_links;

/// A setup link as stored.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = setup_links, check_for_backend(diesel::pg::Pg))]
pub struct SetupLinkRow {
    /// SHA-256 of the link's secret.
    pub token_hash: Vec<u8>,
    /// Whose password it sets; null for the very first admin.
    pub operator_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Stores a link and removes every other one for the same operator (or for the first admin).
///
/// # Errors
/// When the database refuses.
pub async fn replace_setup_link(conn: &mut AsyncPgConnection, row: &SetupLinkRow) -> DbResult<()> {
    diesel::delete(setup_links::table)
        .filter(setup_links::operator_id.is_not_distinct_from(row.operator_id))
        .execute(conn)
        .await?;
    diesel::insert_into(setup_links::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The unused link with this hash that has not ended.
///
/// # Errors
/// When the database refuses.
pub async fn find_open_setup_link(
    conn: &mut AsyncPgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<Option<SetupLinkRow>> {
    Ok(setup_links::table
        .find(token_hash)
        .filter(setup_links::used_at.is_null())
        .filter(setup_links::expires_at.gt(now))
        .select(SetupLinkRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Marks a link as used. Answers false when somebody else was first.
///
/// # Errors
/// When the database refuses.
pub async fn use_setup_link(
    conn: &mut AsyncPgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let used = diesel::update(setup_links::table.find(token_hash))
        .filter(setup_links::used_at.is_null())
        .filter(setup_links::expires_at.gt(now))
        .set(setup_links::used_at.eq(now))
        .execute(conn)
        .await?;
    Ok(used == 1)
}
