//! Users of the platform.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::links::BulkAnswer;
use viral_engine_api_types::users::{AgeBand, BulkUsers, Persona, SearchUsers, UpsertUser, User};
use viral_engine_api_types::{FieldError, Page, UserId};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::users::{self, Expected, NamedUser, UserQuery};
use viral_engine_service::{ServiceError, ServiceResult};

use crate::answer;
use crate::extract::{Body, Caller, ExternalId, Fields, OptionalIfMatch, Query, Unchecked, json};
use crate::page::PageParams;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_users)
        .service(search_users)
        .service(upsert_users)
        .service(get_user)
        .service(upsert_user)
        .service(set_user_signals);
}

/// Filters and page of a list of users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListUsers {
    /// Items on the page, 1 to 100, default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where to go on: `next_cursor` or `prev_cursor` of a page.
    cursor: Option<String>,
    /// The one with this id of ours, as messages of webhooks name users.
    id: Option<UserId>,
    /// Exactly this external id.
    external_id: Option<String>,
    /// This persona.
    persona: Option<Persona>,
    /// This age band.
    age_band: Option<AgeBand>,
    /// This institution.
    institution: Option<String>,
}

/// List users
///
/// Newest first. Personal fields are shown to callers with `users:read_personal` only.
#[utoipa::path(tag = "users", params(ListUsers), responses((status = 200, description = "A page of users", body = Page<User>)))]
#[get("/v1/users")]
async fn list_users(
    state: Data<AppState>,
    caller: Caller,
    query: Query<ListUsers>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = query.0;
    let query = UserQuery {
        id: query.id,
        external_id: query.external_id,
        persona: query.persona,
        age_band: query.age_band,
        institution: query.institution,
        email: None,
    };
    Ok(answer::ok(
        &users::list_users(&state.context, &caller, query, page).await?,
    ))
}

/// Find users by their address
///
/// Newest first, of all who have exactly this email address, however it is written. Needs `users:read_personal` too. The
/// address is sent in the body, since URLs are logged on their way.
#[utoipa::path(
    tag = "users",
    params(PageParams),
    request_body = SearchUsers,
    responses((status = 200, description = "A page of users", body = Page<User>)),
)]
#[post("/v1/users/search")]
async fn search_users(
    state: Data<AppState>,
    caller: Caller,
    page: Query<PageParams>,
    body: Body<SearchUsers>,
) -> ApiResult<HttpResponse> {
    let query = UserQuery {
        email: Some(body.0.email),
        ..UserQuery::default()
    };
    let found = users::list_users(&state.context, &caller, query, page.request()?).await?;
    Ok(answer::ok(&found))
}

/// Read a user
#[utoipa::path(
    tag = "users",
    params(("external_id" = String, Path, description = "The platform's own id")),
    responses((status = 200, description = "The user", body = User)),
)]
#[get("/v1/users/{external_id}")]
async fn get_user(
    state: Data<AppState>,
    caller: Caller,
    external_id: ExternalId,
) -> ApiResult<HttpResponse> {
    let user = users::get_user(&state.context, &caller, &external_id.0).await?;
    Ok(answer::versioned(StatusCode::OK, user.version, &user))
}

/// Create or change a user
///
/// Absent fields stay as they are, null clears. A guardian who is not known yet is created as a parent.
#[utoipa::path(
    tag = "users",
    params(
        ("external_id" = String, Path, description = "The platform's own id, 1 to 200 characters"),
        ("If-Match" = Option<String>, Header, description = "ETag that was read, or `*` for a user that exists"),
    ),
    request_body = UpsertUser,
    responses(
        (status = 200, description = "Changed", body = User),
        (status = 201, description = "Created", body = User),
    ),
)]
#[put("/v1/users/{external_id}")]
async fn upsert_user(
    state: Data<AppState>,
    caller: Caller,
    external_id: ExternalId,
    if_match: OptionalIfMatch,
    fields: Fields<UpsertUser>,
) -> ApiResult<HttpResponse> {
    let item = NamedUser {
        external_id: external_id.0,
        fields: fields.read,
        faults: fields.faults,
        expected: if_match.expected()?,
    };
    let upserted = users::upsert_user(&state.context, &caller, item).await?;
    let status = if upserted.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(answer::versioned(
        status,
        upserted.user.version,
        &upserted.user,
    ))
}

/// Create or change up to 1,000 users
///
/// Each item is an `external_id` and the fields of `upsert_user`; each succeeds or fails on its own.
#[utoipa::path(
    tag = "users",
    request_body = BulkUsers,
    responses((status = 200, description = "What became of each", body = BulkAnswer<User>)),
)]
#[post("/v1/users/bulk")]
async fn upsert_users(
    request: HttpRequest,
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<BulkUsers>,
) -> ApiResult<HttpResponse> {
    let items = body
        .0
        .users
        .into_iter()
        .enumerate()
        .map(|(index, item)| named_user(index, item))
        .collect();
    let answered = users::upsert_users(&state.context, &caller, items, request.path()).await?;
    Ok(answer::ok(&answered))
}

/// Set signals of a user
///
/// An object of names and true or false, for example `{"verified_email": true}`; signals that are not named stay.
#[utoipa::path(
    tag = "users",
    params(
        ("external_id" = String, Path, description = "The platform's own id"),
        ("If-Match" = Option<String>, Header, description = "ETag that was read, or `*`"),
    ),
    request_body = viral_engine_api_types::openapi::Signals,
    responses((status = 200, description = "The user", body = User)),
)]
#[put("/v1/users/{external_id}/signals")]
async fn set_user_signals(
    state: Data<AppState>,
    caller: Caller,
    external_id: ExternalId,
    if_match: OptionalIfMatch,
    body: Unchecked<BTreeMap<String, bool>>,
) -> ApiResult<HttpResponse> {
    let expected = if_match.expected()?;
    let signals = body.0;
    let user =
        users::set_user_signals(&state.context, &caller, external_id.0, expected, signals).await?;
    Ok(answer::versioned(StatusCode::OK, user.version, &user))
}

/// Reads an item of a bulk call: its `external_id`, and the rest as the fields.
fn named_user(index: usize, item: Value) -> ServiceResult<NamedUser> {
    let prefix = format!("/users/{index}");
    let Value::Object(mut fields) = item else {
        return Err(ServiceError::field(
            prefix,
            "wrong_type",
            "Send an object here.",
        ));
    };
    let (external_id, nameless) = match fields.remove("external_id") {
        Some(Value::String(external_id)) => (external_id, None),
        _ => {
            let detail = "Give the platform's own id of the user, 1 to 200 characters.";
            let pointer = format!("{prefix}/external_id");
            let fault = FieldError::new(pointer, "required", detail);
            (String::new(), Some(fault))
        }
    };
    let (fields, unreadable) = json::readable_fields(Value::Object(fields), &prefix)?;
    Ok(NamedUser {
        external_id,
        fields,
        faults: nameless.into_iter().chain(unreadable).collect(),
        expected: Expected::Anything,
    })
}
