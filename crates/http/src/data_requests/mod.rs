//! Requests for what is held on users.

mod page;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::data_requests::{
    CreateDataRequest, DataRequest, DataRequestKind, DataRequestState,
};
use viral_engine_api_types::{DataRequestId, Page, Problem};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::data_requests::{self, DataRequestQuery};

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_data_requests)
        .service(create_data_request)
        .service(get_data_request)
        .service(get_data_archive)
        .configure(page::configure);
}

/// Parameters of `list_data_requests`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDataRequests {
    /// What was asked for.
    kind: Option<DataRequestKind>,
    /// How far it is.
    state: Option<DataRequestState>,
    /// About the user with this external id.
    user: Option<String>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List data requests
#[utoipa::path(tag = "data_requests", params(ListDataRequests), responses((status = 200, description = "Requests, newest first", body = Page<DataRequest>)))]
#[get("/v1/data-requests")]
pub async fn list_data_requests(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListDataRequests>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = query.0;
    let query = DataRequestQuery {
        kind: query.kind,
        state: query.state,
        user: query.user,
    };
    let page = data_requests::list_data_requests(&state.context, query, page).await?;
    Ok(answer::ok(&page))
}

/// Ask for everything that is held on a user, or that it is erased
///
/// Done by a job: read the request again to see how far it is. A deletion can not be taken back. It destroys the user's
/// key, so that backups of the database do not tell what was encrypted with it either; what counts stays, without anything
/// that leads to the user. Tell your own systems: the receipt names recipients to whom a guardian let data be disclosed.
#[utoipa::path(tag = "data_requests", request_body = CreateDataRequest, responses(
    (status = 202, description = "The request", body = DataRequest),
    (status = 409, description = "The same is under way", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/data-requests")]
pub async fn create_data_request(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateDataRequest>,
) -> ApiResult<HttpResponse> {
    let request = data_requests::create_data_request(&state.context, &caller, body.0).await?;
    let location = format!("/v1/data-requests/{}", request.id);
    Ok(answer::accepted(&location, &request))
}

/// Read a data request
#[utoipa::path(tag = "data_requests", params(("id" = DataRequestId, Path, description = "The request's id")), responses((status = 200, description = "The request, with its receipt once it is done", body = DataRequest)))]
#[get("/v1/data-requests/{id}")]
pub async fn get_data_request(
    state: Data<AppState>,
    _: Caller,
    id: PathId<DataRequestId>,
) -> ApiResult<HttpResponse> {
    let request = data_requests::get_data_request(&state.context, id.0).await?;
    Ok(answer::ok(&request))
}

/// Fetch the archive of an export
///
/// A ZIP of everything as JSON, a table for each class, and a text that says what is what. It is there for a week. That it was
/// fetched is audited.
#[utoipa::path(tag = "data_requests", params(("id" = DataRequestId, Path, description = "The request's id")), responses(
    (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
))]
#[get("/v1/data-requests/{id}/archive")]
pub async fn get_data_archive(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<DataRequestId>,
) -> ApiResult<HttpResponse> {
    let bytes = data_requests::get_data_archive(&state.context, &caller, id.0).await?;
    let name = format!("attachment; filename=\"data-{}.zip\"", id.0);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(bytes))
}
