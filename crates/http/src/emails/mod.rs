//! Mail: the outbox, templates, bounces, and the page on which people unsubscribe.

mod pages;
mod templates;
mod unsubscribe;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::emails::{
    Email, EmailDetails, EmailEventsAnswer, EmailKind, EmailState, ReportEmailEvents, SendTestEmail,
};
use viral_engine_api_types::{EmailId, Page, Problem};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::emails::{self, EmailQuery};

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_emails)
        .service(send_test_email)
        .service(get_email)
        .service(resend_email)
        .service(report_email_events)
        .configure(templates::configure)
        .configure(unsubscribe::configure);
}

/// Parameters of `list_emails`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListEmails {
    /// Where they are on their way.
    state: Option<EmailState>,
    /// What they are.
    kind: Option<EmailKind>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List emails
///
/// Recipients are shown with `users:read_personal` only. Without a mail server this is the built-in outbox.
#[utoipa::path(tag = "emails", params(ListEmails), responses((status = 200, description = "Emails, newest first", body = Page<Email>)))]
#[get("/v1/emails")]
pub async fn list_emails(
    state: Data<AppState>,
    caller: Caller,
    query: Query<ListEmails>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = EmailQuery {
        state: query.state,
        kind: query.kind,
    };
    let page = emails::list_emails(&state.context, &caller, query, page).await?;
    Ok(answer::ok(&page))
}

/// Read an email
///
/// With its headers and, for callers with `users:read_personal`, what it says. Recipients and texts are kept for 90
/// days; links that work once are never shown.
#[utoipa::path(tag = "emails", params(("id" = EmailId, Path, description = "The email's id")), responses((status = 200, description = "The email", body = EmailDetails)))]
#[get("/v1/emails/{id}")]
pub async fn get_email(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<EmailId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &emails::get_email(&state.context, &caller, id.0).await?,
    ))
}

/// Send an email again
///
/// As a new one. An address from which mail was returned is tried again; who unsubscribed, complained or is a minor
/// gets none.
#[utoipa::path(tag = "emails", params(("id" = EmailId, Path, description = "The email's id")), responses(
    (status = 201, description = "The new email", body = Email),
    (status = 409, description = "Still on its way, kept no longer, not wished, or delivery is switched off", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/emails/{id}/resend")]
pub async fn resend_email(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<EmailId>,
) -> ApiResult<HttpResponse> {
    let email = emails::resend_email(&state.context, &caller, id.0).await?;
    Ok(created(&email))
}

/// Send a test email
///
/// Shows whether mail arrives.
#[utoipa::path(tag = "emails", request_body = SendTestEmail, responses(
    (status = 201, description = "The email", body = Email),
    (status = 409, description = "Delivery is switched off", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/emails/test")]
pub async fn send_test_email(
    state: Data<AppState>,
    caller: Caller,
    body: Body<SendTestEmail>,
) -> ApiResult<HttpResponse> {
    let email = emails::send_test_email(&state.context, &caller, &body).await?;
    Ok(created(&email))
}

/// Report bounces and complaints
///
/// For the webhook of a mail provider. Messages are named by their Message-ID; reporting again changes nothing.
#[utoipa::path(tag = "emails", request_body = ReportEmailEvents, responses((status = 200, description = "What became of them", body = EmailEventsAnswer)))]
#[post("/v1/email-events")]
pub async fn report_email_events(
    state: Data<AppState>,
    caller: Caller,
    body: Body<ReportEmailEvents>,
) -> ApiResult<HttpResponse> {
    let answer = emails::report_email_events(&state.context, &caller, &body).await?;
    Ok(answer::ok(&answer))
}

fn created(email: &Email) -> HttpResponse {
    answer::created(&format!("/v1/emails/{}", email.id), email)
}
