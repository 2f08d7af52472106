//! Alerts of the guardrails.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType, DismissAlert, Severity};
use viral_engine_api_types::{AlertId, Page, Problem};
use viral_engine_service::alerts::{self, AlertQuery};
use viral_engine_service::cursor::PageRequest;

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_alerts)
        .service(get_alert)
        .service(acknowledge_alert)
        .service(dismiss_alert);
}

/// Parameters of `list_alerts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAlerts {
    /// Where they are in their life.
    status: Option<AlertStatus>,
    /// What they are about.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    alert_type: Option<AlertType>,
    /// How grave they are.
    severity: Option<Severity>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List alerts
///
/// Those of all times. They are evaluated first, so that the list is true now.
#[utoipa::path(tag = "alerts", params(ListAlerts), responses((status = 200, description = "Alerts, newest first", body = Page<Alert>)))]
#[get("/v1/alerts")]
pub async fn list_alerts(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListAlerts>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = AlertQuery {
        status: query.status,
        alert_type: query.alert_type,
        severity: query.severity,
    };
    let page = alerts::list_alerts(&state.context, query, page).await?;
    Ok(answer::ok(&page))
}

/// Read an alert
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path, description = "The alert's id")), responses((status = 200, description = "The alert", body = Alert)))]
#[get("/v1/alerts/{id}")]
pub async fn get_alert(
    state: Data<AppState>,
    _: Caller,
    id: PathId<AlertId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&alerts::get_alert(&state.context, id.0).await?))
}

/// Acknowledge an alert
///
/// Says that somebody takes care of it.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path, description = "The alert's id")), responses(
    (status = 200, description = "The alert", body = Alert),
    (status = 409, description = "Acknowledged already, or over", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/alerts/{id}/acknowledge")]
pub async fn acknowledge_alert(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<AlertId>,
) -> ApiResult<HttpResponse> {
    let alert = alerts::acknowledge_alert(&state.context, &caller, id.0).await?;
    Ok(answer::ok(&alert))
}

/// Dismiss an alert
///
/// Says why it is no cause for alarm. It stays quiet until its cause is gone or gets worse.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path, description = "The alert's id")), request_body = DismissAlert, responses(
    (status = 200, description = "The alert", body = Alert),
    (status = 409, description = "Over already", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/alerts/{id}/dismiss")]
pub async fn dismiss_alert(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<AlertId>,
    body: Body<DismissAlert>,
) -> ApiResult<HttpResponse> {
    let alert = alerts::dismiss_alert(&state.context, &caller, id.0, body.0).await?;
    Ok(answer::ok(&alert))
}
