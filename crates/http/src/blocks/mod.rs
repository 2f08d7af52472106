//! Blocked devices and networks.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::blocks::{Block, CreateBlock};
use viral_engine_api_types::{BlockId, Page};
use viral_engine_service::blocks;

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_blocks)
        .service(create_block)
        .service(delete_block);
}

/// List blocks
#[utoipa::path(tag = "blocks", params(PageParams), responses((status = 200, description = "Blocks that have not ended, newest first", body = Page<Block>)))]
#[get("/v1/blocks")]
pub async fn list_blocks(
    state: Data<AppState>,
    _: Caller,
    page: Query<PageParams>,
) -> ApiResult<HttpResponse> {
    let page = blocks::list_blocks(&state.context, page.request()?).await?;
    Ok(answer::ok(&page))
}

/// Block a device or network
///
/// Hits of it are rejected on every node, those of links at once on this one.
#[utoipa::path(tag = "blocks", request_body = CreateBlock, responses((status = 201, description = "The block", body = Block)))]
#[post("/v1/blocks")]
pub async fn create_block(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateBlock>,
) -> ApiResult<HttpResponse> {
    let block = blocks::create_block(&state.context, &caller, body.0).await?;
    Ok(answer::created(&format!("/v1/blocks/{}", block.id), &block))
}

/// Let a device or network in again
#[utoipa::path(tag = "blocks", params(("id" = BlockId, Path, description = "The block's id")), responses((status = 204, description = "Not blocked any more")))]
#[delete("/v1/blocks/{id}")]
pub async fn delete_block(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<BlockId>,
) -> ApiResult<HttpResponse> {
    blocks::delete_block(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}
