//! Inputs of the guardrails beside events: parent shares, progress reels, study sessions, opt-outs.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::ParentShareId;
use viral_engine_api_types::inputs::{
    BulkItems, CreateOptOut, CreateParentShare, CreateProgressReel, CreateStudySession, OptOut,
    ParentShare, ProgressReel, StudySession,
};
use viral_engine_api_types::links::BulkAnswer;
use viral_engine_service::inputs;

use crate::extract::{Body, Caller, PathId, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;
use crate::{answer, bulk};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_parent_share)
        .service(create_parent_shares)
        .service(record_parent_share_view)
        .service(create_progress_reel)
        .service(create_progress_reels)
        .service(create_study_session)
        .service(create_study_sessions)
        .service(create_opt_out)
        .service(create_opt_outs);
}

/// Report a parent share
///
/// What was shown to a parent about a child. It is scanned for personal information and stored redacted.
#[utoipa::path(tag = "inputs", request_body = CreateParentShare, responses((status = 201, description = "The share", body = ParentShare)))]
#[post("/v1/parent-shares")]
pub async fn create_parent_share(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateParentShare>,
) -> ApiResult<HttpResponse> {
    let share = inputs::create_parent_share(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(share))
}

/// Report up to 1,000 parent shares
#[utoipa::path(tag = "inputs", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<ParentShare>)))]
#[post("/v1/parent-shares/bulk")]
pub async fn create_parent_shares(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = inputs::create_parent_shares(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}

/// Report that a parent looked at a share
#[utoipa::path(tag = "inputs", params(("id" = ParentShareId, Path, description = "The share's id")), responses((status = 200, description = "The share", body = ParentShare)))]
#[post("/v1/parent-shares/{id}/views")]
pub async fn record_parent_share_view(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ParentShareId>,
) -> ApiResult<HttpResponse> {
    let share = inputs::record_parent_share_view(&state.context, &caller, id.0).await?;
    Ok(answer::ok(&share))
}

/// Report a progress reel
///
/// What was shown about a child's progress. It is scanned for personal information and stored redacted.
#[utoipa::path(tag = "inputs", request_body = CreateProgressReel, responses((status = 201, description = "The reel", body = ProgressReel)))]
#[post("/v1/progress-reels")]
pub async fn create_progress_reel(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateProgressReel>,
) -> ApiResult<HttpResponse> {
    let reel = inputs::create_progress_reel(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(reel))
}

/// Report up to 1,000 progress reels
#[utoipa::path(tag = "inputs", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<ProgressReel>)))]
#[post("/v1/progress-reels/bulk")]
pub async fn create_progress_reels(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = inputs::create_progress_reels(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}

/// Report a study session
#[utoipa::path(tag = "inputs", request_body = CreateStudySession, responses((status = 201, description = "The session", body = StudySession)))]
#[post("/v1/study-sessions")]
pub async fn create_study_session(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateStudySession>,
) -> ApiResult<HttpResponse> {
    let session = inputs::create_study_session(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Report up to 1,000 study sessions
#[utoipa::path(tag = "inputs", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<StudySession>)))]
#[post("/v1/study-sessions/bulk")]
pub async fn create_study_sessions(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = inputs::create_study_sessions(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}

/// Report an opt-out
///
/// Unsubscribed, withdrew consent, or chose "don't ask me again".
#[utoipa::path(tag = "inputs", request_body = CreateOptOut, responses((status = 201, description = "The opt-out", body = OptOut)))]
#[post("/v1/opt-outs")]
pub async fn create_opt_out(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateOptOut>,
) -> ApiResult<HttpResponse> {
    let opt_out = inputs::create_opt_out(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(opt_out))
}

/// Report up to 1,000 opt-outs
#[utoipa::path(tag = "inputs", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<OptOut>)))]
#[post("/v1/opt-outs/bulk")]
pub async fn create_opt_outs(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = inputs::create_opt_outs(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}
