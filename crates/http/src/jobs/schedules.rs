//! Schedules.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use viral_engine_api_types::Problem;
use viral_engine_api_types::jobs::{JobDetails, Schedule, ScheduleList};
use viral_engine_service::schedules;

use crate::answer;
use crate::extract::{Caller, PathName};
use crate::problem::ApiResult;
use crate::state::AppState;

/// List schedules
///
/// With when each enqueued last and will next.
#[utoipa::path(tag = "jobs", responses((status = 200, description = "Schedules, by name", body = ScheduleList)))]
#[get("/v1/schedules")]
pub async fn list_schedules(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &schedules::list_schedules(&state.context).await?,
    ))
}

/// Run a schedule now
///
/// Enqueues its job, also while it is paused.
#[utoipa::path(tag = "jobs", params(("name" = String, Path, description = "The schedule")), responses((status = 201, description = "The job", body = JobDetails)))]
#[post("/v1/schedules/{name}/run")]
pub async fn run_schedule(
    state: Data<AppState>,
    caller: Caller,
    name: PathName,
) -> ApiResult<HttpResponse> {
    let job = schedules::run_schedule(&state.context, &caller, &name.0).await?;
    Ok(answer::created(&format!("/v1/jobs/{}", job.job.id), &job))
}

/// Pause a schedule
///
/// It enqueues nothing any more, and makes up for nothing when it is resumed.
#[utoipa::path(tag = "jobs", params(("name" = String, Path, description = "The schedule")), responses(
    (status = 200, description = "The schedule", body = Schedule),
    (status = 409, description = "Paused already", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/schedules/{name}/pause")]
pub async fn pause_schedule(
    state: Data<AppState>,
    caller: Caller,
    name: PathName,
) -> ApiResult<HttpResponse> {
    let schedule = schedules::pause_schedule(&state.context, &caller, &name.0).await?;
    Ok(answer::ok(&schedule))
}

/// Resume a schedule
#[utoipa::path(tag = "jobs", params(("name" = String, Path, description = "The schedule")), responses(
    (status = 200, description = "The schedule", body = Schedule),
    (status = 409, description = "Not paused", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/schedules/{name}/resume")]
pub async fn resume_schedule(
    state: Data<AppState>,
    caller: Caller,
    name: PathName,
) -> ApiResult<HttpResponse> {
    let schedule = schedules::resume_schedule(&state.context, &caller, &name.0).await?;
    Ok(answer::ok(&schedule))
}
