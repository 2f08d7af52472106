//! Addresses that get no mail.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{email_suppressions, users};

/// An address that gets no mail, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = email_suppressions, check_for_backend(diesel::pg::Pg))]
pub struct SuppressionRow {
    /// Keyed hash of the address.
    pub recipient_hash: Vec<u8>,
    /// `unsubscribed`, `bounced`, `minor` or `complaint`.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// The address, sealed; `None` when it was erased before.
    pub address_cipher: Option<Vec<u8>>,
    /// What the seal is bound to.
    pub id: Uuid,
}

/// Why the address with one of these hashes gets no mail.
///
/// # Errors
/// When the database refuses.
pub async fn find_suppressions(
    conn: &mut AsyncPgConnection,
    hashes: &[Vec<u8>],
) -> DbResult<Vec<String>> {
    Ok(email_suppressions::table
        .filter(email_suppressions::recipient_hash.eq_any(hashes))
        .select(email_suppressions::reason)
        .distinct()
        .load(conn)
        .await?)
}

/// Stores that an address gets no mail, and answers whether that was new.
///
/// # Errors
/// When the database refuses.
pub async fn insert_suppression(
    conn: &mut AsyncPgConnection,
    row: &SuppressionRow,
) -> DbResult<bool> {
    let stored = diesel::insert_into(email_suppressions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(stored == 1)
}

/// Forgets a reason for which the address with one of these hashes got no mail, and answers whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn delete_suppressions(
    conn: &mut AsyncPgConnection,
    hashes: &[Vec<u8>],
    reason: &str,
) -> DbResult<bool> {
    let suppressions = email_suppressions::table
        .filter(email_suppressions::recipient_hash.eq_any(hashes))
        .filter(email_suppressions::reason.eq(reason));
    Ok(diesel::delete(suppressions).execute(conn).await? > 0)
}

/// Whether the address with one of these hashes is that of a user who is a minor, or a student of unknown age.
///
/// # Errors
/// When the database refuses.
pub async fn belongs_to_minor(conn: &mut AsyncPgConnection, hashes: &[Vec<u8>]) -> DbResult<bool> {
    let minors = users::table
        .filter(users::email_hash.eq_any(hashes))
        .filter(is_minor());
    let found: Option<Uuid> = minors.select(users::id).first(conn).await.optional()?;
    Ok(found.is_some())
}

/// Whether one of these is the hash of a minor's telephone number.
///
/// # Errors
/// When the database refuses.
pub async fn is_number_of_minor(
    conn: &mut AsyncPgConnection,
    hashes: &[Vec<u8>],
) -> DbResult<bool> {
    let minors = users::table
        .filter(users::phone_hash.eq_any(hashes))
        .filter(is_minor());
    let found: Option<Uuid> = minors.select(users::id).first(conn).await.optional()?;
    Ok(found.is_some())
}

type Condition = Box<dyn BoxableExpression<users::table, diesel::pg::Pg, SqlType = Bool>>;

/// Whether a user is a minor, or a student of unknown age.
pub(super) fn is_minor() -> Condition {
    let of_unknown_age = users::age_band
        .eq("unknown")
        .and(users::persona.is_null().or(users::persona.eq("student")));
    Box::new(
        users::age_band
            .eq_any(["under_13", "13_to_15", "16_17"])
            .or(of_unknown_age.assume_not_null()),
    )
}
