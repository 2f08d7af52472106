//! Feature flags: switches of whole features, and the one place that answers whether a feature is on.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::flags::{Flag, FlagKey, FlagList, UpdateFlag};
use viral_engine_db::DbError;
use viral_engine_db::flags::{self as db, ListedFlag};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Whether a feature is on. Asks the database, so that a change is in force on every node with the next question; a
/// feature whose flag is missing is on.
///
/// # Errors
/// When the database can not be asked.
pub async fn is_on(conn: &mut AsyncPgConnection, key: FlagKey) -> ServiceResult<bool> {
    Ok(db::find_flag(conn, key.as_str()).await?.unwrap_or(true))
}

/// Refuses while a feature is off.
///
/// # Errors
/// The feature's own code, and who can switch it on.
pub async fn require(conn: &mut AsyncPgConnection, key: FlagKey) -> ServiceResult<()> {
    if is_on(conn, key).await? {
        return Ok(());
    }
    let (code, feature) = match key {
        FlagKey::Dashboard => (ErrorCode::DashboardOff, "Dashboards are"),
        FlagKey::Reports => (ErrorCode::ReportsOff, "Reports are"),
        FlagKey::EmailDelivery => (ErrorCode::EmailDeliveryOff, "Email delivery is"),
    };
    let key = key.as_str();
    Err(ServiceError::Coded {
        code,
        detail: format!("{feature} switched off: an admin can switch on the flag {key}."),
    })
}

/// All flags.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_flags(context: &Context) -> ServiceResult<FlagList> {
    let mut conn = context.connection().await?;
    let stored = db::list_flags(&mut conn).await?;
    let items = FlagKey::ALL.into_iter().filter_map(|key| {
        let found = stored.iter().find(|(row, _)| row.key == key.as_str());
        found.map(|listed| flag(key, listed))
    });
    Ok(FlagList {
        items: items.collect(),
    })
}

/// Switches a feature on or off.
///
/// # Errors
/// [`ServiceError::PreconditionFailed`] when `read_version` is given and not the current one.
pub async fn update_flag(
    context: &Context,
    caller: &Caller,
    key: FlagKey,
    read_version: Option<i64>,
    body: UpdateFlag,
) -> ServiceResult<Flag> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut row = db::lock_flag(conn, key.as_str()).await.map_err(missing)?;
        if read_version.is_some_and(|read| read != row.version) {
            return Err(ServiceError::PreconditionFailed);
        }
        if row.enabled != body.enabled {
            let changes = json!({ "enabled": { "from": row.enabled, "to": body.enabled } });
            row.enabled = body.enabled;
            row.version += 1;
            row.updated_at = Some(context.now());
            row.updated_by = caller.operator_id().map(|operator| operator.0);
            db::update_flag(conn, &row).await?;
            let object = ("flag", key.as_str());
            audit::record(conn, context, caller, "update_flag", object, changes).await?;
        }
        let stored = db::list_flags(conn).await?;
        let listed = stored.iter().find(|(row, _)| row.key == key.as_str());
        listed
            .map(|listed| flag(key, listed))
            .ok_or(ServiceError::NotFound("flag"))
    })
    .await
}

fn flag(key: FlagKey, (row, updated_by): &ListedFlag) -> Flag {
    Flag {
        key,
        enabled: row.enabled,
        version: row.version,
        updated_at: row.updated_at,
        updated_by: updated_by.clone(),
    }
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("flag"),
        other => other.into(),
    }
}
