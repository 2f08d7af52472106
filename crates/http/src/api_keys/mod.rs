//! API keys: how a platform's backend signs in.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::api_keys::{ApiKey, CreateApiKey, CreatedApiKey, RotateApiKey};
use viral_engine_api_types::{ApiKeyId, Page};
use viral_engine_service::api_keys;

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(get_api_key)
        .service(revoke_api_key)
        .service(rotate_api_key);
}

/// List API keys
#[utoipa::path(tag = "api_keys", params(PageParams), responses((status = 200, description = "Keys without their secrets, newest first", body = Page<ApiKey>)))]
#[get("/v1/api-keys")]
pub async fn list_api_keys(
    state: Data<AppState>,
    _: Caller,
    page: Query<PageParams>,
) -> ApiResult<HttpResponse> {
    let page = api_keys::list_api_keys(&state.context, page.request()?).await?;
    Ok(answer::ok(&page))
}

/// Create an API key
///
/// The answer shows the key, once: only a hash of it is stored.
#[utoipa::path(tag = "api_keys", request_body = CreateApiKey, responses((status = 201, description = "The key", body = CreatedApiKey)))]
#[post("/v1/api-keys")]
pub async fn create_api_key(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateApiKey>,
) -> ApiResult<HttpResponse> {
    let created = api_keys::create_api_key(&state.context, &caller, &body).await?;
    Ok(answer::created(&location(&created), &created))
}

/// Read an API key's record
#[utoipa::path(tag = "api_keys", params(("id" = ApiKeyId, Path, description = "The key's id")), responses((status = 200, description = "The key without its secret", body = ApiKey)))]
#[get("/v1/api-keys/{id}")]
pub async fn get_api_key(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ApiKeyId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &api_keys::get_api_key(&state.context, id.0).await?,
    ))
}

/// Revoke an API key
///
/// Holds within a second. Revoking again changes nothing.
#[utoipa::path(tag = "api_keys", params(("id" = ApiKeyId, Path, description = "The key's id")), responses((status = 204, description = "Revoked")))]
#[delete("/v1/api-keys/{id}")]
pub async fn revoke_api_key(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ApiKeyId>,
) -> ApiResult<HttpResponse> {
    api_keys::revoke_api_key(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}

/// Rotate an API key
///
/// Makes a new key with the same name, scopes and end; the old one still works for the overlap.
#[utoipa::path(tag = "api_keys", params(("id" = ApiKeyId, Path, description = "The key's id")), request_body = RotateApiKey, responses((status = 201, description = "The new key", body = CreatedApiKey)))]
#[post("/v1/api-keys/{id}/rotate")]
pub async fn rotate_api_key(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ApiKeyId>,
    body: Body<RotateApiKey>,
) -> ApiResult<HttpResponse> {
    let created = api_keys::rotate_api_key(&state.context, &caller, id.0, &body).await?;
    Ok(answer::created(&location(&created), &created))
}

fn location(created: &CreatedApiKey) -> String {
    format!("/v1/api-keys/{}", created.api_key.id)
}
