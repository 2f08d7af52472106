//! What became of messages.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::webhooks::{WebhookDelivery, WebhookDeliveryStatus};
use viral_engine_api_types::{FieldError, Page, WebhookId, WebhookMessageId};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::webhooks::{self, DeliveryQuery};
use viral_engine_service::{ServiceError, ServiceResult};

use crate::answer;
use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Filter and page of a list of deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDeliveries {
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
    /// Only deliveries that are so far.
    #[param(inline)]
    status: Option<WebhookDeliveryStatus>,
}

/// List deliveries of a webhook
///
/// Newest first, each with its attempts. They are kept for 30 days.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id"), ListDeliveries), responses((status = 200, description = "Deliveries with their attempts", body = Page<WebhookDelivery>)))]
#[get("/v1/webhooks/{id}/deliveries")]
pub async fn list_webhook_deliveries(
    state: Data<AppState>,
    _: Caller,
    id: PathId<WebhookId>,
    query: Query<ListDeliveries>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = DeliveryQuery {
        status: query.status,
    };
    let page = webhooks::list_webhook_deliveries(&state.context, id.0, query, page).await?;
    Ok(answer::ok(&page))
}

/// Test a webhook
///
/// Sends `webhook.test`, also to a disabled one, once. Read its deliveries to see how it went.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path, description = "The webhook's id")), responses((status = 202, description = "The test is being sent", body = WebhookDelivery)))]
#[post("/v1/webhooks/{id}/test")]
pub async fn test_webhook(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> ApiResult<HttpResponse> {
    let delivery = webhooks::test_webhook(&state.context, &caller, id.0).await?;
    Ok(HttpResponse::build(StatusCode::ACCEPTED).json(&delivery))
}

/// Send a message again
///
/// At once and with all its attempts: the same `webhook-id` and body, so that a receiver can tell that it has it.
#[utoipa::path(tag = "webhooks",
    params(
        ("id" = WebhookId, Path, description = "The webhook's id"),
        ("message" = WebhookMessageId, Path, description = "The message's id"),
    ),
    responses((status = 202, description = "The message is being sent", body = WebhookDelivery)))]
#[post("/v1/webhooks/{id}/deliveries/{message}/resend")]
pub async fn resend_webhook_message(
    request: HttpRequest,
    state: Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> ApiResult<HttpResponse> {
    let message = message(&request)?;
    let delivery = webhooks::resend_webhook_message(&state.context, &caller, id.0, message).await?;
    Ok(HttpResponse::build(StatusCode::ACCEPTED).json(&delivery))
}

/// The parameter `{message}`.
fn message(request: &HttpRequest) -> ServiceResult<WebhookMessageId> {
    let text = request.match_info().query("message");
    text.parse().map_err(|_| {
        ServiceError::BadRequest(FieldError::new(
            "{message}",
            "malformed_id",
            "An id is a UUID, as it was answered.",
        ))
    })
}
