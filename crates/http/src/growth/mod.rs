//! Growth analytics: how users bring users.

mod params;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Problem;
use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};
use viral_engine_service::growth::{self, Tabled};

use crate::answer;
use crate::export::csv_file;
use crate::extract::{Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;
pub(crate) use params::CreditParams;
use params::{
    CohortParams, ComparedParams, FigureFormat, ForecastParams, SourceParams, TopReferrersParams,
};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_k_factor)
        .service(get_k_factor_by_source)
        .service(get_viral_coefficient)
        .service(get_cycle_time)
        .service(get_growth_cohorts)
        .service(get_growth_funnel)
        .service(get_loop_efficiency)
        .service(get_growth_timeline)
        .service(get_top_referrers)
        .service(get_growth_forecast);
}

/// K-factor
///
/// How many new users one inviting user brings, what that is made of, and how sure it is.
#[utoipa::path(tag = "growth", params(ComparedParams), responses((status = 200, description = "The figures", content((KFactor = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/k-factor")]
async fn get_k_factor(
    state: Data<AppState>,
    _: Caller,
    query: Query<ComparedParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_k_factor(&state.context, &query.0.request()).await?;
    figures(format, "k-factor", &*found)
}

/// K-factor by source
///
/// The greatest K first. Sources in which fewer than 10 people took part are merged into `other`.
#[utoipa::path(tag = "growth", params(SourceParams), responses((status = 200, description = "The figures", content((KFactorBySource = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/k-factor/by-source")]
async fn get_k_factor_by_source(
    state: Data<AppState>,
    _: Caller,
    query: Query<SourceParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_k_factor_by_source(&state.context, &query.0.request()).await?;
    figures(format, "k-factor-by-source", &*found)
}

/// Viral coefficient
///
/// New users by existing ones.
#[utoipa::path(tag = "growth", params(ComparedParams), responses((status = 200, description = "The figures", content((ViralCoefficient = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/viral-coefficient")]
async fn get_viral_coefficient(
    state: Data<AppState>,
    _: Caller,
    query: Query<ComparedParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_viral_coefficient(&state.context, &query.0.request()).await?;
    figures(format, "viral-coefficient", &*found)
}

/// Cycle time
///
/// Hours from an invitation to its conversion, of invitations that are old enough.
#[utoipa::path(tag = "growth", params(ComparedParams), responses((status = 200, description = "The figures", content((CycleTime = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/cycle-time")]
async fn get_cycle_time(
    state: Data<AppState>,
    _: Caller,
    query: Query<ComparedParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_cycle_time(&state.context, &query.0.request()).await?;
    figures(format, "cycle-time", &*found)
}

/// Cohorts
///
/// Users by the week of their sign-up: what they brought, and whether they came back on day 1, 7 and 28, referred or not.
#[utoipa::path(tag = "growth", params(CohortParams), responses((status = 200, description = "The figures", content((GrowthCohorts = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/cohorts")]
async fn get_growth_cohorts(
    state: Data<AppState>,
    _: Caller,
    query: Query<CohortParams>,
) -> ApiResult<HttpResponse> {
    let weeks = query.weeks;
    let format = query.format;
    let found = growth::get_growth_cohorts(&state.context, &query.0.request(), weeks).await?;
    figures(format, "cohorts", &*found)
}

/// Funnel
///
/// From invitation over click and sign-up to the first valuable moment; people, not hits.
#[utoipa::path(tag = "growth", params(ComparedParams), responses((status = 200, description = "The figures", content((GrowthFunnel = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/funnel")]
async fn get_growth_funnel(
    state: Data<AppState>,
    _: Caller,
    query: Query<ComparedParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_growth_funnel(&state.context, &query.0.request()).await?;
    figures(format, "funnel", &*found)
}

/// Loop efficiency
///
/// How well each loop does, and what to do with it.
#[utoipa::path(tag = "growth", params(SourceParams), responses((status = 200, description = "The figures", content((LoopEfficiencies = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/loop-efficiency")]
async fn get_loop_efficiency(
    state: Data<AppState>,
    _: Caller,
    query: Query<SourceParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_loop_efficiency(&state.context, &query.0.request()).await?;
    figures(format, "loop-efficiency", &*found)
}

/// Timeline
///
/// Links, invitations, clicks, conversions and activations by day, with the K-factor of seven days.
#[utoipa::path(tag = "growth", params(ComparedParams), responses((status = 200, description = "The figures", content((GrowthTimeline = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/timeline")]
async fn get_growth_timeline(
    state: Data<AppState>,
    _: Caller,
    query: Query<ComparedParams>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let found = growth::get_growth_timeline(&state.context, &query.0.request()).await?;
    figures(format, "timeline", &*found)
}

/// Top referrers
///
/// Who brings most, by conversions, then clicks. Children have pseudonyms.
#[utoipa::path(tag = "growth", params(TopReferrersParams), responses((status = 200, description = "The figures", content((TopReferrers = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/top-referrers")]
async fn get_top_referrers(
    state: Data<AppState>,
    _: Caller,
    query: Query<TopReferrersParams>,
) -> ApiResult<HttpResponse> {
    let limit = query.limit;
    let format = query.format;
    let found = growth::get_top_referrers(&state.context, &query.0.request(), limit).await?;
    figures(format, "top-referrers", &*found)
}

/// Forecast
///
/// How many users there will be if K and cycle time stay as in the window.
#[utoipa::path(tag = "growth", params(ForecastParams), responses((status = 200, description = "The figures", content((GrowthForecast = "application/json"), (String = "text/csv"))),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/metrics/forecast")]
async fn get_growth_forecast(
    state: Data<AppState>,
    _: Caller,
    query: Query<ForecastParams>,
) -> ApiResult<HttpResponse> {
    let (format, horizon_days) = (query.format, query.horizon_days);
    let found =
        growth::get_growth_forecast(&state.context, &query.0.request(), horizon_days).await?;
    figures(format, "forecast", &*found)
}

/// An answer as it was asked for.
pub(crate) fn figures<T: Tabled + Serialize>(
    format: Option<FigureFormat>,
    name: &str,
    found: &T,
) -> ApiResult<HttpResponse> {
    match format.unwrap_or_default() {
        FigureFormat::Json => Ok(answer::ok(found)),
        FigureFormat::Csv => Ok(csv_file(name, growth::table(found)?)),
    }
}
