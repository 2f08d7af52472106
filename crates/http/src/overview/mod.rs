//! Figures of the overview page (the area `metrics`; the process's own metrics are another module).

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Problem;
use viral_engine_api_types::metrics::Overview;
use viral_engine_service::metrics;

use crate::answer;
use crate::extract::{Caller, Query};
use crate::guardrails::params::WindowParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_overview);
}

/// Overview
///
/// Links, invitations, hits, conversions and activations, beside those of the period of the same length before.
#[utoipa::path(tag = "metrics", params(WindowParams), responses((status = 200, description = "Figures", body = Overview),
    (status = 409, description = "Dashboards are switched off", body = Problem, content_type = "application/problem+json")))]
#[get("/v1/overview")]
pub async fn get_overview(
    state: Data<AppState>,
    _: Caller,
    query: Query<WindowParams>,
) -> ApiResult<HttpResponse> {
    let overview = metrics::get_overview(&state.context, &query.0.into()).await?;
    Ok(answer::ok(&*overview))
}
