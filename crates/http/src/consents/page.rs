//! The guardians' pages: `GET /c/{token}`, and the buttons on them. Whoever has the link has the guardian's mail; loading a
//! page changes nothing, since mail programs load links ahead.

use std::collections::BTreeSet;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_service::caller::Identity;
use viral_engine_service::consents::{self, GuardianPage, Reply};
use viral_engine_service::data_requests::Asked;
use viral_engine_service::{Caller, ServiceError, ServiceResult};

use crate::extract::body::read_body;
use crate::extract::{Client, Query};
use crate::pages::{Page, document, language, missing, page};
use crate::problem::{ApiError, ApiResult};
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(show_return_page)
        .service(show_consent_page)
        .service(show_consent_form)
        .service(send_consent_form)
        .service(reply_to_request)
        .service(revoke_as_guardian)
        .service(ask_for_data_link);
}

/// How a page is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Shown {
    /// Language; default that of the message.
    pub(crate) lang: Option<EmailLocale>,
}

/// Show where guardians come back from a provider
///
/// It tells nothing and changes nothing: the provider knows this address, and is not to know the guardian's own.
#[utoipa::path(tag = "consents", params(Shown), responses(
    (status = 200, description = "The page", body = String, content_type = "text/html"),
))]
#[get("/c/return")]
async fn show_return_page(query: Query<Shown>, request: HttpRequest) -> HttpResponse {
    let returned = match language(query.lang, &request) {
        EmailLocale::De => &RETURNED_DE,
        EmailLocale::En => &RETURNED_EN,
    };
    page(StatusCode::OK, returned)
}

const RETURNED_EN: Page = Page {
    lang: "en",
    title: "Thank you",
    text: "We are told the result by the provider. What became of it, the link in our message shows; you can close this page.",
    form: None,
};

const RETURNED_DE: Page = Page {
    lang: "de",
    title: "Danke",
    text: "Das Ergebnis erfahren wir vom Anbieter. Was daraus geworden ist, zeigt der Link in unserer Nachricht; diese Seite können Sie schließen.",
    form: None,
};

/// Show a guardian's page
///
/// A page without script: the notice and what to choose, the second step, or all consents.
#[utoipa::path(tag = "consents", params(("token" = String, Path, description = "Token of a message's link"), Shown), responses(
    (status = 200, description = "The page", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[get("/c/{token}")]
async fn show_consent_page(
    state: Data<AppState>,
    token: Path<String>,
    query: Query<Shown>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let found = consents::find_guardian_page(&state.context, &token, query.lang).await;
    answered(found, query.lang, &request)
}

/// Show the form to sign
///
/// While one is awaited: a document to print.
#[utoipa::path(tag = "consents", params(("token" = String, Path, description = "Token of a message's link"), Shown), responses(
    (status = 200, description = "The form", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours, or no form is awaited", body = String, content_type = "text/html"),
))]
#[get("/c/{token}/form")]
async fn show_consent_form(
    state: Data<AppState>,
    token: Path<String>,
    query: Query<Shown>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let found = consents::find_consent_form(&state.context, &token, query.lang).await;
    answered(found, query.lang, &request)
}

/// Send in a signed form
///
/// The field `form`: a PDF, JPEG or PNG file of at most 8 MiB. What else comes changes nothing, and the page says so.
#[utoipa::path(tag = "consents", params(("token" = String, Path, description = "Token of a message's link"), Shown),
    request_body(content = String, content_type = "multipart/form-data", description = "The field `form` is the file"), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[post("/c/{token}/form")]
async fn send_consent_form(
    state: Data<AppState>,
    token: Path<String>,
    query: Query<Shown>,
    client: Client,
    request: HttpRequest,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    // Only guardians may send so much.
    let is_ours = consents::opens_a_page(&state.context, &token).await;
    if !is_ours.map_err(ApiError)? {
        return answered(Err(ServiceError::NotFound("page")), query.lang, &request);
    }
    let body = read_body(&request, &mut payload.into_inner()).await?;
    let reply = Reply::Form(file(&request, body).await);
    let caller = guardian(client);
    press(&state, &caller, &token, (query.lang, &request), reply).await
}

/// Answer as a guardian
///
/// The buttons of the page. What does not fit where a consent is by now changes nothing, and the page says so.
#[utoipa::path(tag = "consents", params(
    ("token" = String, Path, description = "Token of a message's link"),
    ("choice" = String, Path, description = "`allow`, with the scopes that are ticked and the method as a form; `refuse`, `not-mine`, `other-way` or `confirm`"),
    Shown,
), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[post("/c/{token}/{choice}")]
async fn reply_to_request(
    state: Data<AppState>,
    path: Path<(String, String)>,
    query: Query<Shown>,
    client: Client,
    request: HttpRequest,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    let (token, choice) = path.into_inner();
    let reply = match choice.as_str() {
        "allow" => allowed(&request, payload).await?,
        "other-way" => Reply::OtherWay,
        "refuse" => Reply::Refuse,
        "not-mine" => Reply::NotMine,
        "confirm" => Reply::Confirm,
        _ => return answered(Err(ServiceError::NotFound("choice")), query.lang, &request),
    };
    let caller = guardian(client);
    press(&state, &caller, &token, (query.lang, &request), reply).await
}

