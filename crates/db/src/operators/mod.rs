//! Operators: people who sign in to the admin app.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
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
    /// Grows with each change of name, role or state.
    pub version: i64,
    /// Least severity of alerts that are mailed to the operator, or `off`.
    pub alert_emails: String,
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

/// The operator with this id, locked until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn lock_operator(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<Option<OperatorRow>> {
    Ok(operators::table
        .find(id)
        .select(OperatorRow::as_select())
        .for_update()
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

/// Operators by invitation, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_operators(
    conn: &mut AsyncPgConnection,
    page: PageQuery,
) -> DbResult<Vec<OperatorRow>> {
    let query = operators::table
        .select(OperatorRow::as_select())
        .into_boxed();
    Ok(page_of!(query, page, operators::created_at, operators::id)
        .load(conn)
        .await?)
}

/// What may change of an operator; `None` stays, `Some(None)` clears.
#[derive(AsChangeset, Default)]
#[diesel(table_name = operators)]
pub struct OperatorChange<'a> {
    /// Display name.
    pub name: Option<&'a str>,
    /// Role as sent.
    pub role: Option<&'a str>,
    /// Argon2id in PHC form.
    pub password_hash: Option<&'a str>,
    /// When sign-in was refused.
    pub disabled_at: Option<Option<DateTime<Utc>>>,
    /// Last successful sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// The version that this change makes.
    pub version: Option<i64>,
    /// Least severity of alerts that are mailed to the operator, or `off`.
    pub alert_emails: Option<&'a str>,
}

/// Changes an operator.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none, or when nothing is to be changed.
pub async fn update_operator(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    change: &OperatorChange<'_>,
) -> DbResult<OperatorRow> {
    Ok(diesel::update(operators::table.find(id))
        .set(change)
        .returning(OperatorRow::as_returning())
        .get_result(conn)
        .await?)
}

/// Whether an operator is enabled and has chosen a password.
fn can_sign_in() -> Box<dyn BoxableExpression<operators::table, Pg, SqlType = Bool>> {
    let has_password = operators::password_hash.is_not_null();
    Box::new(operators::disabled_at.is_null().and(has_password))
}

/// Ids of the admins who can sign in, locked until the transaction ends: two admins who demote each other at once
/// can not both succeed.
///
/// # Errors
/// When the database refuses.
pub async fn lock_active_admins(conn: &mut AsyncPgConnection) -> DbResult<Vec<Uuid>> {
    Ok(operators::table
        .filter(operators::role.eq("admin"))
        .filter(can_sign_in())
        .order(operators::id)
        .select(operators::id)
        .for_update()
        .load(conn)
        .await?)
}

/// Operators who can sign in and are told of alerts by mail, in the order of their invitations.
///
/// # Errors
/// When the database refuses.
pub async fn operators_told_of_alerts(conn: &mut AsyncPgConnection) -> DbResult<Vec<OperatorRow>> {
    Ok(operators::table
        .filter(operators::alert_emails.ne("off"))
        .filter(can_sign_in())
        .order(operators::id)
        .select(OperatorRow::as_select())
        .load(conn)
        .await?)
}

/// Admins who can sign in, in the order of their invitations.
///
/// # Errors
/// When the database refuses.
pub async fn active_admins(conn: &mut AsyncPgConnection) -> DbResult<Vec<OperatorRow>> {
    Ok(operators::table
        .filter(operators::role.eq("admin"))
        .filter(can_sign_in())
        .order(operators::id)
        .select(OperatorRow::as_select())
        .load(conn)
        .await?)
}
