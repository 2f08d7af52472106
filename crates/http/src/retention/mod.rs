//! For how long what is held on people is kept.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::retention::RetentionList;
use viral_engine_service::retention;

use crate::answer;
use crate::extract::Caller;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_retention);
}

/// List for how long what is held is kept
///
/// The same as guardians read below the notice. What is older is removed every night.
#[utoipa::path(tag = "data_requests", responses((status = 200, description = "All rules", body = RetentionList)))]
#[get("/v1/retention")]
pub async fn list_retention(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&retention::list_retention(&state.context)))
}
