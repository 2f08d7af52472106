//! What users do on the platform.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::activities::{Activity, CreateActivity};
use viral_engine_api_types::inputs::BulkItems;
use viral_engine_api_types::links::BulkAnswer;
use viral_engine_service::activities;

use crate::extract::{Body, Caller, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;
use crate::{answer, bulk};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_activity).service(create_activities);
}

/// Report an activity
///
/// What a user did on the platform: a session, practice, a sign-in. Retention is counted from it.
#[utoipa::path(tag = "activities", request_body = CreateActivity, responses((status = 201, description = "The activity", body = Activity)))]
#[post("/v1/activities")]
async fn create_activity(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateActivity>,
) -> ApiResult<HttpResponse> {
    let activity = activities::create_activity(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(activity))
}

/// Report up to 1,000 activities
#[utoipa::path(tag = "activities", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<Activity>)))]
#[post("/v1/activities/bulk")]
async fn create_activities(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = activities::create_activities(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}
