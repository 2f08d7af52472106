//! Alerts: what the guardrails raise, and what operators do about it.

mod evaluation;
mod mail;
mod measure;
mod row;

use std::cmp::Reverse;

use diesel_async::AsyncConnection;
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType, DismissAlert, Severity};
use viral_engine_api_types::guardrails::CurrentAlerts;
use viral_engine_api_types::{AlertId, Page};
use viral_engine_db::DbError;
use viral_engine_db::alerts::{self as db, AlertFilter, AlertRow};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::guardrails::alerts::{AlertError, DismissReason};
use viral_engine_domain::pii::redact_text;

pub use evaluation::{EvaluateAlerts, evaluate_alerts};
pub(crate) use evaluation::{evaluate, inputs};

use crate::answers::Asked;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::guardrails::{default_health, status};
use crate::validation::validate;
use row::{alert, state};

/// Which alerts to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertQuery {
    /// With this status.
    pub status: Option<AlertStatus>,
    /// Of this type.
    pub alert_type: Option<AlertType>,
    /// Of this severity.
    pub severity: Option<Severity>,
}

/// The alerts of all times, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_alerts(
    context: &Context,
    query: AlertQuery,
    page: PageRequest,
) -> ServiceResult<Page<Alert>> {
    let asked = Asked::now(context).await?;
    evaluate(context, &asked).await?;
    let filter = AlertFilter {
        status: query.status.map(AlertStatus::as_str),
        alert_type: query.alert_type.map(AlertType::as_str),
        severity: query.severity.map(row::severity_name),
    };
    let mut conn = context.connection().await?;
    let rows = db::list_alerts(&mut conn, filter, page.query()).await?;
    let alerts: ServiceResult<Vec<_>> = rows.into_iter().map(|row| alert(row, asked.now)).collect();
    Ok(page.page(alerts?, |alert| (alert.opened_at, alert.id.0)))
}

/// An alert.
///
/// # Errors
/// When there is none with this id.
pub async fn get_alert(context: &Context, id: AlertId) -> ServiceResult<Alert> {
    let asked = Asked::now(context).await?;
    evaluate(context, &asked).await?;
    stored_alert(context, id).await
}

/// An alert as it is stored, without looking whether its cause lasts.
pub(crate) async fn stored_alert(context: &Context, id: AlertId) -> ServiceResult<Alert> {
    let mut conn = context.connection().await?;
    let row = db::find_alert(&mut conn, id.0).await.map_err(missing)?;
    alert(row, context.now())
}

/// Open and acknowledged alerts, and the health score over its default window.
///
/// # Errors
/// When the database can not be asked.
pub async fn get_current_alerts(context: &Context) -> ServiceResult<CurrentAlerts> {
    current(context, &Asked::now(context).await?).await
}

pub(crate) async fn current(context: &Context, asked: &Asked) -> ServiceResult<CurrentAlerts> {
    let standing = evaluate(context, asked).await?;
    let living = standing
        .into_iter()
        .filter(|row| row.status != AlertStatus::Dismissed.as_str());
    let alerts: ServiceResult<Vec<_>> = living.map(|row| alert(row, asked.now)).collect();
    let mut alerts = alerts?;
    alerts.sort_by_key(|alert| (Reverse(alert.severity), alert.opened_at, alert.id));
    let health = default_health(context, asked).await?;
    Ok(CurrentAlerts {
        total_alerts: i64::try_from(alerts.len()).unwrap_or(i64::MAX),
        worst_severity: alerts.first().map(|alert| alert.severity),
        alerts,
        health_score: health.score,
        health_status: status(health.status),
    })
}

/// Somebody takes care of an alert.
///
/// # Errors
/// When there is none with this id; a conflict when somebody does already, or it is over.
pub async fn acknowledge_alert(
    context: &Context,
    caller: &Caller,
    id: AlertId,
) -> ServiceResult<Alert> {
    let now = context.now();
    change(context, caller, id, "acknowledge_alert", |row| {
        state(row)?
            .acknowledge(actor(caller), now)
            .map_err(conflict)?;
        row.status = AlertStatus::Acknowledged.as_str().to_owned();
        row.acknowledged_at = Some(now);
        row.acknowledged_by = Some(caller.display_name().to_owned());
        Ok(json!({ "type": row.type_ }))
    })
    .await
}

/// An operator says that there is no cause for alarm. Personal information in the reason is not kept. The alert stays quiet until its cause is gone or gets worse.
///
/// # Errors
/// A reason at fault; no alert with this id; a conflict when it is over.
pub async fn dismiss_alert(
    context: &Context,
    caller: &Caller,
    id: AlertId,
    body: DismissAlert,
) -> ServiceResult<Alert> {
    validate(&body, "")?;
    let reason = DismissReason::new(&redact_text(&body.reason))
        .map_err(|error| ServiceError::field("/reason", "length", sentence(error)))?;
    let now = context.now();
    change(context, caller, id, "dismiss_alert", |row| {
        state(row)?
            .dismiss(actor(caller), reason.clone(), now)
            .map_err(conflict)?;
        row.status = AlertStatus::Dismissed.as_str().to_owned();
        row.resolved_at = Some(now);
        row.dismissed_by = Some(caller.display_name().to_owned());
        row.dismiss_reason = Some(reason.as_str().to_owned());
        // From here on, worse is worse than what was dismissed.
        row.baseline = row.value;
        // Without the reason, in which somebody may be named: the trail outlives people.
        Ok(json!({ "type": row.type_ }))
    })
    .await
}

/// Changes one alert, audits the change and tells every node.
async fn change(
    context: &Context,
    caller: &Caller,
    id: AlertId,
    action: &'static str,
    decide: impl Fn(&mut AlertRow) -> ServiceResult<serde_json::Value> + Send + Sync,
) -> ServiceResult<Alert> {
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let mut row = db::lock_alert(conn, id.0).await.map_err(missing)?;
            let changes = decide(&mut row)?;
            db::update_alert(conn, &row).await?;
            let object = id.to_string();
            audit::record(conn, context, caller, action, ("alert", &object), changes).await?;
            notify(conn, Channel::Alerts, &object).await?;
            Ok::<_, ServiceError>(row)
        })
        .await?;
    alert(row, context.now())
}

fn actor(caller: &Caller) -> Uuid {
    caller.actor_id().unwrap_or_default()
}

fn conflict(error: AlertError) -> ServiceError {
    ServiceError::Conflict(error.to_string())
}

fn sentence(error: AlertError) -> String {
    format!("{error}.")
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("alert"),
        other => other.into(),
    }
}
