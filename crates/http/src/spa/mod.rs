//! The admin app: a folder of files, and its one page for every client route.
//!
//! What has a hash in its name is cached for ever; the page that names the hashes is asked for again each time.

mod encoding;
mod files;
mod frame;

pub use files::AppFiles;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use viral_engine_api_types::ErrorCode;

use crate::problem::ApiError;
use crate::spa::encoding::Encoding;
use crate::spa::files::File;
use crate::state::AppState;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

const NOT_BUILT: &str = include_str!("not_built.html");

/// Answers everything that is no route of the API or of the documentation.
pub async fn serve_app(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return wrong_method();
    }
    let path = request.path().trim_start_matches('/');
    if path == frame::PATH {
        return frame::answer();
    }
    let files = state.app_files.current();
    if let Some(file) = files.get(path).filter(|_| path.starts_with("assets/")) {
        return answer(&request, file, IMMUTABLE);
    }
    if is_file(path) || !wants_page(&request) {
        return HttpResponse::from_error(ApiError::new(
            ErrorCode::NotFound,
            "There is no such page.",
        ));
    }
    match files.get("index.html") {
        Some(page) => answer(&request, page, REVALIDATE),
        None => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT),
    }
}

/// A file that is missing must not be answered with the page. Client routes may have dots, as ids of users do, but
/// not at the top.
fn is_file(path: &str) -> bool {
    path.starts_with("assets/") || (path.contains('.') && !path.contains('/'))
}

fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT);
    let accept = accept
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    accept.split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        matches!(range, "text/html" | "text/*" | "*/*")
    })
}

fn answer(request: &HttpRequest, file: &File, caching: &'static str) -> HttpResponse {
    let known = request.headers().get(IF_NONE_MATCH);
    let known = known
        .and_then(|tags| tags.to_str().ok())
        .unwrap_or_default();
    let unchanged = known
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == file.etag);
    let mut response = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((CACHE_CONTROL, HeaderValue::from_static(caching)))
        .insert_header((VARY, HeaderValue::from_static("accept-encoding")))
        .insert_header((ETAG, file.etag.clone()));
    if unchanged {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, file.content_type.clone()));
    let accepted = request.headers().get(ACCEPT_ENCODING);
    let accepted = accepted
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or_default();
    let (encoding, body) = file.encoded(|encoding: Encoding| encoding.accepted_by(accepted));
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static(encoding.name())));
    }
    response.body(body)
}

fn wrong_method() -> HttpResponse {
    let error = ApiError::new(ErrorCode::MethodNotAllowed, "This route answers GET, HEAD.");
    let mut response = HttpResponse::from_error(error);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
