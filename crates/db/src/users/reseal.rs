//! Which users have personal fields that are not encrypted with their own key, or whose master key is being replaced.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Bytea, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::UserRow;
use crate::error::DbResult;
use crate::schema::users;

diesel::define_sql_function! {
    /// Whether something is encrypted with keys of users.
    fn is_by_user_key(sealed: Nullable<Bytea>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    /// Id of the master key that something is encrypted with, or that wraps the key it is encrypted with.
    fn master_key_of(sealed: Nullable<Bytea>) -> Nullable<diesel::sql_types::Integer>;
}

type Condition = Box<dyn BoxableExpression<users::table, diesel::pg::Pg, SqlType = Nullable<Bool>>>;

/// As the index of the migration has it.
fn is_unsealed() -> Condition {
    Box::new(
        not(is_by_user_key(users::name_cipher))
            .or(not(is_by_user_key(users::email_cipher)))
            .or(not(is_by_user_key(users::phone_cipher)))
            .or(not(is_by_user_key(users::handle_cipher))),
    )
}

fn has_other_master(id: u8) -> Condition {
    let id = i32::from(id);
    Box::new(
        master_key_of(users::name_cipher)
            .ne(id)
            .or(master_key_of(users::email_cipher).ne(id))
            .or(master_key_of(users::phone_cipher).ne(id))
            .or(master_key_of(users::handle_cipher).ne(id)),
    )
}

/// At most `limit` users after `after` with a personal field that is not encrypted with their own key or, if `master` is
/// given, has another master key. Locked until the transaction ends; those that another transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_users_to_seal(
    conn: &mut AsyncPgConnection,
    master: Option<u8>,
    after: Uuid,
    limit: i64,
) -> DbResult<Vec<UserRow>> {
    let condition: Condition = match master {
        None => is_unsealed(),
        Some(id) => Box::new(is_unsealed().or(has_other_master(id))),
    };
    Ok(users::table
        .filter(condition)
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(limit)
        .select(UserRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Whether any user has a personal field with another master key than this, also one that somebody is changing.
///
/// # Errors
/// When the database refuses.
pub async fn uses_other_keys(conn: &mut AsyncPgConnection, master: u8) -> DbResult<bool> {
    let others = users::table.filter(has_other_master(master));
    let found: Option<Uuid> = others.select(users::id).first(conn).await.optional()?;
    Ok(found.is_some())
}
