//! The public's door: `GET` and `HEAD /l/{token}`.
//!
//! It stands beside the middleware of the API and not behind it: it needs no caller, no operation and no span, and
//! each of them would cost more than the redirect itself. What it answers is for people, so failures are plain
//! pages and not problems.

mod pages;

use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, USER_AGENT,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, route};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_domain::clicks::PurposeHeaders;
use viral_engine_service::redirect::{Answer, Follower, Request};

use crate::extract::state;

/// Cookie that tells a visitor's hits apart. It lives as long as the browser is open and goes to `/l` alone.
pub const VISITOR_COOKIE: &str = "ve_visitor";

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const X_MOZ: HeaderName = HeaderName::from_static("x-moz");
const X_PURPOSE: HeaderName = HeaderName::from_static("x-purpose");
const CLIENT_HINTS: [HeaderName; 3] = [
    HeaderName::from_static("sec-ch-ua"),
    HeaderName::from_static("sec-ch-ua-mobile"),
    HeaderName::from_static("sec-ch-ua-platform"),
];
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Registers the route.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(follow_link);
}

/// Follow a link
///
/// Answers with the way to the link's target, to which `ve_click` (the id of the click) and the link's UTM parameters
/// are added. The click is recorded durably before the answer; `HEAD` answers the same and records nothing. A link
/// that is disabled, expired or exhausted, or was tampered with, answers a plain page.
#[utoipa::path(
    get,
    path = "/l/{token}",
    tag = "redirect",
    params(("token" = String, Path, description = "Token or alias of the link", example = "k3v9xq2mtr7w")),
    responses(
        (status = 302, description = "On to the target", headers(("Location" = String, description = "The target with `ve_click`"))),
        (status = 404, description = "There is no such link", body = String, content_type = "text/html"),
        (status = 410, description = "The link is not served any more", body = String, content_type = "text/html"),
        (status = 429, description = "This network has asked for too many links that nobody has", body = String, content_type = "text/html"),
        (status = 503, description = "The link can not be looked up at the moment", body = String, content_type = "text/html"),
    )
)]
#[route("/l/{token}", method = "GET", method = "HEAD")]
pub async fn follow_link(http: HttpRequest, follower: Data<Follower>) -> HttpResponse {
    follow(&http, http.match_info().query("token"), &follower).await
}

/// Answers a hit before the router, whose regular expressions cost more than judging it; `None` for what is the
/// router's: other methods, other paths, and names that must be decoded first.
pub fn shortcut(request: &ServiceRequest) -> Option<Data<Follower>> {
    let is_followed = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_plain = plain_name(request.path()).is_some();
    let follower = (is_followed && is_plain).then(|| request.app_data::<Data<Follower>>());
    follower.flatten().cloned()
}

/// Answers a request that [`shortcut`] takes.
pub async fn follow_shortcut(request: ServiceRequest, follower: Data<Follower>) -> ServiceResponse {
    let (http, _) = request.into_parts();
    let name = plain_name(http.path()).unwrap_or_default();
    let response = follow(&http, name, &follower).await;
    ServiceResponse::new(http, response)
}

fn plain_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/l/")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!name.is_empty() && name.bytes().all(is_plain)).then_some(name)
}

async fn follow(http: &HttpRequest, name: &str, follower: &Follower) -> HttpResponse {
    let headers = http.headers();
    let request = Request {
        name,
        ip: client_ip(http),
        user_agent: text(headers, &USER_AGENT),
        accept_language: text(headers, &ACCEPT_LANGUAGE),
        client_hints: [
            text(headers, &CLIENT_HINTS[0]),
            text(headers, &CLIENT_HINTS[1]),
            text(headers, &CLIENT_HINTS[2]),
        ],
        purpose: PurposeHeaders {
            purpose: optional(headers, &PURPOSE),
            sec_purpose: optional(headers, &SEC_PURPOSE),
            x_moz: optional(headers, &X_MOZ),
            x_purpose: optional(headers, &X_PURPOSE),
        },
        cookie: visitor_cookie(headers),
        record: *http.method() == Method::GET,
    };
    answer(follower.follow(&request).await, follower.is_https())
}

fn answer(answer: Answer, https: bool) -> HttpResponse {
    match answer {
        Answer::Redirect { location, cookie } => redirect(location, cookie, https),
        Answer::Gone => pages::page(StatusCode::GONE, &pages::GONE),
        Answer::NotFound => pages::page(StatusCode::NOT_FOUND, &pages::NOT_FOUND),
        Answer::TooMany { retry_after } => {
            let mut page = pages::page(StatusCode::TOO_MANY_REQUESTS, &pages::TOO_MANY);
            page.headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(retry_after));
            page
        }
        Answer::Unavailable => {
            let mut page = pages::page(StatusCode::SERVICE_UNAVAILABLE, &pages::UNAVAILABLE);
            page.headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(1_u16));
            page
        }
    }
}

fn redirect(location: String, cookie: Option<String>, https: bool) -> HttpResponse {
    // A normalised URL has visible ASCII only.
    let Ok(location) = HeaderValue::try_from(location) else {
        return pages::page(StatusCode::GONE, &pages::GONE);
    };
    let mut response = HttpResponse::new(StatusCode::FOUND);
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(REFERRER_POLICY, NO_REFERRER);
    if let Some(value) = cookie {
        let secure = if https { "; Secure" } else { "" };
        let cookie = [
            VISITOR_COOKIE,
            "=",
            &value,
            "; Path=/l; HttpOnly; SameSite=Lax",
            secure,
        ]
        .concat();
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.insert(SET_COOKIE, cookie);
        }
    }
    response
}

fn client_ip(http: &HttpRequest) -> IpAddr {
    // Only a test without a socket has no peer.
    let socket = http
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
    let headers = http.headers();
    if !headers.contains_key(X_FORWARDED_FOR) {
        return socket.to_canonical();
    }
    let forwarded: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .collect();
    match state(http) {
        Ok(state) => state.config.trusted_proxies.client_ip(socket, forwarded),
        Err(_) => socket.to_canonical(),
    }
}

fn visitor_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            pair.trim_start()
                .strip_prefix(VISITOR_COOKIE)?
                .strip_prefix('=')
        })
        .map(str::trim_end)
}

fn optional<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    optional(headers, name).unwrap_or_default()
}
