//! Plain pages for the public, without script or tracking: most are a title, a sentence and at most one button.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// The texts of a page. They are ours and hold nothing to be escaped.
pub(crate) struct Page {
    /// Language of the texts.
    pub lang: &'static str,
    /// Title and heading.
    pub title: &'static str,
    /// What to know or do.
    pub text: &'static str,
    /// What to press.
    pub form: Option<Form>,
}

/// A button that posts to the page's own address.
pub(crate) struct Form {
    /// What it says.
    pub button: &'static str,
}

/// A page with these texts.
pub(crate) fn page(status: StatusCode, page: &Page) -> HttpResponse {
    let Page {
        lang, title, text, ..
    } = page;
    let form = page.form.as_ref().map_or_else(String::new, |form| {
        let button = form.button;
        format!("<form method=\"post\"><button type=\"submit\">{button}</button></form>\n")
    });
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n{form}</main>\n</body>\n</html>\n"
    );
    answered(status, html, page.form.is_some(), None)
}

/// A whole document with buttons that post to the engine; `style_hash` is that of the one style it has.
pub(crate) fn document(status: StatusCode, html: String, style_hash: Option<&str>) -> HttpResponse {
    answered(status, html, true, style_hash)
}

fn answered(
    status: StatusCode,
    html: String,
    has_form: bool,
    style_hash: Option<&str>,
) -> HttpResponse {
    // With `no-referrer` a browser would post a form with `Origin: null`, as if from elsewhere.
    let (referrer, target) = match has_form {
        false => ("no-referrer", "'none'"),
        true => ("same-origin", "'self'"),
    };
    let style = style_hash.map_or_else(String::new, |hash| format!("style-src '{hash}'; "));
    let policy = format!(
        "default-src 'none'; {style}base-uri 'none'; form-action {target}; frame-ancestors 'none'"
    );
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, referrer))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .content_type("text/html; charset=utf-8")
        .body(html)
}
