//! Networks marked as an institution's.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::institution_networks::{CreateInstitutionNetwork, InstitutionNetwork};
use viral_engine_api_types::{InstitutionNetworkId, Page};
use viral_engine_service::institution_networks;

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_institution_networks)
        .service(create_institution_network)
        .service(delete_institution_network);
}

/// List institution networks
#[utoipa::path(tag = "institution_networks", params(PageParams), responses((status = 200, description = "Networks, newest first", body = Page<InstitutionNetwork>)))]
#[get("/v1/institution-networks")]
pub async fn list_institution_networks(
    state: Data<AppState>,
    _: Caller,
    page: Query<PageParams>,
) -> ApiResult<HttpResponse> {
    let page =
        institution_networks::list_institution_networks(&state.context, page.request()?).await?;
    Ok(answer::ok(&page))
}

/// Mark a network as an institution's
///
/// Holds for the past too: guardrails look networks up when they answer.
#[utoipa::path(tag = "institution_networks", request_body = CreateInstitutionNetwork, responses((status = 201, description = "The network", body = InstitutionNetwork)))]
#[post("/v1/institution-networks")]
pub async fn create_institution_network(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateInstitutionNetwork>,
) -> ApiResult<HttpResponse> {
    let network =
        institution_networks::create_institution_network(&state.context, &caller, body.0).await?;
    let location = format!("/v1/institution-networks/{}", network.id);
    Ok(answer::created(&location, &network))
}

/// Take the mark of a network away
#[utoipa::path(tag = "institution_networks", params(("id" = InstitutionNetworkId, Path, description = "The network's id")), responses((status = 204, description = "Not marked any more")))]
#[delete("/v1/institution-networks/{id}")]
pub async fn delete_institution_network(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<InstitutionNetworkId>,
) -> ApiResult<HttpResponse> {
    institution_networks::delete_institution_network(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}
