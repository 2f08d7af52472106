//! Switching links off and on, and extending them.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use viral_engine_api_types::LinkId;
use viral_engine_api_types::links::{Link, UpdateLink};
use viral_engine_service::links;

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, PathId};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Switch a link off or on, or change when it stops
///
/// Nodes notice within a second. Switching on and extending need what minting needs: a referrer who may share.
#[utoipa::path(
    tag = "links",
    params(("id" = LinkId, Path, description = "The link"), ("If-Match" = String, Header, description = "ETag that was read, or `*`")),
    request_body = UpdateLink,
    responses(
        (status = 200, description = "The link as it is now", body = Link),
        (status = 409, description = "The link was tampered with and can only be switched off", body = viral_engine_api_types::Problem, content_type = "application/problem+json"),
    )
)]
#[patch("/v1/links/{id}")]
pub async fn update_link(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<LinkId>,
    if_match: IfMatch,
    body: Body<UpdateLink>,
) -> ApiResult<HttpResponse> {
    let version = if_match.version()?;
    let link = links::update_link(&state.context, &caller, id.0, version, body.0).await?;
    Ok(answer::versioned(StatusCode::OK, link.version, &link))
}