/// Take a consent back as a guardian
///
/// The buttons of the page of all consents.
#[utoipa::path(tag = "consents", params(
    ("token" = String, Path, description = "Token of a message's link"),
    ("consent" = String, Path, description = "The consent's id"),
    Shown,
), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[post("/c/{token}/revoke/{consent}")]
async fn revoke_as_guardian(
    state: Data<AppState>,
    path: Path<(String, String)>,
    query: Query<Shown>,
    client: Client,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (token, consent) = path.into_inner();
    let Ok(consent) = consent.parse() else {
        return answered(Err(ServiceError::NotFound("consent")), query.lang, &request);
    };
    let (caller, reply) = (guardian(client), Reply::Revoke(consent));
    press(&state, &caller, &token, (query.lang, &request), reply).await
}

/// Ask for a link to what is held on a child
///
/// The buttons of the page of all consents. The link is mailed to the guardian's address on record; it works once, within a day.
#[utoipa::path(tag = "data_requests", params(
    ("token" = String, Path, description = "Token of a message's link"),
    ("asked" = String, Path, description = "`summary`, `export` or `deletion`"),
    ("child" = String, Path, description = "Our id of the child"),
    Shown,
), responses(
    (status = 200, description = "The page, which says so", body = String, content_type = "text/html"),
    (status = 404, description = "The link is not whole, or not ours", body = String, content_type = "text/html"),
))]
#[post("/c/{token}/data/{asked}/{child}")]
async fn ask_for_data_link(
    state: Data<AppState>,
    path: Path<(String, String, String)>,
    query: Query<Shown>,
    client: Client,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (token, asked, child) = path.into_inner();
    let (Some(asked), Ok(child)) = (Asked::parse(&asked), child.parse()) else {
        return answered(Err(ServiceError::NotFound("page")), query.lang, &request);
    };
    let (caller, reply) = (guardian(client), Reply::Ask(asked, child));
    press(&state, &caller, &token, (query.lang, &request), reply).await
}

/// Does what a button says, and answers the page.
async fn press(
    state: &AppState,
    caller: &Caller,
    token: &str,
    (lang, request): (Option<EmailLocale>, &HttpRequest),
    reply: Reply,
) -> ApiResult<HttpResponse> {
    let found = consents::reply_to_request(&state.context, caller, token, lang, reply).await;
    answered(found, lang, request)
}

/// What is ticked in a form.
async fn allowed(request: &HttpRequest, payload: Payload) -> ApiResult<Reply> {
    let form = read_body(request, &mut payload.into_inner()).await?;
    let (mut scopes, mut method) = (BTreeSet::new(), None);
    for (name, value) in form_urlencoded::parse(&form) {
        match name.as_ref() {
            "scope" => {
                scopes.insert(value.into_owned());
            }
            "method" => method = Some(value.into_owned()),
            _ => {}
        }
    }
    Ok(Reply::Allow { scopes, method })
}

/// The bytes of the file in the field `form`; none where there is no such field, or it breaks off.
async fn file(request: &HttpRequest, body: Bytes) -> Vec<u8> {
    let body = stream::once(async { Ok::<_, PayloadError>(body) });
    let mut parts = Multipart::new(request.headers(), body);
    while let Some(Ok(mut part)) = parts.next().await {
        if part.name() != Some("form") {
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            match chunk {
                Ok(chunk) => bytes.extend_from_slice(&chunk),
                Err(_) => return Vec::new(),
            }
        }
        return bytes;
    }
    Vec::new()
}

/// From where a guardian presses; who that is, the token tells.
pub(crate) fn guardian(client: Client) -> Caller {
    Caller {
        identity: Identity::System,
        ip_prefix: Some(client.ip_prefix()),
        request_id: Some(client.request_id),
    }
}

/// A page, or that its link leads nowhere.
fn answered(
    found: ServiceResult<GuardianPage>,
    asked: Option<EmailLocale>,
    request: &HttpRequest,
) -> ApiResult<HttpResponse> {
    match found {
        Ok(found) => Ok(document(StatusCode::OK, found.html, Some(found.style_hash))),
        Err(ServiceError::NotFound(_)) => Ok(missing(language(asked, request))),
        Err(other) => Err(ApiError(other)),
    }
}
