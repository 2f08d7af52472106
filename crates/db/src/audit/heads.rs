//! Signed heads; the table only grows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::audit_heads;

/// A signed head.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_heads, check_for_backend(diesel::pg::Pg))]
pub struct HeadRow {
    /// The id of the entry that tells of it.
    pub id: Uuid,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Number of leaves it vouches for.
    pub tree_size: i64,
    /// The signed note.
    pub note: String,
}

/// Keeps a head.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_head(conn: &mut AsyncPgConnection, head: &HeadRow) -> DbResult<()> {
    diesel::insert_into(audit_heads::table)
        .values(head)
        .execute(conn)
        .await?;
    Ok(())
}

/// Heads, newest first.
pub async fn list_heads(conn: &mut AsyncPgConnection, page: PageQuery) -> DbResult<Vec<HeadRow>> {
    let query = audit_heads::table.select(HeadRow::as_select()).into_boxed();
    Ok(page_of!(query, page, audit_heads::made_at, audit_heads::id)
        .load(conn)
        .await?)
}

/// Heads of sizes from `from` to `to`, both included, the smallest first.
pub async fn load_heads(
    conn: &mut AsyncPgConnection,
    from: i64,
    to: i64,
) -> DbResult<Vec<HeadRow>> {
    Ok(audit_heads::table
        .filter(audit_heads::tree_size.between(from, to))
        .order(audit_heads::tree_size)
        .select(HeadRow::as_select())
        .load(conn)
        .await?)
}

/// The head of a size.
pub async fn find_head(conn: &mut AsyncPgConnection, tree_size: i64) -> DbResult<Option<HeadRow>> {
    Ok(audit_heads::table
        .filter(audit_heads::tree_size.eq(tree_size))
        .select(HeadRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The latest head.
pub async fn last_head(conn: &mut AsyncPgConnection) -> DbResult<Option<HeadRow>> {
    Ok(audit_heads::table
        .order(audit_heads::tree_size.desc())
        .select(HeadRow::as_select())
        .first(conn)
        .await
        .optional()?)
}
