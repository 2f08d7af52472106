//! The guardrails' settings: the configuration's values, and what admins change at run time.

mod cache;
mod change;
mod list;
mod preview;

use diesel_async::AsyncConnection;
use serde_json::{Map, Value, json};
use viral_engine_api_types::settings::{SettingList, UpdateSettings};
use viral_engine_db::settings as db;

pub use cache::SettingsCache;
pub use preview::preview_settings;

use change::Change;

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// All settings with their values, sources and ranges.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_settings(context: &Context) -> ServiceResult<SettingList> {
    let mut conn = context.connection().await?;
    // Read before the rows: a change in between makes the ETag too old, which the next write notices, and never
    // too new.
    let version = db::settings_version(&mut conn).await?;
    let stored = db::list_settings(&mut conn).await?;
    Ok(list::settings(&context.config.thresholds, &stored, version))
}

/// Changes settings, all or none; null resets a key to the configuration's value.
///
/// # Errors
/// Every value at fault; [`ServiceError::PreconditionFailed`] when `read_version` is given and not the current one.
pub async fn update_settings(
    context: &Context,
    caller: &Caller,
    read_version: Option<i64>,
    body: UpdateSettings,
) -> ServiceResult<SettingList> {
    let configured = &context.config.thresholds;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let version = db::lock_settings(conn).await?;
        if read_version.is_some_and(|read| read != version) {
            return Err(ServiceError::PreconditionFailed);
        }
        let stored = db::list_settings(conn).await?;
        let change = Change::check(&body, configured, &stored)?;
        let rows = change.rows(context.now(), caller.operator_id());
        db::upsert_settings(conn, &rows).await?;
        db::delete_settings(conn, &change.resets).await?;
        let version = db::bump_settings_version(conn).await?;
        let object = ("settings", "guardrails");
        audit::record(
            conn,
            context,
            caller,
            "update_settings",
            object,
            told(&change),
        )
        .await?;
        let stored = db::list_settings(conn).await?;
        Ok(list::settings(configured, &stored, version))
    })
    .await
}

/// Old and new value of each key that changes.
fn told(change: &Change) -> Value {
    let pairs = change
        .before
        .entries()
        .zip(change.after.entries())
        .filter(|((_, old), (_, new))| old != new)
        .map(|((setting, old), (_, new))| {
            let values = json!({ "from": old.as_f64(), "to": new.as_f64() });
            (setting.key.to_owned(), values)
        });
    Value::Object(pairs.collect::<Map<_, _>>())
}
