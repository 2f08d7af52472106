//! What handlers and middleware share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use viral_engine_domain::clicks::ip::TrustedProxies;
use viral_engine_service::Context;
use viral_engine_service::events::IngestHandle;
use viral_engine_service::redirect::{Clicks, Redirect};
use viral_engine_service::system::Shipping;

use crate::middleware::in_flight::InFlight;
use crate::middleware::rate_limit::RateLimits;
use crate::openapi;
use crate::operations::Operations;
use crate::serve::Connections;
use crate::spa::AppFiles;

/// Settings of the HTTP floor, already validated by `server`.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Requests a second that one API key may send.
    pub requests_per_second_per_key: u32,
    /// Requests a second that one address may send without an API key; hits of links are not limited by it.
    pub requests_per_second_per_ip: u32,
    /// Requests worked on at a time; hits of links may use all of it, the API nine tenths, browser sessions half.
    pub max_in_flight: usize,
    /// Longest time a handler may take to begin its answer.
    pub request_timeout: Duration,
    /// Longest time a client may take to send the first byte of a connection, or the head of a request.
    pub head_timeout: Duration,
    /// How long a stopping server goes on taking connections and requests.
    pub drain_grace: Duration,
    /// Longest time a stopping server waits for requests that are being worked on.
    pub drain_timeout: Duration,
    /// Folder of the built admin app.
    pub app_dir: PathBuf,
    /// Commit the binary was built from, for the About page.
    pub commit: String,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            trusted_proxies: TrustedProxies::default(),
            requests_per_second_per_key: 1_000,
            requests_per_second_per_ip: 1_000,
            max_in_flight: 4_096,
            request_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(10),
            drain_grace: Duration::from_secs(2),
            drain_timeout: Duration::from_secs(30),
            app_dir: PathBuf::from("frontend/dist"),
            commit: "unknown".to_owned(),
        }
    }
}

/// What handlers and middleware share, one for all workers. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// What use cases are given.
    pub context: Context,
    /// Stores events.
    pub ingest: IngestHandle,
    /// Follows links.
    pub redirect: Arc<Redirect>,
    /// Settings of the HTTP floor.
    pub config: Arc<HttpConfig>,
    /// Reads the process's metrics.
    pub metrics: PrometheusHandle,
    /// When this process started.
    pub started_at: DateTime<Utc>,
    /// Which operation a request means.
    pub operations: Arc<Operations>,
    /// The OpenAPI document as JSON.
    pub openapi_json: Bytes,
    /// The built admin app.
    pub app_files: Arc<AppFiles>,
    /// Whether hits are shipped, for health checks.
    pub shipping: Arc<Shipping>,
    /// Connections that are open.
    pub connections: Connections,
    /// Requests being worked on.
    pub in_flight: Arc<InFlight>,
    /// Requests per key and per address.
    pub rate_limits: Arc<RateLimits>,
}

impl AppState {
    /// The shared state of a process. `clicks` goes on to belong to the caller, who shuts it down after the server.
    pub fn new(
        context: Context,
        clicks: &Clicks,
        config: HttpConfig,
        metrics: PrometheusHandle,
    ) -> Self {
        let document = openapi::document();
        Self {
            ingest: clicks.ingest.clone(),
            redirect: Arc::clone(&clicks.redirect),
            started_at: context.now(),
            operations: Arc::new(Operations::new(&document)),
            openapi_json: openapi::to_json(&document).into(),
            app_files: Arc::new(AppFiles::new(config.app_dir.clone())),
            shipping: Arc::default(),
            connections: Connections::default(),
            in_flight: Arc::new(InFlight::new(config.max_in_flight)),
            rate_limits: Arc::new(RateLimits::new(&config)),
            context,
            config: Arc::new(config),
            metrics,
        }
    }
}
