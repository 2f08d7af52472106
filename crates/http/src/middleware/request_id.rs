//! The id that ties an answer, its log lines and its audit entry together.

use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

/// Header that carries the id in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that a proxy gave, when it is harmless in logs and headers; else a new one.
pub fn of(headers: &HeaderMap) -> String {
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    match sent.filter(|id| harmless(id)) {
        Some(id) => id.to_owned(),
        None => Uuid::now_v7().to_string(),
    }
}

fn harmless(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
