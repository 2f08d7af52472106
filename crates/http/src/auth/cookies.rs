//! The cookies of a browser session. `__Host-` ties them to this host, HTTPS and the whole path; scripts can not
//! read them and other sites' requests do not carry them.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_api_types::auth::Me;
use viral_engine_service::auth::sessions::SessionTokens;

use crate::middleware::authenticate::{ACCESS_COOKIE, REFRESH_COOKIE};

/// Who signed in, with the cookies of the session.
pub fn signed_in(me: &Me, tokens: &SessionTokens, now: DateTime<Utc>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    let access = tokens.access.expose();
    response.cookie(session_cookie(
        ACCESS_COOKIE,
        access,
        tokens.access_expires_at - now,
    ));
    if let Some(refresh) = &tokens.refresh {
        let life = tokens.expires_at - now;
        response.cookie(session_cookie(REFRESH_COOKIE, refresh.expose(), life));
    }
    response.json(me)
}

/// 204 that takes the cookies back.
pub fn signed_out() -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    for name in [ACCESS_COOKIE, REFRESH_COOKIE] {
        response.cookie(session_cookie(name, "", TimeDelta::zero()));
    }
    response.finish()
}

fn session_cookie<'a>(name: &'a str, value: &'a str, life: TimeDelta) -> Cookie<'a> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(life.num_seconds()))
        .finish()
}
