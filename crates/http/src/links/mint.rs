//! Minting links.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use viral_engine_api_types::links::{BulkAnswer, BulkLinks, CreateLink, Link};
use viral_engine_service::links;

use crate::extract::{Body, Caller, json};
use crate::problem::ApiResult;
use crate::state::AppState;
use crate::{answer, bulk};

/// Mint a link
///
/// A referrer who is not known yet is created with the age band `unknown`. Users of unknown age are treated as
/// children, and a child's link needs a guardian's consent: both are refused with `parental_consent_required`.
#[utoipa::path(
    tag = "links",
    request_body = CreateLink,
    responses((status = 201, description = "The link", body = Link))
)]
#[post("/v1/links")]
pub async fn create_link(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateLink>,
) -> ApiResult<HttpResponse> {
    let link = links::create_link(&state.context, &caller, body.0).await?;
    Ok(answer::created(&format!("/v1/links/{}", link.id), &link))
}

/// Mint up to 1,000 links
///
/// Each item succeeds or fails on its own.
#[utoipa::path(
    tag = "links",
    request_body = BulkLinks,
    responses((status = 200, description = "A result for each link, in order", body = BulkAnswer<Link>))
)]
#[post("/v1/links/bulk")]
pub async fn create_links(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkLinks>,
) -> ApiResult<HttpResponse> {
    let bodies = body.0.links.into_iter().enumerate();
    let bodies = bodies
        .map(|(index, value)| json::from_value(value, &format!("/links/{index}")))
        .collect();
    let results = links::create_links(&state.context, &caller, bodies).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}
