//! Feature flags.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, put};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::flags::{Flag, FlagKey, FlagList, UpdateFlag};
use viral_engine_service::{ServiceError, flags};

use crate::answer;
use crate::extract::{Body, Caller, IfMatch};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_flags).service(update_flag);
}

/// List feature flags
///
/// Each with its version: quoted, it is what a change of the flag sends as `If-Match`.
#[utoipa::path(tag = "flags", responses((status = 200, description = "All flags", body = FlagList)))]
#[get("/v1/flags")]
pub async fn list_flags(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&flags::list_flags(&state.context).await?))
}

/// Switch a feature on or off
///
/// In force on every node at once.
#[utoipa::path(tag = "flags", request_body = UpdateFlag,
    params(
        ("key" = FlagKey, Path, description = "The flag's key"),
        ("If-Match" = String, Header, description = "ETag of the flag: its version as it was read, in quotes"),
    ),
    responses((status = 200, description = "The flag; the ETag is its version", body = Flag)))]
#[put("/v1/flags/{key}")]
pub async fn update_flag(
    state: Data<AppState>,
    caller: Caller,
    key: Path<String>,
    if_match: IfMatch,
    body: Body<UpdateFlag>,
) -> ApiResult<HttpResponse> {
    let key = FlagKey::parse(&key).ok_or(ServiceError::NotFound("flag"))?;
    let read = if_match.version()?;
    let flag = flags::update_flag(&state.context, &caller, key, read, body.0).await?;
    Ok(answer::versioned(StatusCode::OK, flag.version, &flag))
}
