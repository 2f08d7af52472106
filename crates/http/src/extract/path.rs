//! Path parameters.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use viral_engine_api_types::{FieldError, external_id};
use viral_engine_service::ServiceError;

use crate::problem::ApiError;

/// The parameter `{id}`, one of the id newtypes.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").unwrap_or_default();
        ready(
            id.parse()
                .map(Self)
                .map_err(|_| fault("id", "malformed_id", "An id is a UUID, as it was answered.")),
        )
    }
}

/// The parameter `{external_id}`: the platform's own id of a user, 1 to 200 characters.
#[derive(Clone, Debug)]
pub struct ExternalId(pub String);

impl FromRequest for ExternalId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // The router leaves %25, %2B and %2F as they were sent.
        let text = request.match_info().query("external_id");
        // The router replaces what is not UTF-8, which would make two users one.
        let text = percent_decode(request.uri().path()).and_then(|_| percent_decode(text));
        ready(match text.filter(|text| external_id::check(text).is_ok()) {
            Some(text) => Ok(Self(text)),
            _ => Err(fault(
                "external_id",
                "malformed_external_id",
                "An external id has 1 to 200 characters and no control characters.",
            )),
        })
    }
}

/// The parameter `{name}`: a name of the engine's own, such as a queue's.
#[derive(Clone, Debug)]
pub struct PathName(pub String);

impl FromRequest for PathName {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().get("name").unwrap_or_default();
        ready(Ok(Self(name.to_owned())))
    }
}

fn percent_decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn fault(name: &str, code: &str, detail: &str) -> ApiError {
    ServiceError::BadRequest(FieldError::new(format!("{{{name}}}"), code, detail)).into()
}
