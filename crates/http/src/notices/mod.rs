//! Notices: what guardians are told before they consent.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post, put};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Problem;
use viral_engine_api_types::notices::{Notice, NoticeList, NoticeTemplate, WriteNotice};
use viral_engine_service::{ServiceError, ServiceResult, notices};

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, OptionalIfMatch};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_notices)
        .service(get_notice_template)
        .service(write_notice)
        .service(get_notice)
        .service(publish_notice);
}

/// List notices
#[utoipa::path(tag = "notices", responses((status = 200, description = "All versions, the newest first", body = NoticeList)))]
#[get("/v1/notices")]
async fn list_notices(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&notices::list_notices(&state.context).await?))
}

/// Read what a first notice begins with
///
/// What is in double brackets only you know.
#[utoipa::path(tag = "notices", responses((status = 200, description = "Words to begin with, in each language", body = NoticeTemplate)))]
#[get("/v1/notices/template")]
async fn get_notice_template(_: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&notices::notice_template()))
}

/// Write the draft of the notice
///
/// The whole of it. There is one draft at a time; guardians see it once it is published.
#[utoipa::path(tag = "notices", request_body = WriteNotice,
    params(("If-Match" = Option<String>, Header, description = "ETag of the draft as it was read; without it whatever is there is replaced")),
    responses((status = 200, description = "The draft; the ETag is its version", body = Notice)))]
#[put("/v1/notices/draft")]
async fn write_notice(
    state: Data<AppState>,
    caller: Caller,
    if_match: OptionalIfMatch,
    body: Body<WriteNotice>,
) -> ApiResult<HttpResponse> {
    let seen = if_match.version()?;
    let notice = notices::write_notice(&state.context, &caller, seen, body.0).await?;
    Ok(answer::versioned(StatusCode::OK, notice.version, &notice))
}

/// Read a notice
#[utoipa::path(tag = "notices", params(("number" = i32, Path, description = "Number of the version")), responses((status = 200, description = "The version; the ETag is its version", body = Notice)))]
#[get("/v1/notices/{number}")]
async fn get_notice(
    state: Data<AppState>,
    _: Caller,
    number: Path<String>,
) -> ApiResult<HttpResponse> {
    let notice = notices::get_notice(&state.context, parsed(&number)?).await?;
    Ok(answer::versioned(StatusCode::OK, notice.version, &notice))
}

/// Publish the draft of the notice
///
/// Guardians see it from now on, and it never changes. When it is material, what guardians allowed under earlier versions holds
/// no longer: ask them again.
#[utoipa::path(tag = "notices",
    params(
        ("number" = i32, Path, description = "Number of the version"),
        ("If-Match" = String, Header, description = "ETag of the draft as it was read"),
    ),
    responses(
        (status = 200, description = "The version", body = Notice),
        (status = 409, description = "Published already, or not complete in every language", body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/v1/notices/{number}/publish")]
async fn publish_notice(
    state: Data<AppState>,
    caller: Caller,
    number: Path<String>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let (number, seen) = (parsed(&number)?, if_match.version()?);
    let notice = notices::publish_notice(&state.context, &caller, number, seen).await?;
    Ok(answer::versioned(StatusCode::OK, notice.version, &notice))
}

/// What is no number names no version.
fn parsed(number: &str) -> ServiceResult<i32> {
    number.parse().map_err(|_| ServiceError::NotFound("notice"))
}
