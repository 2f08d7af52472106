//! What authenticates links in mail that was sent under former keys of personal data.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::lasting_keys;

/// The link keys of one former key of personal data.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = lasting_keys, check_for_backend(diesel::pg::Pg))]
pub struct LastingKeyRow {
    /// Identifier of the former key.
    pub id: Uuid,
    /// The link keys, encrypted with the current key.
    pub sealed: Vec<u8>,
    /// When it was first seen to be replaced.
    pub replaced_at: DateTime<Utc>,
}

/// All of them, the last to be replaced first.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn list_lasting_keys(conn: &mut AsyncPgConnection) -> DbResult<Vec<LastingKeyRow>> {
    Ok(lasting_keys::table
        .order((lasting_keys::replaced_at.desc(), lasting_keys::id))
        .select(LastingKeyRow::as_select())
        .load(conn)
        .await?)
}

/// The same, locked until the transaction ends.
pub async fn lock_lasting_keys(conn: &mut AsyncPgConnection) -> DbResult<Vec<LastingKeyRow>> {
    Ok(lasting_keys::table
        .order((lasting_keys::replaced_at.desc(), lasting_keys::id))
        .select(LastingKeyRow::as_select())
        .for_update()
        .load(conn)
        .await?)
}

/// Stores what is kept of a key; of one that is there already it is made anew, as it may be of a version that kept less.
pub async fn insert_lasting_keys(
    conn: &mut AsyncPgConnection,
    row: &LastingKeyRow,
) -> DbResult<()> {
    diesel::insert_into(lasting_keys::table)
        .values(row)
        .on_conflict(lasting_keys::id)
        .do_update()
        .set(lasting_keys::sealed.eq(&row.sealed))
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores link keys that were encrypted anew.
pub async fn save_lasting_keys(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    sealed: &[u8],
) -> DbResult<()> {
    diesel::update(lasting_keys::table.find(id))
        .set(lasting_keys::sealed.eq(sealed))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets link keys.
pub async fn delete_lasting_keys(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<()> {
    diesel::delete(lasting_keys::table.filter(lasting_keys::id.eq_any(ids)))
        .execute(conn)
        .await?;
    Ok(())
}
