//! The parent's page: `GET /r/{token}`, and the buttons on it. Whoever has the link has the mail; loading it changes
//! nothing, since mail programs load links ahead.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_service::recaps::{self, RecapPage};
use viral_engine_service::{ServiceError, ServiceResult};

use crate::consents::page::guardian;
use crate::extract::Client;
use crate::pages::{document, language, missing};
use crate::problem::{ApiError, ApiResult};
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(show_recaps).service(choose_recaps);
}

/// Show a parent's week
///
/// A page without script, for 90 days after the week.
#[utoipa::path(tag = "recaps", params(("token" = String, Path, description = "Token of a message's link")), responses(
    (status = 200, description = "The page", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, not ours, or too old", body = String, content_type = "text/html"),
))]
#[get("/r/{token}")]
pub async fn show_recaps(
    state: Data<AppState>,
    token: Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let found = recaps::find_recap_page(&state.context, &token).await;
    answer(found, &request)
}

/// Say whether recaps come by mail
///
/// The buttons of the page. The body is not read; doing it again changes nothing.
#[utoipa::path(tag = "recaps", params(
    ("token" = String, Path, description = "Token of a message's link"),
    ("choice" = String, Path, description = "`on` or `off`"),
), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, not ours, or too old", body = String, content_type = "text/html"),
))]
#[post("/r/{token}/{choice}")]
pub async fn choose_recaps(
    state: Data<AppState>,
    path: Path<(String, String)>,
    client: Client,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (token, choice) = path.into_inner();
    let wanted = match choice.as_str() {
        "on" => true,
        "off" => false,
        _ => return answer(Err(ServiceError::NotFound("choice")), &request),
    };
    let caller = guardian(client);
    let chosen = recaps::choose_recaps(&state.context, &caller, &token, wanted).await;
    answer(chosen, &request)
}

fn answer(found: ServiceResult<RecapPage>, request: &HttpRequest) -> ApiResult<HttpResponse> {
    match found {
        Ok(found) => Ok(document(StatusCode::OK, found.html, Some(found.style_hash))),
        Err(ServiceError::NotFound(_)) => Ok(missing(language(None, request))),
        Err(other) => Err(ApiError(other)),
    }
}
