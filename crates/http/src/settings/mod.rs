//! The guardrails' settings.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, patch, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::settings::{SettingList, SettingsPreview, UpdateSettings};
use viral_engine_service::settings;

use crate::answer;
use crate::extract::{Body, Caller, IfMatch};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_settings)
        .service(update_settings)
        .service(preview_settings);
}

/// List settings
///
/// With the value in force, where it comes from, its range and what it does.
#[utoipa::path(tag = "settings", responses((status = 200, description = "All settings; the ETag is their version", body = SettingList)))]
#[get("/v1/settings")]
pub async fn list_settings(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    let list = settings::list_settings(&state.context).await?;
    Ok(answer::versioned(StatusCode::OK, list.version, &list))
}

/// Change settings
///
/// All of them or none; null resets a key to its default. In force on every node with the next request.
#[utoipa::path(tag = "settings", request_body = UpdateSettings,
    params(("If-Match" = String, Header, description = "ETag of the settings as they were read")),
    responses((status = 200, description = "All settings", body = SettingList)))]
#[patch("/v1/settings")]
pub async fn update_settings(
    state: Data<AppState>,
    caller: Caller,
    if_match: IfMatch,
    body: Body<UpdateSettings>,
) -> ApiResult<HttpResponse> {
    let read = if_match.version()?;
    let list = settings::update_settings(&state.context, &caller, read, body.0).await?;
    Ok(answer::versioned(StatusCode::OK, list.version, &list))
}

/// Preview a change of settings
///
/// What is flagged now, and what would be with the proposed values. Changes nothing.
#[utoipa::path(tag = "settings", request_body = UpdateSettings, responses((status = 200, description = "Figures with the current and the proposed values", body = SettingsPreview)))]
#[post("/v1/settings/preview")]
pub async fn preview_settings(
    state: Data<AppState>,
    _: Caller,
    body: Body<UpdateSettings>,
) -> ApiResult<HttpResponse> {
    let preview = settings::preview_settings(&state.context, body.0).await?;
    Ok(answer::ok(&preview))
}
