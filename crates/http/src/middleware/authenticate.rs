//! Who asks: an API key in `Authorization`, or a browser session in cookies.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::auth::CSRF_HEADER;
use viral_engine_service::auth::identity::{authenticate_access_token, authenticate_api_key};
use viral_engine_service::caller::Identity;
use viral_engine_service::{Context, ServiceError};

use crate::middleware::origin::{self, Origin};
use crate::permissions::Access;
use crate::problem::ApiError;

/// Cookie of the access token.
pub const ACCESS_COOKIE: &str = "__Host-ve_access";
/// Cookie of the refresh token.
pub const REFRESH_COOKIE: &str = "__Host-ve_refresh";

/// The identity behind a request, allowed to do what `access` asks for.
///
/// # Errors
/// 401 without valid credentials, 403 without the permission or when a browser's write is not from our app.
pub async fn authorise(
    context: &Context,
    request: &HttpRequest,
    access: Access,
) -> Result<Option<Identity>, ApiError> {
    if access == Access::Public {
        if writes(request) && from(context, request) == Origin::Foreign {
            return Err(csrf("The request comes from another site."));
        }
        return Ok(None);
    }
    let identity = authenticate(context, request).await?;
    allow(&identity, access)?;
    Ok(Some(identity))
}

async fn authenticate(context: &Context, request: &HttpRequest) -> Result<Identity, ApiError> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let secret = header.to_str().ok().and_then(bearer);
        let secret = secret.ok_or(ServiceError::Unauthenticated(
            "send the API key as Authorization: Bearer ve_live_…",
        ))?;
        return Ok(authenticate_api_key(context, secret).await?);
    }
    let cookie = request.cookie(ACCESS_COOKIE);
    let cookie = cookie.ok_or(ServiceError::Unauthenticated(
        "sign in, or send an API key as Authorization: Bearer ve_live_…",
    ))?;
    let identity = authenticate_access_token(context, cookie.value()).await?;
    if writes(request) {
        check_csrf(context, request, &identity)?;
    }
    Ok(identity)
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(secret.trim())
}

fn allow(identity: &Identity, access: Access) -> Result<(), ApiError> {
    let caller = viral_engine_service::Caller {
        identity: identity.clone(),
        request_id: None,
        ip_prefix: None,
    };
    match access {
        Access::Public => Ok(()),
        Access::Requires(permission) => Ok(caller.require(permission)?),
        Access::Operator if matches!(identity, Identity::Operator { .. }) => Ok(()),
        Access::Operator => Err(ApiError::new(
            ErrorCode::Forbidden,
            "Only a signed-in operator can do this.",
        )),
    }
}

fn check_csrf(
    context: &Context,
    request: &HttpRequest,
    identity: &Identity,
) -> Result<(), ApiError> {
    if from(context, request) != Origin::Own {
        return Err(csrf("The request does not come from the admin app."));
    }
    let Identity::Operator { session, .. } = identity else {
        return Ok(());
    };
    let token = request.headers().get(CSRF_HEADER);
    let token = token.and_then(|token| token.to_str().ok()).unwrap_or("");
    if context.authentication.csrf_matches(session.0, token) {
        Ok(())
    } else {
        Err(csrf(
            "Repeat csrf_token of GET /v1/auth/me as X-CSRF-Token.",
        ))
    }
}

fn from(context: &Context, request: &HttpRequest) -> Origin {
    origin::of(request.headers(), &context.config.public_url)
}

fn writes(request: &HttpRequest) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD)
}

fn csrf(detail: &str) -> ApiError {
    ApiError::new(ErrorCode::CsrfRejected, detail)
}
