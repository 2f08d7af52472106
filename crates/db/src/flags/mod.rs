//! Feature flags: a row each.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{feature_flags, operators};

/// A flag as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = feature_flags, check_for_backend(diesel::pg::Pg))]
pub struct FlagRow {
    /// The feature.
    pub key: String,
    /// Whether it is on.
    pub enabled: bool,
    /// Grows with each change.
    pub version: i64,
    /// Last change.
    pub updated_at: Option<DateTime<Utc>>,
    /// Operator who changed it.
    pub updated_by: Option<Uuid>,
}

/// A flag and the address of the operator who changed it.
pub type ListedFlag = (FlagRow, Option<String>);

/// Every flag.
///
/// # Errors
/// When the database refuses.
pub async fn list_flags(conn: &mut AsyncPgConnection) -> DbResult<Vec<ListedFlag>> {
    Ok(feature_flags::table
        .left_join(operators::table.on(feature_flags::updated_by.eq(operators::id.nullable())))
        .select((FlagRow::as_select(), operators::email.nullable()))
        .order(feature_flags::key)
        .load(conn)
        .await?)
}

/// Whether a feature is on; `None` when there is no such flag.
///
/// # Errors
/// When the database refuses.
pub async fn find_flag(conn: &mut AsyncPgConnection, key: &str) -> DbResult<Option<bool>> {
    Ok(feature_flags::table
        .find(key)
        .select(feature_flags::enabled)
        .first(conn)
        .await
        .optional()?)
}

/// A flag, kept from changing until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_flag(conn: &mut AsyncPgConnection, key: &str) -> DbResult<FlagRow> {
    Ok(feature_flags::table
        .find(key)
        .select(FlagRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Stores a changed flag.
///
/// # Errors
/// When the database refuses.
pub async fn update_flag(conn: &mut AsyncPgConnection, row: &FlagRow) -> DbResult<()> {
    diesel::update(feature_flags::table.find(&row.key))
        .set((
            feature_flags::enabled.eq(row.enabled),
            feature_flags::version.eq(row.version),
            feature_flags::updated_at.eq(row.updated_at),
            feature_flags::updated_by.eq(row.updated_by),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
