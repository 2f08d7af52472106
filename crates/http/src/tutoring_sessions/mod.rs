//! Tutoring sessions. Those in which operators are signed in are under `/v1/auth`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::inputs::BulkItems;
use viral_engine_api_types::links::BulkAnswer;
use viral_engine_api_types::tutoring_sessions::{CreateTutoringSession, TutoringSession};
use viral_engine_api_types::{Page, TutoringSessionId};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::tutoring_sessions::{self, TutoringSessionQuery};

use crate::extract::{Body, Caller, PathId, Query, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;
use crate::{answer, bulk};

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_tutoring_session)
        .service(create_tutoring_sessions)
        .service(list_tutoring_sessions)
        .service(get_tutoring_session);
}

/// Report a tutoring session
///
/// Reporting it again, by its external id, replaces what was reported before: ratings come later. Personal information
/// in its texts is redacted.
#[utoipa::path(tag = "tutoring_sessions", request_body = CreateTutoringSession, responses(
    (status = 201, description = "The session", body = TutoringSession),
    (status = 200, description = "The session, which was known", body = TutoringSession),
))]
#[post("/v1/sessions")]
pub async fn create_tutoring_session(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateTutoringSession>,
) -> ApiResult<HttpResponse> {
    let reported =
        tutoring_sessions::create_tutoring_session(&state.context, &caller, body.0).await?;
    let session = &reported.session;
    Ok(match reported.is_new {
        true => answer::created(&format!("/v1/sessions/{}", session.id), session),
        false => answer::ok(session),
    })
}

/// Report up to 1,000 tutoring sessions
///
/// Of several with one external id the last counts.
#[utoipa::path(tag = "tutoring_sessions", request_body = BulkItems, responses((status = 200, description = "One result an item", body = BulkAnswer<TutoringSession>)))]
#[post("/v1/sessions/bulk")]
pub async fn create_tutoring_sessions(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<BulkItems>,
) -> ApiResult<HttpResponse> {
    let items = bulk::read(body.0);
    let results =
        tutoring_sessions::create_tutoring_sessions(&state.context, &caller, items).await?;
    Ok(answer::ok(&bulk::answer(&request, results)))
}

/// Parameters of `list_tutoring_sessions`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListTutoringSessions {
    /// External id of the student.
    student: Option<String>,
    /// External id of the tutor.
    tutor: Option<String>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List tutoring sessions
#[utoipa::path(tag = "tutoring_sessions", params(ListTutoringSessions), responses((status = 200, description = "Sessions, by when they started, latest first", body = Page<TutoringSession>)))]
#[get("/v1/sessions")]
pub async fn list_tutoring_sessions(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListTutoringSessions>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = TutoringSessionQuery {
        student: query.student.as_deref(),
        tutor: query.tutor.as_deref(),
    };
    let page = tutoring_sessions::list_tutoring_sessions(&state.context, query, page).await?;
    Ok(answer::ok(&page))
}

/// Read a tutoring session
#[utoipa::path(tag = "tutoring_sessions", params(("id" = TutoringSessionId, Path, description = "The session's id")), responses((status = 200, description = "The session", body = TutoringSession)))]
#[get("/v1/sessions/{id}")]
pub async fn get_tutoring_session(
    state: Data<AppState>,
    _: Caller,
    id: PathId<TutoringSessionId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &tutoring_sessions::get_tutoring_session(&state.context, id.0).await?,
    ))
}
