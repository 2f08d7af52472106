//! `Query<T>`: query parameters. Unknown ones are refused before a handler runs, so that a misspelt filter is an error
//! and not silence.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use viral_engine_api_types::FieldError;
use viral_engine_service::ServiceError;

use crate::extract::json::{in_words, sentence_for};
use crate::problem::ApiError;

/// Query parameters that `T` declares. The middleware has refused others.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self).map_err(ApiError))
    }
}

/// Refuses parameters that are not among `known`.
///
/// # Errors
/// 400 with the first of them, shortened to 64 characters.
pub fn refuse_unknown(query: &str, known: &[String]) -> Result<(), ServiceError> {
    let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    let Some(name) = names.find(|name| !known.iter().any(|known| known == name)) else {
        return Ok(());
    };
    let name: String = name.chars().take(64).collect();
    let detail = "There is no such parameter.";
    Err(fault(&name, "unknown_parameter", detail))
}

/// Parses a query string.
///
/// # Errors
/// 400 with the parameter at fault.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ServiceError> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|_| fault("", "malformed_query", "The query string could not be read."))?;
    if let Some((name, _)) = pairs.iter().find(|(_, value)| value.contains('\0')) {
        return Err(fault(name, "invalid_value", "Leave out NUL characters."));
    }
    // Taken for absent, a filter whose value went missing on the way would let everything through.
    if let Some((name, _)) = pairs.iter().find(|(_, value)| value.is_empty()) {
        let detail = "Give this parameter a value, or leave it out.";
        return Err(fault(name, "empty", detail));
    }
    let deserializer =
        serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().to_string();
        let text = error.inner().to_string();
        if let Some(rest) = text.strip_prefix("missing field `") {
            let name = rest.split('`').next().unwrap_or_default();
            return fault(name, "required", "This parameter is required.");
        }
        if let Some(rest) = text.strip_prefix("duplicate field `") {
            let name = rest.split('`').next().unwrap_or_default();
            return fault(name, "repeated", "Give this parameter once.");
        }
        let expected = text.split_once("expected ").map(|(_, rest)| rest);
        match expected {
            Some(expected) => fault(
                &name,
                "invalid_value",
                format!("Give {}.", in_words(expected)),
            ),
            None => fault(&name, "invalid_value", sentence_for(&text)),
        }
    })
}

fn fault(name: &str, code: &str, detail: impl Into<String>) -> ServiceError {
    ServiceError::BadRequest(FieldError::new(format!("?{name}"), code, detail))
}
