//! `Body<T>`: a JSON body, bounded in size and depth, with the rules of its type checked.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use validator::Validate;
use viral_engine_api_types::{ErrorCode, FieldError};
use viral_engine_service::validation::validate;

use crate::extract::{json, operation};
use crate::permissions::DEFAULT_BODY_LIMIT;
use crate::problem::ApiError;

/// A JSON body of the right shape whose rules hold.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let body: T = json::parse(&read_json(&request, &mut payload).await?)?;
            validate(&body, "")?;
            Ok(Self(body))
        })
    }
}

/// A JSON body of the right shape, whose rules the use case checks together with those that only it knows.
#[derive(Debug)]
pub struct Unchecked<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Unchecked<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let body = read_json(&request, &mut payload).await?;
            Ok(Self(json::parse(&body)?))
        })
    }
}

/// A JSON object of which all fields are optional, whose rules the use case checks: so that all faults are told at once,
/// it is also told which fields could not be read.
#[derive(Debug)]
pub struct Fields<T> {
    /// What could be read.
    pub read: T,
    /// What could not.
    pub faults: Vec<FieldError>,
}

impl<T: DeserializeOwned + 'static> FromRequest for Fields<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let value = json::parse_value(&read_json(&request, &mut payload).await?)?;
            let (read, faults) = json::readable_fields(value, "")?;
            Ok(Self { read, faults })
        })
    }
}

async fn read_json(request: &HttpRequest, payload: &mut Payload) -> Result<Bytes, ApiError> {
    require_content_type(request, "application/json")?;
    read_body(request, payload).await
}

/// Refuses a request whose content type is not `expected` (parameters such as charset aside).
///
/// # Errors
/// 415.
pub fn require_content_type(request: &HttpRequest, expected: &str) -> Result<(), ApiError> {
    if content_type(request).is_some_and(|sent| sent.eq_ignore_ascii_case(expected)) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::UnsupportedMediaType,
        format!("Send the body as {expected} and say so in Content-Type."),
    ))
}

/// The media type of the body without its parameters.
pub fn content_type(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    header.split(';').next().map(str::trim)
}

/// Reads the body up to the limit of the operation.
///
/// # Errors
/// 413 beyond it, 400 when the connection breaks off.
pub async fn read_body(request: &HttpRequest, payload: &mut Payload) -> Result<Bytes, ApiError> {
    let limit = operation(request).map_or(DEFAULT_BODY_LIMIT, |operation| operation.body_limit);
    let too_large = || {
        ApiError::new(
            ErrorCode::BodyTooLarge,
            format!("Send at most {limit} bytes in one request."),
        )
    };
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(announced.unwrap_or(0).min(64 * 1024));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(
                ErrorCode::MalformedBody,
                "The body could not be read to its end.",
            )
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
