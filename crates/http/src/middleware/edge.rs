//! The outermost layer: whatever happens inside, an answer leaves with a request id, the security headers and,
//! when it is an error, as problem+json, or as a page where people read it; and it is logged and counted once.
//!
//! Neither log nor metrics hold personal data: a request is named by its route's template, never by its path.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use tracing::Instrument;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_service::ServiceError;

use crate::extract::client::{RequestId, request_id};
use crate::extract::state;
use crate::middleware::request_id::{self, REQUEST_ID};
use crate::middleware::security_headers;
use crate::operations::Found;
use crate::pages;
use crate::problem;
use crate::state::AppState;

/// The middleware.
///
/// # Errors
/// With the finished answer, when there is no request left to attach it to.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let state = state(request.request())?.clone();
    let id = request_id::of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    answer_head_as_get(&state, &mut request);
    let route = route(&state, &request);
    let status = tracing::field::Empty;
    let span = tracing::info_span!("request", request_id = %id, %method, %route, status);
    let mut outcome = answer(&state, request, next, &id)
        .instrument(span.clone())
        .await;
    let (status, headers) = match &mut outcome {
        Ok(response) => (response.status(), response.headers_mut()),
        Err(response) => (response.status(), response.headers_mut()),
    };
    let https = state.context.config.public_url.starts_with("https:");
    security_headers::add(headers, https);
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    // As the one kind of number that traces have.
    span.record("status", i64::from(status.as_u16()));
    let elapsed = started.elapsed();
    span.in_scope(|| tracing::debug!(status = status.as_u16(), ?elapsed, "answered"));
    count(&method, route, status, elapsed);
    outcome.map_err(|response| InternalError::from_response("not answered", response).into())
}

/// The inner answer with its problem written; a bare answer when the handler ran out of time or broke off, since
/// the request went with it. (A copy may not be held meanwhile: actix routes the only one.)
async fn answer(
    state: &AppState,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    id: &str,
) -> Result<ServiceResponse, HttpResponse> {
    let asked = Asked::of(request.request(), id);
    match tokio::time::timeout(state.config.request_timeout, next.call(request)).await {
        Ok(Ok(response)) => Ok(finish(response.map_into_boxed_body())),
        Ok(Err(error)) => Err(problem::of_error(&error, |error| write(error, &asked))),
        Err(_) => {
            let error = problem::of_status(StatusCode::GATEWAY_TIMEOUT, "too slow");
            Err(write(&error, &asked))
        }
    }
}

/// A HEAD is answered as the GET of the same path; the protocol layer leaves the body out.
fn answer_head_as_get(state: &AppState, request: &mut ServiceRequest) {
    let path = request.match_info().as_str();
    if *request.method() == Method::HEAD
        && matches!(
            state.operations.find(&Method::HEAD, path),
            Found::WrongMethod(_)
        )
    {
        request.head_mut().method = Method::GET;
    }
}

fn route(state: &AppState, request: &ServiceRequest) -> Arc<str> {
    match state
        .operations
        .find(request.method(), request.match_info().as_str())
    {
        Found::Operation { path, .. } => Arc::clone(path),
        _ => Arc::from("other"),
    }
}

/// Turns an error into its problem, keeping the headers it came with.
fn finish(response: ServiceResponse) -> ServiceResponse {
    let status = response.status();
    let written =
        response.response().error().is_none() && response.headers().contains_key(CONTENT_TYPE);
    if written || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let asked = Asked::of(response.request(), &request_id(response.request()));
    let mut answer = match response.response().error() {
        Some(error) => problem::of_error(error, |error| write(error, &asked)),
        None => write(&problem::of_status(status, "an empty answer"), &asked),
    };
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.into_response(answer)
}

/// What an error has to know of its request, which may be gone by then.
struct Asked {
    path: String,
    id: String,
    /// Language of the page that tells it, where people read what is answered.
    page: Option<EmailLocale>,
}

impl Asked {
    fn of(request: &HttpRequest, id: &str) -> Self {
        Self {
            path: request.path().to_owned(),
            id: id.to_owned(),
            page: pages::reader_language(request),
        }
    }
}

fn write(error: &ServiceError, asked: &Asked) -> HttpResponse {
    match error {
        ServiceError::Internal(cause) => tracing::error!(cause, "a request failed"),
        ServiceError::Unavailable(cause) => tracing::warn!(cause, "a request was not served"),
        _ => {}
    }
    let answer = problem::response(error, &asked.path, &asked.id);
    let page = asked
        .page
        .and_then(|language| pages::fault(answer.status(), language));
    let Some(mut page) = page else {
        return answer;
    };
    if let Some(after) = answer.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, after.clone());
    }
    page
}

fn count(method: &Method, route: Arc<str>, status: StatusCode, elapsed: Duration) {
    let method = method_label(method);
    metrics::counter!("http_requests_total", "method" => method, "route" => Arc::clone(&route), "status" => status_label(status))
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route)
        .record(elapsed.as_secs_f64());
}

/// Methods are the client's to invent; labels are not.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn status_label(status: StatusCode) -> String {
    status.as_u16().to_string()
}
