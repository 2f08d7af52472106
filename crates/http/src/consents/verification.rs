//! Verifications of guardians: what operators see and decide, and what the hosted provider tells.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::consents::{
    ProviderReceipt, ReviewForm, Verification, VerificationState,
};
use viral_engine_api_types::{Page, Problem, VerificationId};
use viral_engine_service::consents::{self, ProviderHeaders};
use viral_engine_service::cursor::PageRequest;

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query, read_body};
use crate::problem::ApiResult;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_verifications)
        .service(get_verification)
        .service(get_verification_form)
        .service(review_verification)
        .service(receive_provider_message);
}

/// Filter and page of a list of verifications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListVerifications {
    /// Items on the page, 1 to 100, default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where to go on: `next_cursor` or `prev_cursor` of a page.
    cursor: Option<String>,
    /// In this state: `submitted` are those that wait for people.
    state: Option<VerificationState>,
}

/// List verifications
#[utoipa::path(tag = "consents", params(ListVerifications), responses((status = 200, description = "A page of verifications, newest first", body = Page<Verification>)))]
#[get("/v1/consents/verifications")]
async fn list_verifications(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListVerifications>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let page = consents::list_verifications(&state.context, query.state, page).await?;
    Ok(answer::ok(&page))
}

/// Read a verification
#[utoipa::path(tag = "consents", params(("id" = VerificationId, Path, description = "The verification's id")), responses((status = 200, description = "The verification", body = Verification)))]
#[get("/v1/consents/verifications/{id}")]
async fn get_verification(
    state: Data<AppState>,
    _: Caller,
    id: PathId<VerificationId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &consents::get_verification(&state.context, id.0).await?,
    ))
}

/// See a signed form
///
/// As it was sent in. That somebody looked at it is noted in the audit trail. Forms are erased 30 days after the decision.
#[utoipa::path(tag = "consents", params(("id" = VerificationId, Path, description = "The verification's id")), responses((status = 200, description = "The form: a PDF, JPEG or PNG file", body = Vec<u8>, content_type = "application/octet-stream")))]
#[get("/v1/consents/verifications/{id}/form")]
async fn get_verification_form(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<VerificationId>,
) -> ApiResult<HttpResponse> {
    let form = consents::get_verification_form(&state.context, &caller, id.0).await?;
    let name = format!(
        "attachment; filename=\"form-{}.{}\"",
        id.0,
        form.format.extension()
    );
    // A stranger's file: never shown in our origin, whatever it is.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(form.bytes))
}

/// Approve or reject a signed form
///
/// By an operator in person. Two who approve are needed, and then the guardian's consents are in force; one who rejects is
/// enough, and the guardian is told to try again. Whoever approves must have opened the form before.
#[utoipa::path(tag = "consents", params(("id" = VerificationId, Path, description = "The verification's id")), request_body = ReviewForm, responses(
    (status = 200, description = "The verification", body = Verification),
    (status = 409, description = "There is nothing to look at, the operator has looked at it before, or approves it without having opened it", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/verifications/{id}/review")]
async fn review_verification(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<VerificationId>,
    body: Body<ReviewForm>,
) -> ApiResult<HttpResponse> {
    let verification = consents::review_verification(&state.context, &caller, id.0, body.0).await?;
    Ok(answer::ok(&verification))
}

/// Be told what the hosted provider found
///
/// Signed as Standard Webhooks with CONSENT_PROVIDER_SECRET and at most five minutes old: `{"type": "verification.verified" or
/// "verification.failed", "data": {"id", "transaction_id"}}`. A verification is decided once; the same again changes nothing.
#[utoipa::path(tag = "consents", request_body(content = serde_json::Value, content_type = "application/json"), responses(
    (status = 200, description = "What became of the message", body = ProviderReceipt),
    (status = 400, description = "The message can not be read, or has an id that will never be taken: do not send it again", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "It is not signed, or not fresh", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "There is no provider, or no such verification yet: send it again later", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/consents/provider-messages")]
async fn receive_provider_message(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    let body = read_body(&request, &mut payload.into_inner()).await?;
    let header = |name: &str| {
        let value = request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let headers = ProviderHeaders {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let receipt = consents::receive_provider_message(&state.context, &headers, &body).await?;
    Ok(answer::ok(&receipt))
}
