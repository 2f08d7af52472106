//! Sign-in, refresh, sign-out and password.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use viral_engine_api_types::auth::{ChangePassword, Login, Me, UpdateMe};
use viral_engine_service::ServiceError;
use viral_engine_service::auth::{sessions, sign_in};

use crate::answer;
use crate::auth::{browser, cookie, cookies};
use crate::extract::{Body, Caller, Client};
use crate::middleware::authenticate::{ACCESS_COOKIE, REFRESH_COOKIE};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Sign in
///
/// Sets the session's cookies. A wrong password, an unknown address and a disabled operator are answered alike.
#[utoipa::path(tag = "auth", request_body = Login, responses(
    (status = 200, description = "Signed in", body = Me),
    (status = 401, description = "Email or password is wrong", body = viral_engine_api_types::Problem, content_type = "application/problem+json"),
))]
#[post("/v1/auth/login")]
pub async fn login(
    state: Data<AppState>,
    client: Client,
    body: Body<Login>,
) -> ApiResult<HttpResponse> {
    let context = &state.context;
    let (me, tokens) = sign_in::login(context, &body, browser(&client), &client.request_id).await?;
    Ok(cookies::signed_in(&me, &tokens, context.now()))
}

/// Refresh the session
///
/// Exchanges the refresh cookie for new cookies. A refresh token that comes back after it was exchanged ends the
/// session, except within 10 seconds.
#[utoipa::path(tag = "auth", responses(
    (status = 200, description = "Refreshed", body = Me),
    (status = 401, description = "The session has ended", body = viral_engine_api_types::Problem, content_type = "application/problem+json"),
))]
#[post("/v1/auth/refresh")]
pub async fn refresh_session(
    state: Data<AppState>,
    client: Client,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let context = &state.context;
    let token = cookie(&request, REFRESH_COOKIE).ok_or(ServiceError::Unauthenticated(
        "there is no session: sign in",
    ))?;
    let (operator, tokens) = sessions::refresh(context, &token, browser(&client)).await?;
    let me = sign_in::me(operator, &tokens)?;
    Ok(cookies::signed_in(&me, &tokens, context.now()))
}

/// Sign out
///
/// Ends the session that the cookies name and takes them back.
#[utoipa::path(tag = "auth", responses((status = 204, description = "Signed out")))]
#[post("/v1/auth/logout")]
pub async fn logout(state: Data<AppState>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let access = cookie(&request, ACCESS_COOKIE);
    let refresh = cookie(&request, REFRESH_COOKIE);
    sessions::logout(&state.context, access.as_deref(), refresh.as_deref()).await?;
    Ok(cookies::signed_out())
}

/// Who is signed in
#[utoipa::path(tag = "auth", responses((status = 200, description = "The operator who asks", body = Me)))]
#[get("/v1/auth/me")]
pub async fn get_me(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let access = cookie(&request, ACCESS_COOKIE).unwrap_or_default();
    Ok(answer::ok(
        &sign_in::get_me(&state.context, &caller, &access).await?,
    ))
}

/// Change your own preferences
///
/// Absent fields stay as they are. `alert_emails` says which alerts are mailed to you.
#[utoipa::path(tag = "auth", request_body = UpdateMe, responses((status = 200, description = "Changed", body = Me)))]
#[patch("/v1/auth/me")]
pub async fn update_me(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    body: Body<UpdateMe>,
) -> ApiResult<HttpResponse> {
    let access = cookie(&request, ACCESS_COOKIE).unwrap_or_default();
    Ok(answer::ok(
        &sign_in::update_me(&state.context, &caller, &access, &body).await?,
    ))
}

/// Change the password
///
/// Ends the operator's other sessions.
#[utoipa::path(tag = "auth", request_body = ChangePassword, responses((status = 204, description = "Changed")))]
#[post("/v1/auth/password")]
pub async fn change_password(
    state: Data<AppState>,
    caller: Caller,
    body: Body<ChangePassword>,
) -> ApiResult<HttpResponse> {
    sign_in::change_password(&state.context, &caller, &body).await?;
    Ok(answer::no_content())
}
