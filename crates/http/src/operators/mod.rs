//! Operators: people who sign in to the admin app.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::auth::SessionList;
use viral_engine_api_types::operators::{
    CreateOperator, Operator, OperatorInvitation, UpdateOperator,
};
use viral_engine_api_types::{OperatorId, Page, Problem};
use viral_engine_service::operators;

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, PathId, Query};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_operators)
        .service(create_operator)
        .service(get_operator)
        .service(update_operator)
        .service(create_setup_link)
        .service(list_operator_sessions)
        .service(end_operator_sessions);
}

/// List operators
#[utoipa::path(tag = "operators", params(PageParams), responses((status = 200, description = "Operators, newest first", body = Page<Operator>)))]
#[get("/v1/operators")]
pub async fn list_operators(
    state: Data<AppState>,
    _: Caller,
    page: Query<PageParams>,
) -> ApiResult<HttpResponse> {
    let page = operators::list_operators(&state.context, page.request()?).await?;
    Ok(answer::ok(&page))
}

/// Invite an operator
///
/// The answer shows a one-time setup link; pass it on by a channel you trust.
#[utoipa::path(tag = "operators", request_body = CreateOperator, responses((status = 201, description = "Invited", body = OperatorInvitation)))]
#[post("/v1/operators")]
pub async fn create_operator(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateOperator>,
) -> ApiResult<HttpResponse> {
    let invitation = operators::create_operator(&state.context, &caller, &body).await?;
    let location = format!("/v1/operators/{}", invitation.operator.id);
    Ok(answer::created(&location, &invitation))
}

/// Read an operator
#[utoipa::path(tag = "operators", params(("id" = OperatorId, Path, description = "The operator")), responses((status = 200, description = "The operator; its ETag is for `update_operator`", body = Operator)))]
#[get("/v1/operators/{id}")]
pub async fn get_operator(
    state: Data<AppState>,
    _: Caller,
    id: PathId<OperatorId>,
) -> ApiResult<HttpResponse> {
    let operator = operators::get_operator(&state.context, id.0).await?;
    Ok(answer::versioned(
        StatusCode::OK,
        operator.version,
        &operator,
    ))
}

/// Change an operator's name, role or state
///
/// Role and state hold within a second. The last admin who can sign in can be neither demoted nor disabled.
#[utoipa::path(tag = "operators", params(
    ("id" = OperatorId, Path, description = "The operator"),
    ("If-Match" = String, Header, description = "ETag that was read, or `*`"),
), request_body = UpdateOperator, responses(
    (status = 200, description = "Changed", body = Operator),
    (status = 409, description = "No admin would be left", body = Problem, content_type = "application/problem+json"),
))]
#[patch("/v1/operators/{id}")]
pub async fn update_operator(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<OperatorId>,
    if_match: IfMatch,
    body: Body<UpdateOperator>,
) -> ApiResult<HttpResponse> {
    let seen = if_match.version()?;
    let operator = operators::update_operator(&state.context, &caller, id.0, seen, &body).await?;
    Ok(answer::versioned(
        StatusCode::OK,
        operator.version,
        &operator,
    ))
}

/// Make a new setup link for an operator
///
/// The link before it ends. The password stays until the new link is used.
#[utoipa::path(tag = "operators", params(("id" = OperatorId, Path, description = "The operator")), responses((status = 201, description = "The link", body = OperatorInvitation)))]
#[post("/v1/operators/{id}/setup-link")]
pub async fn create_setup_link(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<OperatorId>,
) -> ApiResult<HttpResponse> {
    let invitation = operators::create_setup_link(&state.context, &caller, id.0).await?;
    let location = format!("/v1/operators/{}", id.0);
    Ok(answer::created(&location, &invitation))
}

/// List an operator's sessions
#[utoipa::path(tag = "operators", params(("id" = OperatorId, Path, description = "The operator")), responses((status = 200, description = "Open sessions, newest first", body = SessionList)))]
#[get("/v1/operators/{id}/sessions")]
pub async fn list_operator_sessions(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<OperatorId>,
) -> ApiResult<HttpResponse> {
    let list = operators::list_operator_sessions(&state.context, &caller, id.0).await?;
    Ok(answer::ok(&list))
}

/// End all sessions of an operator
#[utoipa::path(tag = "operators", params(("id" = OperatorId, Path, description = "The operator")), responses((status = 204, description = "Ended")))]
#[delete("/v1/operators/{id}/sessions")]
pub async fn end_operator_sessions(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<OperatorId>,
) -> ApiResult<HttpResponse> {
    operators::end_operator_sessions(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}
