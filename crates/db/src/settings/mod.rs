//! Settings that differ from the configuration, and the version that all of them share.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::notifications::{Channel, notify};
use crate::schema::{operators, settings, settings_version};

/// A setting as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = settings, check_for_backend(diesel::pg::Pg))]
pub struct SettingRow {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: f64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Operator who changed it.
    pub updated_by: Option<Uuid>,
}

/// A setting and the address of the operator who changed it.
pub type ListedSetting = (SettingRow, Option<String>);

/// Every stored setting.
///
/// # Errors
/// When the database refuses.
pub async fn list_settings(conn: &mut AsyncPgConnection) -> DbResult<Vec<ListedSetting>> {
    Ok(settings::table
        .left_join(operators::table.on(settings::updated_by.eq(operators::id.nullable())))
        .select((SettingRow::as_select(), operators::email.nullable()))
        .order(settings::key)
        .load(conn)
        .await?)
}

/// The version; grows with each change.
///
/// # Errors
/// When the database refuses.
pub async fn settings_version(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    Ok(settings_version::table
        .select(settings_version::version)
        .first(conn)
        .await?)
}

/// The version, kept from changing until the transaction ends: writers wait for each other here.
///
/// # Errors
/// When the database refuses.
pub async fn lock_settings(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    Ok(settings_version::table
        .select(settings_version::version)
        .for_update()
        .first(conn)
        .await?)
}

/// Grows the version and answers it. Other nodes are told when the transaction commits.
///
/// # Errors
/// When the database refuses.
pub async fn bump_settings_version(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    let version: i64 = diesel::update(settings_version::table)
        .set(settings_version::version.eq(settings_version::version + 1))
        .returning(settings_version::version)
        .get_result(conn)
        .await?;
    notify(conn, Channel::Settings, &version.to_string()).await?;
    Ok(version)
}

/// Stores settings, new or changed.
///
/// # Errors
/// When the database refuses.
pub async fn upsert_settings(conn: &mut AsyncPgConnection, rows: &[SettingRow]) -> DbResult<()> {
    use diesel::upsert::excluded;
    diesel::insert_into(settings::table)
        .values(rows)
        .on_conflict(settings::key)
        .do_update()
        .set((
            settings::value.eq(excluded(settings::value)),
            settings::updated_at.eq(excluded(settings::updated_at)),
            settings::updated_by.eq(excluded(settings::updated_by)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes settings, so that the configuration's values hold again.
///
/// # Errors
/// When the database refuses.
pub async fn delete_settings(conn: &mut AsyncPgConnection, keys: &[&str]) -> DbResult<()> {
    diesel::delete(settings::table.filter(settings::key.eq_any(keys)))
        .execute(conn)
        .await?;
    Ok(())
}
