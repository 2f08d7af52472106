//! One-time setup links.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use viral_engine_api_types::Problem;
use viral_engine_api_types::auth::{CompleteSetup, InspectSetup, Me, SetupInfo};
use viral_engine_service::auth::setup;

use crate::answer;
use crate::auth::{browser, cookies};
use crate::extract::{Body, Client};
use crate::problem::ApiResult;
use crate::state::AppState;

/// See what a setup link is for
#[utoipa::path(tag = "auth", request_body = InspectSetup, responses(
    (status = 200, description = "The link is good", body = SetupInfo),
    (status = 404, description = "The link was used or has ended", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/auth/setup/inspect")]
pub async fn inspect_setup(
    state: Data<AppState>,
    body: Body<InspectSetup>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &setup::inspect_setup(&state.context, &body).await?,
    ))
}

/// Choose a password with a setup link
///
/// Signs in: sets the session's cookies. The first admin also chooses an email address.
#[utoipa::path(tag = "auth", request_body = CompleteSetup, responses(
    (status = 200, description = "Signed in", body = Me),
    (status = 404, description = "The link was used or has ended", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/auth/setup")]
pub async fn complete_setup(
    state: Data<AppState>,
    client: Client,
    body: Body<CompleteSetup>,
) -> ApiResult<HttpResponse> {
    let context = &state.context;
    let (me, tokens) =
        setup::complete_setup(context, &body, browser(&client), &client.request_id).await?;
    Ok(cookies::signed_in(&me, &tokens, context.now()))
}
