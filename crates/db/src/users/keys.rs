//! Where the keys of users are in the key store.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::users;

/// Where a user's key is.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct KeySlotRow {
    /// The user.
    pub id: Uuid,
    /// Slot; none until there is something to encrypt.
    pub key_slot: Option<i64>,
    /// When the user was erased.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Where the keys of these users are; who is unknown is missing.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn find_key_slots(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<KeySlotRow>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select(KeySlotRow::as_select())
        .load(conn)
        .await?)
}

/// The same, locked until the transaction ends, in the order in which everybody locks users.
pub async fn lock_key_slots(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<KeySlotRow>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .order(users::external_id)
        .select(KeySlotRow::as_select())
        .for_no_key_update()
        .load(conn)
        .await?)
}

/// Notes where the keys of users are.
pub async fn set_key_slots(conn: &mut AsyncPgConnection, slots: &[(Uuid, i64)]) -> DbResult<()> {
    let (ids, slots): (Vec<Uuid>, Vec<i64>) = slots.iter().copied().unzip();
    sql_query(
        "UPDATE users u SET key_slot = n.slot FROM unnest($1::uuid[], $2::bigint[]) AS n (id, slot) WHERE u.id = n.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(slots)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets where a user's key was.
pub async fn clear_key_slot(conn: &mut AsyncPgConnection, user: Uuid) -> DbResult<()> {
    diesel::update(users::table.find(user))
        .set(users::key_slot.eq(None::<i64>))
        .execute(conn)
        .await?;
    Ok(())
}

/// The highest slot that any user has.
pub async fn highest_key_slot(conn: &mut AsyncPgConnection) -> DbResult<Option<i64>> {
    Ok(users::table
        .select(max(users::key_slot))
        .first(conn)
        .await?)
}
