//! Who is credited with a conversion, and why.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post, put};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::attribution::{
    Attribution, AttributionModel, AttributionSettings, ConversionExplanation,
    RecomputeAttribution, UpdateAttributionSettings,
};
use viral_engine_api_types::jobs::JobDetails;
use viral_engine_api_types::{EventId, Problem};
use viral_engine_service::attribution;

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, PathId, Query};
use crate::growth::{CreditParams, figures};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(explain_conversion)
        .service(get_attribution)
        .service(get_attribution_settings)
        .service(update_attribution_settings)
        .service(recompute_attribution);
}

/// How a conversion is explained.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplainConversion {
    /// How credit is parted; default the model of the settings.
    #[param(inline)]
    model: Option<AttributionModel>,
    /// Days before the conversion in which touches count; default those by which it was attributed.
    #[param(minimum = 1, maximum = 90)]
    lookback_days: Option<i64>,
}

/// Explain a conversion
///
/// The touches that led to it (invitations and clicks, or what it names itself), earliest first, and the part of it that a
/// model credits each with. Asking changes nothing.
#[utoipa::path(tag = "attribution", params(("id" = EventId, Path, description = "Id of the conversion, an event"), ExplainConversion),
    responses((status = 200, description = "The touches and their credit", body = ConversionExplanation)))]
#[get("/v1/conversions/{id}/explain")]
pub async fn explain_conversion(
    state: Data<AppState>,
    _: Caller,
    id: PathId<EventId>,
    query: Query<ExplainConversion>,
) -> ApiResult<HttpResponse> {
    let (model, lookback_days) = (query.0.model, query.0.lookback_days);
    let explained =
        attribution::explain_conversion(&state.context, id.0, model, lookback_days).await?;
    Ok(answer::ok(&explained))
}

/// Attribution
///
/// What sources, channels and campaigns are credited with the conversions of a window, by every model. Those that led to
/// fewer than 10 conversions are merged into `other`.
#[utoipa::path(tag = "attribution", params(CreditParams), responses((status = 200, description = "The figures", content((Attribution = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/attribution")]
pub async fn get_attribution(
    state: Data<AppState>,
    _: Caller,
    query: Query<CreditParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = attribution::get_attribution(&state.context, &query.0.request()).await?;
    figures(format, "attribution", &*found)
}

/// Get the settings of attribution
#[utoipa::path(tag = "attribution", responses((status = 200, description = "The settings; the ETag is their version", body = AttributionSettings)))]
#[get("/v1/attribution/settings")]
pub async fn get_attribution_settings(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    let found = attribution::get_attribution_settings(&state.context).await?;
    Ok(answer::versioned(StatusCode::OK, found.version, &found))
}

/// Change the settings of attribution
///
/// The model is in force at once. A lookback is that of conversions from now on: recompute a range to change it for the past.
#[utoipa::path(tag = "attribution", request_body = UpdateAttributionSettings,
    params(("If-Match" = String, Header, description = "ETag of the settings as they were read")),
    responses((status = 200, description = "The settings; the ETag is their version", body = AttributionSettings)))]
#[put("/v1/attribution/settings")]
pub async fn update_attribution_settings(
    state: Data<AppState>,
    caller: Caller,
    if_match: IfMatch,
    body: Body<UpdateAttributionSettings>,
) -> ApiResult<HttpResponse> {
    let read = if_match.version()?;
    let settings =
        attribution::update_attribution_settings(&state.context, &caller, read, body.0).await?;
    Ok(answer::versioned(
        StatusCode::OK,
        settings.version,
        &settings,
    ))
}

/// Recompute attribution
///
/// A job attributes the conversions of a range anew, with the lookback that is set now. Events stay as they are.
#[utoipa::path(tag = "attribution", request_body = RecomputeAttribution, responses((status = 202, description = "The job", body = JobDetails)))]
#[post("/v1/attribution/recomputations")]
pub async fn recompute_attribution(
    state: Data<AppState>,
    caller: Caller,
    body: Body<RecomputeAttribution>,
) -> ApiResult<HttpResponse> {
    let job = attribution::recompute_attribution(&state.context, &caller, body.0).await?;
    Ok(answer::accepted(&format!("/v1/jobs/{}", job.job.id), &job))
}
