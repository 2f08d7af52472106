//! Events, as evidence behind the figures.

use viral_engine_api_types::Page;
use viral_engine_api_types::events::Event;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Events, newest first; filters `type`, `class`, `link_id`, `referrer`, `device_fingerprint`, `ip_key`,
    /// `from`, `to`.
    pub async fn list_events(&self, query: &Query) -> ApiResult<Page<Event>> {
        self.get("/v1/events", query).await
    }
}
