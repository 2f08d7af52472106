//! Errors on their way out: every failure becomes problem+json, in one place.
//!
//! Handlers and middleware fail with [`ApiError`]; actix fails with errors of its own. Neither knows the request,
//! so the outermost middleware calls [`of_error`] and writes the answer with path and request id.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use viral_engine_api_types::problem::PROBLEM_JSON;
use viral_engine_api_types::{ErrorCode, Problem};
use viral_engine_service::ServiceError;

/// Result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// A failure that becomes problem+json.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(#[from] pub ServiceError);

impl ApiError {
    /// A failure with a stable code.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(ServiceError::Coded {
            code,
            detail: detail.into(),
        })
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(self.0.code())
    }

    fn error_response(&self) -> HttpResponse {
        // The outermost middleware writes the body: only it knows path and request id.
        HttpResponse::new(self.status_code())
    }
}

/// The status that goes with a code.
pub fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Hands `read` what an error of actix or of ours means.
pub fn of_error<T>(error: &actix_web::Error, read: impl FnOnce(&ServiceError) -> T) -> T {
    match error.as_error::<ApiError>() {
        Some(ApiError(ours)) => read(ours),
        None => read(&of_status(
            error.as_response_error().status_code(),
            &error.to_string(),
        )),
    }
}

/// What a bare error status of actix means; `cause` goes to the log when it is a fault of ours.
pub fn of_status(status: StatusCode, cause: &str) -> ServiceError {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "There is no such route."),
        StatusCode::METHOD_NOT_ALLOWED => (
            ErrorCode::MethodNotAllowed,
            "Use a method that the Allow header names.",
        ),
        StatusCode::NOT_ACCEPTABLE => (
            ErrorCode::NotAcceptable,
            "Accept a media type that this route can make.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (ErrorCode::BodyTooLarge, "Send less in one request."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            ErrorCode::UnsupportedMediaType,
            "Send the content type that this route reads.",
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            (ErrorCode::Timeout, "Try again, or ask for less at a time.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            return ServiceError::Unavailable(cause.to_owned());
        }
        status if status.is_server_error() => return ServiceError::Internal(cause.to_owned()),
        _ => (
            ErrorCode::MalformedRequest,
            "The request could not be read.",
        ),
    };
    ServiceError::Coded {
        code,
        detail: detail.to_owned(),
    }
}

/// The answer for an error.
pub fn response(error: &ServiceError, instance: &str, request_id: &str) -> HttpResponse {
    let problem = error.problem(instance, request_id);
    let mut response = HttpResponse::build(status(problem.code));
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON)));
    match error {
        ServiceError::RateLimited {
            retry_after_seconds,
        } => {
            response.insert_header((RETRY_AFTER, *retry_after_seconds));
        }
        ServiceError::Unavailable(_) => {
            response.insert_header((RETRY_AFTER, 1));
        }
        _ => {}
    }
    response.body(to_json(&problem))
}

fn to_json(problem: &Problem) -> String {
    // A struct of texts and numbers always serialises.
    serde_json::to_string(problem).unwrap_or_default()
}
