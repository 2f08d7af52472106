//! What people see when a link does not lead on: a sentence and what to do, without script, style or tracking.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// The texts of a page. They are ours and hold nothing to be escaped.
pub(super) struct Texts {
    title: &'static str,
    text: &'static str,
}

pub(super) const GONE: Texts = Texts {
    title: "This link no longer works",
    text: "It has expired or was switched off. Ask the person who sent it to you for a new one.",
};
pub(super) const NOT_FOUND: Texts = Texts {
    title: "There is no such link",
    text: "Please check that the address is complete, or ask the person who sent it to you.",
};
pub(super) const TOO_MANY: Texts = Texts {
    title: "Please wait a moment",
    text: "Too many addresses that do not exist were tried from your network. Try again in a minute.",
};
pub(super) const UNAVAILABLE: Texts = Texts {
    title: "Please try again",
    text: "The link can not be opened at the moment. Reload this page in a few seconds.",
};

/// A page with these texts.
pub(super) fn page(status: StatusCode, texts: &Texts) -> HttpResponse {
    let Texts { title, text } = texts;
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ))
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
             <title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n</body>\n</html>\n"
        ))
}
