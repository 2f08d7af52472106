//! The public's door out: `GET` and `POST /u/{token}`.
//!
//! Mail programs load links ahead, so `GET` only asks; `POST` acts, from the page's button or as the one click of
//! RFC 8058. Neither needs a caller: whoever has the link has the message.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_service::caller::Identity;
use viral_engine_service::{Caller, ServiceError, emails};

use super::pages;
use crate::extract::Client;
use crate::pages::{language, missing};
use crate::problem::{ApiError, ApiResult};
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(ask_unsubscribe).service(unsubscribe);
}

/// Ask before unsubscribing
///
/// A page with one button. Loading it changes nothing.
#[utoipa::path(tag = "emails", params(("token" = String, Path, description = "Token of a message's link")), responses(
    (status = 200, description = "The page", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[get("/u/{token}")]
pub async fn ask_unsubscribe(
    state: Data<AppState>,
    token: Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    match emails::find_unsubscribe(&state.context, &token).await {
        Ok(found) => Ok(pages::ask(found.locale)),
        Err(error) => not_found(error, &request),
    }
}

/// Unsubscribe
///
/// The recipient of the message gets no more of those that one can unsubscribe from. The body, which mail programs
/// send as RFC 8058 has it, is not read. Doing it again changes nothing.
#[utoipa::path(tag = "emails", params(("token" = String, Path, description = "Token of a message's link")), responses(
    (status = 200, description = "Done", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[post("/u/{token}")]
pub async fn unsubscribe(
    state: Data<AppState>,
    token: Path<String>,
    client: Client,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let caller = Caller {
        identity: Identity::System,
        ip_prefix: Some(client.ip_prefix()),
        request_id: Some(client.request_id),
    };
    match emails::unsubscribe(&state.context, &caller, &token).await {
        Ok(done) => Ok(pages::done(done.locale)),
        Err(error) => not_found(error, &request),
    }
}

fn not_found(error: ServiceError, request: &HttpRequest) -> ApiResult<HttpResponse> {
    match error {
        ServiceError::NotFound(_) => Ok(missing(language(None, request))),
        other => Err(ApiError(other)),
    }
}
