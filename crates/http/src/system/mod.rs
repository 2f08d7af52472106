//! Health, metrics, version and the API's own description.

mod about;
mod health;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(health::get_liveness)
        .service(health::get_readiness)
        .service(get_metrics)
        .service(get_openapi)
        .service(about::get_about);
}

/// Metrics for Prometheus
///
/// Counts and times of the process in the Prometheus text format. They hold no personal data; keep the route
/// inside your network all the same.
#[utoipa::path(tag = "system", responses((status = 200, description = "Metrics", body = String, content_type = "text/plain")))]
#[get("/metrics")]
pub async fn get_metrics(state: Data<AppState>) -> HttpResponse {
    // Only the click log knows: it is asked when somebody looks.
    metrics::gauge!("viral_engine_hits_unshipped").set(state.redirect.backlog().waiting as f64);
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(state.metrics.render())
}

/// This document
#[utoipa::path(tag = "system", responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
#[get("/openapi.json")]
pub async fn get_openapi(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .body(state.openapi_json.clone())
}
