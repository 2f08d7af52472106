//! The pages behind the links by which guardians see, get or erase what is held on a child: `GET /d/{token}`, and the buttons on
//! them. Loading a page changes nothing, since mail programs load links ahead.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_service::consents::GuardianPage;
use viral_engine_service::{ServiceError, ServiceResult, data_requests};

use crate::consents::page::{Shown, guardian};
use crate::extract::{Client, Query};
use crate::pages::{Page, document, language, page};
use crate::problem::{ApiError, ApiResult};
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
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let found = data_requests::find_data_page(&state.context, &token, query.lang).await;
    answered(found, query.lang, &request)
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
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let caller = guardian(client);
    match data_requests::use_data_page(&state.context, &caller, &token, query.lang).await {
        Err(ServiceError::Conflict(_)) => {
            let lang = language(query.lang, &request);
            Ok(page(StatusCode::CONFLICT, &under_way(lang)))
        }
        used => answered(used, query.lang, &request),
    }
}

/// A page, or that its link does not work: other than those to consents, these are used up.
fn answered(
    found: ServiceResult<GuardianPage>,
    asked: Option<EmailLocale>,
    request: &HttpRequest,
) -> ApiResult<HttpResponse> {
    match found {
        Ok(found) => Ok(document(StatusCode::OK, found.html, Some(found.style_hash))),
        Err(ServiceError::NotFound(_)) => {
            let lang = language(asked, request);
            Ok(page(StatusCode::NOT_FOUND, &used_up(lang)))
        }
        Err(other) => Err(ApiError(other)),
    }
}

fn used_up(lang: EmailLocale) -> Page {
    match lang {
        EmailLocale::De => Page {
            lang: "de",
            title: "Dieser Link funktioniert nicht",
            text: "Ein solcher Link wirkt einmal, innerhalb eines Tages; eine Kopie lässt sich eine Woche lang abholen. Prüfen Sie, ob die Adresse vollständig ist, oder fordern Sie einen neuen Link an: auf der Seite, zu der jede unserer Nachrichten über Ihre Einwilligung führt.",
            form: None,
        },
        EmailLocale::En => Page {
            lang: "en",
            title: "This link does not work",
            text: "Such a link works once, within a day; a copy can be fetched for a week. Please check that the address is complete, or ask for another link on the page to which each of our messages about your consent leads.",
            form: None,
        },
    }
}

fn under_way(lang: EmailLocale) -> Page {
    match lang {
        EmailLocale::De => Page {
            lang: "de",
            title: "Das ist schon in Arbeit",
            text: "Dasselbe wurde für Ihr Kind schon angefordert. Ihr Link wirkt noch: versuchen Sie es in ein paar Minuten wieder.",
            form: None,
        },
        EmailLocale::En => Page {
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
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let caller = guardian(client);
    match data_requests::fetch_archive(&state.context, &caller, &token).await {
        Ok(bytes) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/zip"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"data.zip\""))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(bytes)),
        Err(error) => answered(Err(error), None, &request),
    }
}
