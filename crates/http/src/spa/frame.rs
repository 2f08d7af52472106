//! The empty page in which the app shows mail.
//!
//! Mail is styled by attributes, which the app's own policy forbids, and a document made from a string has the policy of
//! the page that makes it. So this page has one of its own: styles by attribute and nothing else, no script, nothing to
//! load. The app writes the message into it and keeps it in a sandbox.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;

/// Where it is, without the leading slash.
pub(super) const PATH: &str = "mail-frame.html";

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
const PAGE: &str = "<!doctype html><html lang=\"en\"><title>Message</title>";

/// The page.
pub(super) fn answer() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(PAGE)
}
