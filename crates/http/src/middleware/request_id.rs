//! The id that ties an answer, its log lines and its audit entry together.

use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

/// Header that carries the id in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that a proxy gave, when it is a number; else a new one. Words may name somebody, and the id goes into the log and the
/// audit trail.
pub fn of(headers: &HeaderMap) -> String {
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    match sent.filter(|id| is_number(id)) {
        Some(id) => id.to_owned(),
        None => Uuid::now_v7().to_string(),
    }
}

/// Hexadecimal, as UUIDs and ids of traces are.
fn is_number(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
