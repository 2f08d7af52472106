//! What students achieved.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Page;
use viral_engine_api_types::achievements::{Achievement, CreateAchievement};
use viral_engine_api_types::inputs::BulkItems;
use viral_engine_api_types::links::BulkAnswer;
use viral_engine_service::achievements;
use viral_engine_service::cursor::PageRequest;

use crate::extract::{Body, Caller, Query, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;
use crate::{answer, bulk};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_achievement)
        .service(create_achievements)
        .service(list_achievements);
}

/// Report an achievement
///
/// Reporting it again, by student, kind and time, changes its name at most.
#[utoipa::path(tag = "achievements", request_body = CreateAchievement, responses(
    (status = 201, description = "The achievement", body = Achievement),
    (status = 200, description = "The achievement, which was known", body = Achievement),
))]
#[post("/v1/achievements")]
pub async fn create_achievement(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateAchievement>,
) -> ApiResult<HttpResponse> {
    let reported = achievements::create_achievement(&state.context, &caller, body.0).await?;
    Ok(match reported.is_new {
        true => HttpResponse::Created().json(&reported.achievement),
        false => answer::ok(&reported.achievement),
    })
}

/// Report up to 1,000 achievements
#[utoipa::path(tag = "achievements", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<Achievement>)))]
#[post("/v1/achievements/bulk")]
pub async fn create_achievements(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results = achievements::create_achievements(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}

/// Parameters of `list_achievements`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAchievements {
    /// External id of the student.
    student: Option<String>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List achievements
#[utoipa::path(tag = "achievements", params(ListAchievements), responses((status = 200, description = "Achievements, latest first", body = Page<Achievement>)))]
#[get("/v1/achievements")]
pub async fn list_achievements(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListAchievements>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let page =
        achievements::list_achievements(&state.context, query.student.as_deref(), page).await?;
    Ok(answer::ok(&page))
}
