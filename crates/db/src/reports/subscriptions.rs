//! Who gets every scheduled report of a type: a row for each type.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::report_subscriptions;

/// The subscribers of a type as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = report_subscriptions, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct SubscriptionRow {
    /// `weekly` or `monthly`.
    pub report_type: String,
    /// Binds the ciphertext to the row.
    pub id: Uuid,
    /// The addresses, sealed; `None` when there are none.
    pub recipients_cipher: Option<Vec<u8>>,
    /// How many they are.
    pub recipient_count: i32,
    /// Grows with each change.
    pub version: i64,
    /// Last change.
    pub updated_at: Option<DateTime<Utc>>,
}

/// All subscriptions.
///
/// # Errors
/// When the database refuses.
pub async fn list_subscriptions(conn: &mut AsyncPgConnection) -> DbResult<Vec<SubscriptionRow>> {
    Ok(report_subscriptions::table
        .select(SubscriptionRow::as_select())
        .order(report_subscriptions::report_type)
        .load(conn)
        .await?)
}

/// The subscribers of a type, kept from changing until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`] when nobody can subscribe to that type.
pub async fn lock_subscription(
    conn: &mut AsyncPgConnection,
    report_type: &str,
) -> DbResult<SubscriptionRow> {
    Ok(report_subscriptions::table
        .find(report_type)
        .select(SubscriptionRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Stores changed subscribers.
///
/// # Errors
/// When the database refuses.
pub async fn update_subscription(
    conn: &mut AsyncPgConnection,
    row: &SubscriptionRow,
) -> DbResult<()> {
    diesel::update(report_subscriptions::table.find(&row.report_type))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}
