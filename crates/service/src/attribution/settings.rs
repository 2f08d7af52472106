//! The operator's model and lookback.

use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::attribution::{
    AttributionModel, AttributionSettings, UpdateAttributionSettings,
};
use viral_engine_db::attribution::{self as db, AttributionSettingsRow};
use viral_engine_db::data_version;

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::validation::validate;

/// The settings in force.
///
/// # Errors
/// When the database can not be asked.
pub async fn get_attribution_settings(context: &Context) -> ServiceResult<AttributionSettings> {
    let mut conn = context.connection().await?;
    answered(&db::attribution_settings(&mut conn).await?)
}

/// Changes the settings. The ledger keeps what it says: see [`super::recompute_attribution`].
///
/// # Errors
/// Fields at fault; [`ServiceError::PreconditionFailed`] when `read_version` is given and not the current one.
pub async fn update_attribution_settings(
    context: &Context,
    caller: &Caller,
    read_version: Option<i64>,
    body: UpdateAttributionSettings,
) -> ServiceResult<AttributionSettings> {
    validate(&body, "")?;
    let lookback_days = i32::try_from(body.lookback_days).unwrap_or(i32::MAX);
    let mut conn = context.connection().await?;
    let settings = conn
        .transaction(async |conn| {
            let before = db::lock_attribution_settings(conn).await?;
            if read_version.is_some_and(|read| read != before.version) {
                return Err(ServiceError::PreconditionFailed);
            }
            let after =
                db::update_attribution_settings(conn, body.model.as_str(), lookback_days).await?;
            let changes = json!({
                "model": { "from": before.model, "to": after.model },
                "lookback_days": { "from": before.lookback_days, "to": after.lookback_days },
            });
            let object = ("settings", "attribution");
            let action = "update_attribution_settings";
            audit::record(conn, context, caller, action, object, changes).await?;
            answered(&after)
        })
        .await?;
    data_version::bump(&mut conn).await?;
    Ok(settings)
}

fn answered(row: &AttributionSettingsRow) -> ServiceResult<AttributionSettings> {
    Ok(AttributionSettings {
        model: model(&row.model)?,
        lookback_days: days(row.lookback_days),
        version: row.version,
    })
}

/// The model of this name.
pub(super) fn model(name: &str) -> ServiceResult<AttributionModel> {
    let found = AttributionModel::ALL
        .into_iter()
        .find(|model| model.as_str() == name);
    found.ok_or_else(|| ServiceError::Internal(format!("stored attribution model {name}")))
}

/// Days as stored, which are never negative.
pub(super) fn days(stored: i32) -> u32 {
    stored.unsigned_abs()
}
