//! Events, as evidence behind the figures.

use viral_engine_api_types::attribution::ConversionExplanation;
use viral_engine_api_types::events::Event;
use viral_engine_api_types::{EventId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Events, newest first; filters `type`, `class`, `link_id`, `referrer`, `device_fingerprint`, `ip_key`,
    /// `from`, `to`.
    pub async fn list_events(&self, query: &Query) -> ApiResult<Page<Event>> {
        self.get("/v1/events", query).await
    }

    /// Who is credited with a conversion; `model`, `lookback_days`.
    pub async fn explain_conversion(
        &self,
        id: EventId,
        query: &Query,
    ) -> ApiResult<ConversionExplanation> {
        self.get(&format!("/v1/conversions/{id}/explain"), query)
            .await
    }
}
