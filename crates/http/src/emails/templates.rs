//! Templates of emails, with made-up data.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::emails::{EmailKind, EmailLocale, EmailPreview, EmailTemplateList};
use viral_engine_service::{ServiceError, emails};

use crate::answer;
use crate::extract::{Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_email_templates)
        .service(preview_email_template);
}

/// List email templates
#[utoipa::path(tag = "emails", responses((status = 200, description = "All templates", body = EmailTemplateList)))]
#[get("/v1/email-templates")]
pub async fn list_email_templates(_: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&emails::list_email_templates()))
}

/// Parameters of `preview_email_template`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PreviewEmailTemplate {
    /// Language; English when absent.
    locale: Option<EmailLocale>,
}

/// Preview an email template
///
/// Filled with made-up data.
#[utoipa::path(tag = "emails", params(("kind" = EmailKind, Path, description = "The template"), PreviewEmailTemplate), responses((status = 200, description = "Both forms of the message", body = EmailPreview)))]
#[get("/v1/email-templates/{kind}/preview")]
pub async fn preview_email_template(
    state: Data<AppState>,
    _: Caller,
    kind: Path<String>,
    query: Query<PreviewEmailTemplate>,
) -> ApiResult<HttpResponse> {
    let kind = EmailKind::parse(&kind).ok_or(ServiceError::NotFound("email template"))?;
    let locale = query.locale.unwrap_or(EmailLocale::En);
    let preview = emails::preview_email_template(&state.context, kind, locale)?;
    Ok(answer::ok(&preview))
}
