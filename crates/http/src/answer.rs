//! Small helpers for what handlers answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use serde::Serialize;

/// 200 with a JSON body.
pub fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(body)
}

/// 201 with a JSON body and where the new object is found.
pub fn created(location: &str, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(body)
}

/// 202 with a JSON body and where what was asked for is found.
pub fn accepted(location: &str, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header((LOCATION, location))
        .json(body)
}

/// A JSON body with the ETag `"<version>"`, to be sent back as `If-Match`.
pub fn versioned(
    status: StatusCode,
    version: impl std::fmt::Display,
    body: &impl Serialize,
) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((ETAG, format!("\"{version}\"")))
        .json(body)
}

/// 204.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
