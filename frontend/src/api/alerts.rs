//! Alerts.

use viral_engine_api_types::alerts::{Alert, DismissAlert};
use viral_engine_api_types::{AlertId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Alerts, newest first; filters `status`, `type`, `severity`.
    pub async fn list_alerts(&self, query: &Query) -> ApiResult<Page<Alert>> {
        self.get("/v1/alerts", query).await
    }

    /// One alert.
    pub async fn get_alert(&self, id: AlertId) -> ApiResult<Alert> {
        self.get(&format!("/v1/alerts/{id}"), &Query::new()).await
    }

    /// Says that somebody looks after it.
    pub async fn acknowledge_alert(&self, id: AlertId) -> ApiResult<Alert> {
        self.act_plain(&format!("/v1/alerts/{id}/acknowledge"))
            .await
    }

    /// Says why it is no cause for alarm.
    pub async fn dismiss_alert(&self, id: AlertId, reason: &str) -> ApiResult<Alert> {
        self.act(
            &format!("/v1/alerts/{id}/dismiss"),
            &DismissAlert {
                reason: reason.to_owned(),
            },
        )
        .await
    }
}
