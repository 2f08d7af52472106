//! Which users have personal fields of a key that is being replaced. The first byte of a field is the id of its key.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Bytea, Integer, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::UserRow;
use crate::error::DbResult;
use crate::schema::users;

diesel::define_sql_function! {
    /// A byte of a value.
    fn get_byte(value: Nullable<Bytea>, at: Integer) -> Nullable<Integer>;
}

type Condition = Box<dyn BoxableExpression<users::table, diesel::pg::Pg, SqlType = Nullable<Bool>>>;

fn has_other_key(key_id: u8) -> Condition {
    let key_id = i32::from(key_id);
    Box::new(
        get_byte(users::name_cipher, 0)
            .ne(key_id)
            .or(get_byte(users::email_cipher, 0).ne(key_id))
            .or(get_byte(users::phone_cipher, 0).ne(key_id))
            .or(get_byte(users::handle_cipher, 0).ne(key_id)),
    )
}

/// At most `limit` users with a personal field of another key than `key_id`, locked until the transaction ends; those
/// that another transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_users_of_other_keys(
    conn: &mut AsyncPgConnection,
    key_id: u8,
    limit: i64,
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(has_other_key(key_id))
        .limit(limit)
        .select(UserRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Whether any user has a personal field of another key than `key_id`, also one that somebody is changing.
///
/// # Errors
/// When the database refuses.
pub async fn uses_other_keys(conn: &mut AsyncPgConnection, key_id: u8) -> DbResult<bool> {
    let others = users::table.filter(has_other_key(key_id));
    let found: Option<Uuid> = others.select(users::id).first(conn).await.optional()?;
    Ok(found.is_some())
}
