//! The pages behind the links by which guardians see, get or erase what is held on a child: `GET /d/{token}`, and the buttons on
//! them. Loading a page changes nothing, since mail programs load links ahead.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_service::{ServiceError, data_requests};

use crate::consents::page::{Shown, answered, guardian};
use crate::extract::{Client, Query};
use crate::pages::{Page, page};
use crate::problem::ApiResult;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(show_data_page)
        .service(use_data_page)
        .service(fetch_data_archive);
}

/// Show what a guardian's link is for
///
/// A page without script, with one button.
#[utoipa::path(tag = "data_requests", params(("token" = String, Path, description = "Token of a message's link"), Shown), responses(
    (status = 200, description = "The page", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, was used, or its time is over", body = String, content_type = "text/html"),
))]
#[get("/d/{token}")]
async fn show_data_page(
    state: Data<AppState>,
    token: Path<String>,
    query: Query<Shown>,
) -> ApiResult<HttpResponse> {
    answered(data_requests::find_data_page(&state.context, &token, query.lang).await)
}

/// Use a guardian's link
///
/// The button of the page: it shows what is held, asks for a copy, or has everything erased. Once.
#[utoipa::path(tag = "data_requests", params(("token" = String, Path, description = "Token of a message's link"), Shown), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 409, description = "The same is under way for the child; the link still works", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, was used, or its time is over", body = String, content_type = "text/html"),
))]
#[post("/d/{token}")]
async fn use_data_page(
    state: Data<AppState>,
    token: Path<String>,
    query: Query<Shown>,
    client: Client,
) -> ApiResult<HttpResponse> {
    let caller = guardian(client);
    match data_requests::use_data_page(&state.context, &caller, &token, query.lang).await {
        Err(ServiceError::Conflict(_)) => Ok(page(StatusCode::CONFLICT, &under_way(query.lang))),
        used => answered(used),
    }
}

fn under_way(lang: Option<EmailLocale>) -> Page {
    match lang {
        Some(EmailLocale::De) => Page {
            lang: "de",
            title: "Das ist schon in Arbeit",
            text: "Dasselbe wurde für Ihr Kind schon angefordert. Ihr Link wirkt noch: versuchen Sie es in ein paar Minuten wieder.",
            form: None,
        },
        _ => Page {
            lang: "en",
            title: "This is under way already",
            text: "The same was asked for your child before. Your link still works: try again in a few minutes.",
            form: None,
        },
    }
}

/// Fetch the copy that was asked for with a guardian's link
#[utoipa::path(tag = "data_requests", params(("token" = String, Path, description = "Token of a message's link")), responses(
    (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
    (status = 404, description = "There is none, or its time is over", body = String, content_type = "text/html"),
))]
#[post("/d/{token}/archive")]
async fn fetch_data_archive(
    state: Data<AppState>,
    token: Path<String>,
    client: Client,
) -> ApiResult<HttpResponse> {
    let caller = guardian(client);
    match data_requests::fetch_archive(&state.context, &caller, &token).await {
        Ok(bytes) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/zip"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"data.zip\""))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(bytes)),
        Err(error) => answered(Err(error)),
    }
}
