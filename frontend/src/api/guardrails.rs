//! Guardrails and the health score.

use viral_engine_api_types::guardrails::{CurrentAlerts, GuardrailsOverview, HealthHistory};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Everything the guardrails screen shows, over one window.
    pub async fn get_guardrails_overview(&self, query: &Query) -> ApiResult<GuardrailsOverview> {
        self.get("/v1/guardrails/overview", query).await
    }

    /// Open and acknowledged alerts with the health score.
    pub async fn get_current_alerts(&self) -> ApiResult<CurrentAlerts> {
        self.get("/v1/guardrails/alerts", &Query::new()).await
    }

    /// Stored health scores of a window.
    pub async fn get_health_history(&self, query: &Query) -> ApiResult<HealthHistory> {
        self.get("/v1/guardrails/history", query).await
    }
}
