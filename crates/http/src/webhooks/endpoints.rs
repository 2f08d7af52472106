//! Receivers.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post};
use viral_engine_api_types::webhooks::{
    CreateWebhook, CreatedWebhook, RotateWebhookSecret, UpdateWebhook, Webhook,
};
use viral_engine_api_types::{Page, WebhookId};
use viral_engine_service::webhooks;

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, PathId, Query};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// List webhooks
#[utoipa::path(tag = "webhooks", params(PageParams), responses((status = 200, description = "Webhooks without their secrets, newest first", body = Page<Webhook>)))]
#[get("/v1/webhooks")]
pub async fn list_webhooks(
    state: Data<AppState>,
    _: Caller,
    page: Query<PageParams>,
) -> ApiResult<HttpResponse> {
    let page = webhooks::list_webhooks(&state.context, page.request()?).await?;
    Ok(answer::ok(&page))
}

/// Add a webhook
///
/// The answer shows the secret that messages are signed with, once. Messages follow Standard Webhooks.
#[utoipa::path(tag = "webhooks", request_body = CreateWebhook, responses((status = 201, description = "The webhook with its secret", body = CreatedWebhook)))]
#[post("/v1/webhooks")]
pub async fn create_webhook(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateWebhook>,
) -> ApiResult<HttpResponse> {
    let created = webhooks::create_webhook(&state.context, &caller, body.0).await?;
    let location = format!("/v1/webhooks/{}", created.webhook.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .insert_header((ETAG, format!("\"{}\"", created.webhook.version)))
        .json(&created))
}

/// Read a webhook
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id")), responses((status = 200, description = "The webhook without its secret; the ETag is its version", body = Webhook)))]
#[get("/v1/webhooks/{id}")]
pub async fn get_webhook(
    state: Data<AppState>,
    _: Caller,
    id: PathId<WebhookId>,
) -> ApiResult<HttpResponse> {
    let webhook = webhooks::get_webhook(&state.context, id.0).await?;
    Ok(answer::versioned(StatusCode::OK, webhook.version, &webhook))
}

/// Change a webhook
///
/// Absent fields stay as they are. What a disabled webhook still had to get is skipped.
#[utoipa::path(tag = "webhooks", request_body = UpdateWebhook,
    params(
        ("id" = WebhookId, Path, description = "The webhook's id"),
        ("If-Match" = String, Header, description = "ETag of the webhook as it was read"),
    ),
    responses((status = 200, description = "The webhook", body = Webhook)))]
#[patch("/v1/webhooks/{id}")]
pub async fn update_webhook(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
    if_match: IfMatch,
    body: Body<UpdateWebhook>,
) -> ApiResult<HttpResponse> {
    let read = if_match.version()?;
    let webhook = webhooks::update_webhook(&state.context, &caller, id.0, read, body.0).await?;
    Ok(answer::versioned(StatusCode::OK, webhook.version, &webhook))
}

/// Remove a webhook
///
/// With everything that is known of its deliveries.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id")), responses((status = 204, description = "Removed")))]
#[delete("/v1/webhooks/{id}")]
pub async fn delete_webhook(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> ApiResult<HttpResponse> {
    webhooks::delete_webhook(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}

/// Enable a webhook
///
/// It is told what happens from now on; what it missed can be sent again message by message.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id")), responses((status = 200, description = "The webhook", body = Webhook)))]
#[post("/v1/webhooks/{id}/enable")]
pub async fn enable_webhook(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> ApiResult<HttpResponse> {
    let webhook = webhooks::enable_webhook(&state.context, &caller, id.0).await?;
    Ok(answer::versioned(StatusCode::OK, webhook.version, &webhook))
}

/// Rotate a webhook's secret
///
/// The answer shows the new secret, once. For the overlap messages carry signatures by both.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id")), request_body = RotateWebhookSecret, responses((status = 200, description = "The webhook with its new secret", body = CreatedWebhook)))]
#[post("/v1/webhooks/{id}/rotate")]
pub async fn rotate_webhook_secret(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
    body: Body<RotateWebhookSecret>,
) -> ApiResult<HttpResponse> {
    let rotated = webhooks::rotate_webhook_secret(&state.context, &caller, id.0, &body).await?;
    let version = rotated.webhook.version;
    Ok(answer::versioned(StatusCode::OK, version, &rotated))
}
