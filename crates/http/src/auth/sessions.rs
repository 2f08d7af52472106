//! The sessions of the operator who asks.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get};
use viral_engine_api_types::SessionId;
use viral_engine_api_types::auth::SessionList;
use viral_engine_service::auth::sessions;

use crate::answer;
use crate::extract::{Caller, PathId};
use crate::problem::ApiResult;
use crate::state::AppState;

/// List one's own sessions
#[utoipa::path(tag = "auth", responses((status = 200, description = "Open sessions, newest first", body = SessionList)))]
#[get("/v1/auth/sessions")]
pub async fn list_sessions(state: Data<AppState>, caller: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &sessions::list_sessions(&state.context, &caller).await?,
    ))
}

/// End one of one's own sessions
#[utoipa::path(tag = "auth", params(("id" = SessionId, Path, description = "The session")), responses((status = 204, description = "Ended")))]
#[delete("/v1/auth/sessions/{id}")]
pub async fn end_session(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<SessionId>,
) -> ApiResult<HttpResponse> {
    sessions::end_session(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}
