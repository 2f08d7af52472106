//! Consents of guardians: the API. Their pages are in [`page`].

pub(crate) mod page;
mod verification;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::consents::{
    AuthoriseSchool, Consent, ConsentDetails, ConsentList, ConsentOverview, ConsentRequest,
    ConsentState, CreateConsentRequest, DecisionList,
};
use viral_engine_api_types::{ConsentId, ConsentRequestId, Page, Problem};
use viral_engine_service::consents::{self, ConsentQuery};
use viral_engine_service::cursor::PageRequest;

use crate::answer;
use crate::extract::{Body, Caller, ExternalId, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_consents)
        .service(get_consent_overview)
        .service(create_consent_request)
        .service(get_consent_request)
        .service(authorise_school)
        .configure(verification::configure)
        .service(get_consent)
        .service(revoke_consent)
        .service(suspend_consent)
        .service(resume_consent)
        .service(list_user_consents)
        .service(list_decisions)
        .configure(page::configure);
}

/// Filters and page of a list of consents.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListConsents {
    /// Items on the page, 1 to 100, default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where to go on: `next_cursor` or `prev_cursor` of a page.
    cursor: Option<String>,
    /// In this state.
    state: Option<ConsentState>,
    /// For this scope.
    scope: Option<String>,
    /// About the child with this external id.
    child: Option<String>,
    /// Of the guardian with this external id.
    guardian: Option<String>,
}

/// List consents
#[utoipa::path(tag = "consents", params(ListConsents), responses((status = 200, description = "A page of consents, newest first", body = Page<Consent>)))]
#[get("/v1/consents")]
async fn list_consents(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListConsents>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = query.0;
    let query = ConsentQuery {
        state: query.state,
        scope: query.scope,
        child: query.child,
        guardian: query.guardian,
    };
    let page = consents::list_consents(&state.context, query, page).await?;
    Ok(answer::ok(&page))
}

/// Count consents by scope and state
#[utoipa::path(tag = "consents", responses((status = 200, description = "How many consents are where", body = ConsentOverview)))]
#[get("/v1/consents/overview")]
async fn get_consent_overview(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::get_consent_overview(&state.context).await?,
    ))
}

/// Ask a guardian for consents
///
/// By mail, with a link that is in that mail alone. What the guardian allows already is not asked again. Nothing is allowed
/// before the answer is complete; after 14 days without one the address is deleted.
#[utoipa::path(tag = "consents", request_body = CreateConsentRequest, responses(
    (status = 201, description = "The request", body = ConsentRequest),
    (status = 409, description = "No notice is published, or the guardian was asked already, allows it already or said no", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/requests")]
async fn create_consent_request(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateConsentRequest>,
) -> ApiResult<HttpResponse> {
    let request = consents::create_consent_request(&state.context, &caller, body.0).await?;
    let location = format!("/v1/consents/requests/{}", request.id);
    Ok(answer::created(&location, &request))
}

/// Read a request for consents
#[utoipa::path(tag = "consents", params(("id" = ConsentRequestId, Path, description = "The request's id")), responses((status = 200, description = "The request and what became of each scope", body = ConsentRequest)))]
#[get("/v1/consents/requests/{id}")]
async fn get_consent_request(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ConsentRequestId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::get_consent_request(&state.context, id.0).await?,
    ))
}

/// Note that a school allows learning
///
/// In the parents' place, for the child's institution. It covers `core_use` alone: inviting, sharing and rewards need a guardian.
#[utoipa::path(tag = "consents", request_body = AuthoriseSchool, responses(
    (status = 201, description = "The consent", body = Consent),
    (status = 409, description = "Noted already, or a guardian has refused it or taken it back", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/school-authorisations")]
async fn authorise_school(
    state: Data<AppState>,
    caller: Caller,
    body: Body<AuthoriseSchool>,
) -> ApiResult<HttpResponse> {
    let consent = consents::authorise_school(&state.context, &caller, body.0).await?;
    let location = format!("/v1/consents/{}", consent.id);
    Ok(answer::created(&location, &consent))
}

/// Read a consent and its life
#[utoipa::path(tag = "consents", params(("id" = ConsentId, Path, description = "The consent's id")), responses((status = 200, description = "The consent with every step, and what proves it", body = ConsentDetails)))]
#[get("/v1/consents/{id}")]
async fn get_consent(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ConsentId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::get_consent(&state.context, id.0).await?,
    ))
}

/// Take a consent back
///
/// On the guardian's or the school's behalf. When this answers, nothing is allowed by it here any more; on other nodes a second
/// later at the latest. The child's links stop.
#[utoipa::path(tag = "consents", params(("id" = ConsentId, Path, description = "The consent's id")), responses(
    (status = 200, description = "The consent", body = ConsentDetails),
    (status = 409, description = "There is nothing to take back", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/{id}/revoke")]
async fn revoke_consent(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ConsentId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::revoke_consent(&state.context, &caller, id.0).await?,
    ))
}

/// Suspend a consent
///
/// Nothing is allowed by it until it goes on; as quick as taking it back. The child's links stop.
#[utoipa::path(tag = "consents", params(("id" = ConsentId, Path, description = "The consent's id")), responses(
    (status = 200, description = "The consent", body = ConsentDetails),
    (status = 409, description = "Nothing is allowed by it", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/{id}/suspend")]
async fn suspend_consent(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ConsentId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::suspend_consent(&state.context, &caller, id.0).await?,
    ))
}

/// Let a consent go on
///
/// After it was stopped. What ended with it, like the child's links, stays ended.
#[utoipa::path(tag = "consents", params(("id" = ConsentId, Path, description = "The consent's id")), responses(
    (status = 200, description = "The consent", body = ConsentDetails),
    (status = 409, description = "It was not stopped", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/{id}/resume")]
async fn resume_consent(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ConsentId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::resume_consent(&state.context, &caller, id.0).await?,
    ))
}

/// List the consents about a user
#[utoipa::path(
    tag = "consents",
    params(("external_id" = String, Path, description = "The platform's own id")),
    responses((status = 200, description = "All consents, newest first", body = ConsentList)),
)]
#[get("/v1/users/{external_id}/consents")]
async fn list_user_consents(
    state: Data<AppState>,
    _: Caller,
    external_id: ExternalId,
) -> ApiResult<HttpResponse> {
    let list = consents::list_user_consents(&state.context, &external_id.0).await?;
    Ok(answer::ok(&list))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListDecisions {
    /// To whom something would go: without one, nothing is decided that concerns a recipient.
    #[param(pattern = "^[a-z0-9._-]{1,64}$")]
    recipient: Option<String>,
}

/// List what a user may do
///
/// Ask before you show a button: what the engine does itself, it asks the same way. An answer is at most a second old.
#[utoipa::path(
    tag = "consents",
    params(("external_id" = String, Path, description = "The platform's own id"), ListDecisions),
    responses((status = 200, description = "A decision for each action, with the reason and what to do about it", body = DecisionList)),
)]
#[get("/v1/users/{external_id}/decisions")]
async fn list_decisions(
    state: Data<AppState>,
    _: Caller,
    external_id: ExternalId,
    query: Query<ListDecisions>,
) -> ApiResult<HttpResponse> {
    let recipient = query.recipient.as_deref();
    let list = consents::list_decisions(&state.context, &external_id.0, recipient).await?;
    Ok(answer::ok(&list))
}
