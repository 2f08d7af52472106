//! Jobs, the queues they wait in, and the schedules that ask for them.

mod queues;
mod schedules;

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::jobs::{Job, JobDetails, JobState, QueueName};
use viral_engine_api_types::{JobId, Page, Problem};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::jobs::{self, JobQuery};

use crate::answer;
use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_jobs)
        .service(get_job)
        .service(retry_job)
        .service(cancel_job)
        .service(delete_job)
        .service(queues::list_queues)
        .service(queues::pause_queue)
        .service(queues::resume_queue)
        .service(schedules::list_schedules)
        .service(schedules::run_schedule)
        .service(schedules::pause_schedule)
        .service(schedules::resume_schedule);
}

/// Parameters of `list_jobs`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListJobs {
    /// Where they wait.
    queue: Option<QueueName>,
    /// Where they are in their life.
    state: Option<JobState>,
    /// What they do.
    kind: Option<String>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List jobs
///
/// Those that ended are kept for 7 days, discarded ones for 30.
#[utoipa::path(tag = "jobs", params(ListJobs), responses((status = 200, description = "Jobs, newest first", body = Page<Job>)))]
#[get("/v1/jobs")]
pub async fn list_jobs(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListJobs>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = JobQuery {
        queue: query.queue,
        state: query.state,
        kind: query.kind.as_deref(),
    };
    Ok(answer::ok(
        &jobs::list_jobs(&state.context, query, page).await?,
    ))
}

/// Read a job
///
/// With what went wrong in each of its attempts.
#[utoipa::path(tag = "jobs", params(("id" = JobId, Path, description = "The job's id")), responses((status = 200, description = "The job", body = JobDetails)))]
#[get("/v1/jobs/{id}")]
pub async fn get_job(
    state: Data<AppState>,
    _: Caller,
    id: PathId<JobId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&jobs::get_job(&state.context, id.0).await?))
}

/// Try a job again
///
/// A discarded or cancelled job is due at once, with all of its attempts.
#[utoipa::path(tag = "jobs", params(("id" = JobId, Path, description = "The job's id")), responses(
    (status = 200, description = "The job", body = JobDetails),
    (status = 409, description = "Neither discarded nor cancelled", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/jobs/{id}/retry")]
pub async fn retry_job(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<JobId>,
) -> ApiResult<HttpResponse> {
    let job = jobs::retry_job(&state.context, &caller, id.0).await?;
    Ok(answer::ok(&job))
}

/// Cancel a job
///
/// One that waits ends at once; one that runs within seconds, unless it ends by itself before.
#[utoipa::path(tag = "jobs", params(("id" = JobId, Path, description = "The job's id")), responses(
    (status = 200, description = "The job", body = JobDetails),
    (status = 409, description = "Over already", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/jobs/{id}/cancel")]
pub async fn cancel_job(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<JobId>,
) -> ApiResult<HttpResponse> {
    let job = jobs::cancel_job(&state.context, &caller, id.0).await?;
    Ok(answer::ok(&job))
}

/// Delete a discarded job
#[utoipa::path(tag = "jobs", params(("id" = JobId, Path, description = "The job's id")), responses(
    (status = 204, description = "Gone"),
    (status = 409, description = "Not discarded", body = Problem, content_type = "application/problem+json"),
))]
#[delete("/v1/jobs/{id}")]
pub async fn delete_job(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<JobId>,
) -> ApiResult<HttpResponse> {
    jobs::delete_job(&state.context, &caller, id.0).await?;
    Ok(answer::no_content())
}
