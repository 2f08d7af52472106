//! The guardrails: is the growth real, and is it safe?

pub mod params;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Problem;
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, CurrentAlerts, GuardrailsOverview, HealthHistory,
    HealthScore, OptOuts, SuspiciousClicks,
};
use viral_engine_service::{alerts, guardrails};

use crate::answer;
use crate::extract::{Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;
use params::{
    BotsParams, ConversionAnomaliesParams, HealthParams, SuspiciousClicksParams, WindowParams,
};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_suspicious_clicks)
        .service(get_bots)
        .service(get_opt_outs)
        .service(get_coppa)
        .service(get_conversion_anomalies)
        .service(get_health)
        .service(get_health_history)
        .service(get_current_alerts)
        .service(get_guardrails_overview);
}

/// Suspicious clicks
///
/// IP addresses with more clicks on a day than people make; shared networks are listed apart.
#[utoipa::path(tag = "guardrails", params(SuspiciousClicksParams), responses((status = 200, description = "Flagged and explained addresses", body = SuspiciousClicks),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/suspicious-clicks")]
pub async fn get_suspicious_clicks(
    state: Data<AppState>,
    _: Caller,
    query: Query<SuspiciousClicksParams>,
) -> ApiResult<HttpResponse> {
    let request = query.0.into();
    let found = guardrails::get_suspicious_clicks(&state.context, &request).await?;
    Ok(answer::ok(&*found))
}

/// Bots
///
/// Devices that click faster than people do.
#[utoipa::path(tag = "guardrails", params(BotsParams), responses((status = 200, description = "Flagged devices", body = Bots),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/bots")]
pub async fn get_bots(
    state: Data<AppState>,
    _: Caller,
    query: Query<BotsParams>,
) -> ApiResult<HttpResponse> {
    let found = guardrails::get_bots(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&*found))
}

/// Opt-out rates
///
/// How many did not want what was shared.
#[utoipa::path(tag = "guardrails", params(WindowParams), responses((status = 200, description = "Rates", body = OptOuts),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/opt-outs")]
pub async fn get_opt_outs(
    state: Data<AppState>,
    _: Caller,
    query: Query<WindowParams>,
) -> ApiResult<HttpResponse> {
    let found = guardrails::get_opt_outs(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&*found))
}

/// COPPA compliance
///
/// Payloads with personal information among what was shared about children.
#[utoipa::path(tag = "guardrails", params(WindowParams), responses((status = 200, description = "Compliance and violations", body = Coppa),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/coppa")]
pub async fn get_coppa(
    state: Data<AppState>,
    _: Caller,
    query: Query<WindowParams>,
) -> ApiResult<HttpResponse> {
    let found = guardrails::get_coppa(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&*found))
}

/// Conversion anomalies
///
/// Referrers whose conversions are too many, too certain, or come from nowhere.
#[utoipa::path(tag = "guardrails", params(ConversionAnomaliesParams), responses((status = 200, description = "Flagged referrers", body = ConversionAnomalies),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/conversion-anomalies")]
pub async fn get_conversion_anomalies(
    state: Data<AppState>,
    _: Caller,
    query: Query<ConversionAnomaliesParams>,
) -> ApiResult<HttpResponse> {
    let request = query.0.into();
    let found = guardrails::get_conversion_anomalies(&state.context, &request).await?;
    Ok(answer::ok(&*found))
}

/// Health score
///
/// 0 to 100, with why, and the five computations over the same window.
#[utoipa::path(tag = "guardrails", params(HealthParams), responses((status = 200, description = "Score, deductions and components", body = HealthScore),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/health")]
pub async fn get_health(
    state: Data<AppState>,
    _: Caller,
    query: Query<HealthParams>,
) -> ApiResult<HttpResponse> {
    let health = guardrails::get_health(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&health))
}

/// Health score over time
///
/// A score is stored every five minutes. Long windows are thinned to 500 evenly spaced scores.
#[utoipa::path(tag = "guardrails", params(WindowParams), responses((status = 200, description = "Scores, oldest first", body = HealthHistory)))]
#[get("/v1/guardrails/history")]
pub async fn get_health_history(
    state: Data<AppState>,
    _: Caller,
    query: Query<WindowParams>,
) -> ApiResult<HttpResponse> {
    let history = guardrails::get_health_history(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&history))
}

/// Current alerts
///
/// Open and acknowledged alerts, gravest first, and the health score.
#[utoipa::path(tag = "guardrails", responses((status = 200, description = "Alerts", body = CurrentAlerts)))]
#[get("/v1/guardrails/alerts")]
pub async fn get_current_alerts(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    let alerts = alerts::get_current_alerts(&state.context).await?;
    Ok(answer::ok(&alerts))
}

/// All guardrails in one call
///
/// Health score, the five computations, alerts and institution networks.
#[utoipa::path(tag = "guardrails", params(HealthParams), responses((status = 200, description = "Everything the screen shows", body = GuardrailsOverview),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/guardrails/overview")]
pub async fn get_guardrails_overview(
    state: Data<AppState>,
    _: Caller,
    query: Query<HealthParams>,
) -> ApiResult<HttpResponse> {
    let request = query.0.into();
    let overview = guardrails::get_guardrails_overview(&state.context, &request).await?;
    Ok(answer::ok(&overview))
}
