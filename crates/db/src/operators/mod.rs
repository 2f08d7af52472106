//! Operators: people who sign in to the admin app.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::operators;

/// Unique index over the lower-cased address.
pub const EMAIL_KEY: &str = "operators_email_key";

diesel::define_sql_function! {
    /// Lower case, as the unique index over addresses has it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// An operator as stored.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = operators, check_for_backend(diesel::pg::Pg))]
pub struct OperatorRow {
    /// Its id.
    pub id: Uuid,
    /// Address to sign in with.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Role as sent.
    pub role: String,
    /// Argon2id in PHC form; null until a password is chosen.
    pub password_hash: Option<String>,
    /// When sign-in was refused.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Invitation.
    pub created_at: DateTime<Utc>,
    /// Last successful sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

/// Stores a new operator.
///
/// # Errors
/// Violates [`EMAIL_KEY`] when the address is taken.
pub async fn insert_operator(conn: &mut AsyncPgConnection, row: &OperatorRow) -> DbResult<()> {
    diesel::insert_into(operators::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The operator with this id.
///
/// # Errors
/// When the database refuses.
pub async fn find_operator(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<Option<OperatorRow>> {
    Ok(operators::table
        .find(id)
        .select(OperatorRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The operator who signs in with `email`, however it is written.
///
/// # Errors
/// When the database refuses.
pub async fn find_operator_by_email(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> DbResult<Option<OperatorRow>> {
    Ok(operators::table
        .filter(lower(operators::email).eq(email.to_lowercase()))
        .select(OperatorRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Whether there is no operator yet, so that the first admin must be set up.
///
/// # Errors
/// When the database refuses.
pub async fn none_exist(conn: &mut AsyncPgConnection) -> DbResult<bool> {
    let exists: bool = diesel::select(diesel::dsl::exists(operators::table.select(operators::id)))
        .get_result(conn)
        .await?;
    Ok(!exists)
}
