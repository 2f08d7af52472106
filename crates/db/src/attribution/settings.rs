//! The operator's choice of model and lookback.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::attribution_settings as settings;

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = settings, check_for_backend(diesel::pg::Pg))]
pub struct AttributionSettingsRow {
    /// The model.
    pub model: String,
    /// Days before a conversion in which touches count.
    pub lookback_days: i32,
    /// Grows with each change.
    pub version: i64,
}

/// The settings in force.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn attribution_settings(
    conn: &mut AsyncPgConnection,
) -> DbResult<AttributionSettingsRow> {
    Ok(settings::table
        .select(AttributionSettingsRow::as_select())
        .first(conn)
        .await?)
}

/// The settings in force, kept from changing until the transaction ends.
pub async fn lock_attribution_settings(
    conn: &mut AsyncPgConnection,
) -> DbResult<AttributionSettingsRow> {
    Ok(settings::table
        .select(AttributionSettingsRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Changes the settings and answers them.
pub async fn update_attribution_settings(
    conn: &mut AsyncPgConnection,
    model: &str,
    lookback_days: i32,
) -> DbResult<AttributionSettingsRow> {
    Ok(diesel::update(settings::table)
        .set((
            settings::model.eq(model),
            settings::lookback_days.eq(lookback_days),
            settings::version.eq(settings::version + 1),
        ))
        .returning(AttributionSettingsRow::as_select())
        .get_result(conn)
        .await?)
}
