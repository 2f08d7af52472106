//! Blocked devices and networks.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{blocks, operators};

/// Unique constraint: a device or network is blocked once.
pub const ENTITY_VALUE_KEY: &str = "blocks_entity_value_key";

/// A block as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocks, check_for_backend(diesel::pg::Pg))]
pub struct BlockRow {
    /// Its id.
    pub id: Uuid,
    /// `device` or `network`.
    pub entity: String,
    /// The fingerprint or network.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Operator who blocked it.
    pub created_by: Option<Uuid>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A block and the address of the operator who made it.
pub type ListedBlock = (BlockRow, Option<String>);

/// What redirects and ingest compare with.
#[derive(Clone, Debug, Queryable)]
pub struct ActiveBlock {
    /// `device` or `network`.
    pub entity: String,
    /// The fingerprint or network.
    pub value: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Stores a block; one of the same device or network that has ended makes room.
///
/// # Errors
/// Violates [`ENTITY_VALUE_KEY`] when it is blocked already.
pub async fn insert_block(conn: &mut AsyncPgConnection, row: &BlockRow) -> DbResult<()> {
    let ended = blocks::entity
        .eq(&row.entity)
        .and(blocks::value.eq(&row.value))
        .and(blocks::expires_at.le(row.created_at));
    diesel::delete(blocks::table.filter(ended))
        .execute(conn)
        .await?;
    diesel::insert_into(blocks::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a block and answers it.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn delete_block(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<BlockRow> {
    Ok(diesel::delete(blocks::table.find(id))
        .returning(BlockRow::as_returning())
        .get_result(conn)
        .await?)
}

/// A page of the blocks that have not ended at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn list_blocks(
    conn: &mut AsyncPgConnection,
    page: PageQuery,
    now: DateTime<Utc>,
) -> DbResult<Vec<ListedBlock>> {
    let query = blocks::table
        .left_join(operators::table.on(blocks::created_by.eq(operators::id.nullable())))
        .filter(blocks::expires_at.is_null().or(blocks::expires_at.gt(now)))
        .select((BlockRow::as_select(), operators::email.nullable()))
        .into_boxed();
    Ok(page_of!(query, page, blocks::created_at, blocks::id)
        .load(conn)
        .await?)
}

/// All blocks that have not ended at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn active_blocks(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> DbResult<Vec<ActiveBlock>> {
    Ok(blocks::table
        .filter(blocks::expires_at.is_null().or(blocks::expires_at.gt(now)))
        .select((blocks::entity, blocks::value, blocks::expires_at))
        .load(conn)
        .await?)
}
