//! Where a request came from.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use viral_engine_domain::clicks::ip::network_prefix;

use crate::extract::state;
use crate::problem::ApiError;

/// The id that the outermost middleware gave a request.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Client {
    /// Address of the client, as far as trusted proxies vouch for it. Never stored or logged.
    pub ip: IpAddr,
    /// User agent as sent, at most 1,024 bytes of it.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
}

impl Client {
    /// Reads it from a request.
    ///
    /// # Errors
    /// When the app was built without its state.
    pub fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let user_agent = request.headers().get(USER_AGENT);
        let user_agent = user_agent.map_or(Default::default(), |value| {
            String::from_utf8_lossy(value.as_bytes())
        });
        Ok(Self {
            ip: client_ip(request)?,
            user_agent: user_agent.chars().take(1024).collect(),
            request_id: request_id(request),
        })
    }

    /// The truncated network that is kept.
    pub fn ip_prefix(&self) -> String {
        network_prefix(self.ip)
    }
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// Id of a request.
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

/// Address of the client, as far as trusted proxies vouch for it.
///
/// # Errors
/// When the app was built without its state.
pub fn client_ip(request: &HttpRequest) -> Result<IpAddr, ApiError> {
    // Only a test without a socket has no peer.
    let socket = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .collect();
    Ok(state(request)?
        .config
        .trusted_proxies
        .client_ip(socket, forwarded))
}
