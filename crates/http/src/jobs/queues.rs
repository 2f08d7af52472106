//! Queues.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use viral_engine_api_types::Problem;
use viral_engine_api_types::jobs::{Queue, QueueList, QueueName};
use viral_engine_service::jobs;

use crate::answer;
use crate::extract::{Caller, PathName};
use crate::problem::ApiResult;
use crate::state::AppState;

/// List queues
///
/// With what waits and runs in each.
#[utoipa::path(tag = "jobs", responses((status = 200, description = "Queues, by name", body = QueueList)))]
#[get("/v1/queues")]
pub async fn list_queues(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&jobs::list_queues(&state.context).await?))
}

/// Pause a queue
///
/// Its jobs are not begun any more; those that run go on.
#[utoipa::path(tag = "jobs", params(("name" = QueueName, Path, description = "The queue")), responses(
    (status = 200, description = "The queue", body = Queue),
    (status = 409, description = "Paused already", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/queues/{name}/pause")]
pub async fn pause_queue(
    state: Data<AppState>,
    caller: Caller,
    name: PathName,
) -> ApiResult<HttpResponse> {
    let queue = jobs::pause_queue(&state.context, &caller, &name.0).await?;
    Ok(answer::ok(&queue))
}

/// Resume a queue
#[utoipa::path(tag = "jobs", params(("name" = QueueName, Path, description = "The queue")), responses(
    (status = 200, description = "The queue", body = Queue),
    (status = 409, description = "Not paused", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/queues/{name}/resume")]
pub async fn resume_queue(
    state: Data<AppState>,
    caller: Caller,
    name: PathName,
) -> ApiResult<HttpResponse> {
    let queue = jobs::resume_queue(&state.context, &caller, &name.0).await?;
    Ok(answer::ok(&queue))
}
