//! Guardrails and the health score.

use serde::Deserialize;
use viral_engine_api_types::guardrails::{
    CurrentAlerts, GuardrailsOverview, HealthHistory, Window,
};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

/// Of `HealthScore` what the overview compares. To read its components too would put all of the guardrails into what
/// the first visit loads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ScoreAlone {
    /// Window.
    pub window: Window,
    /// 0 to 100, one decimal.
    pub health_score: f64,
}

impl Api {
    /// Everything the guardrails screen shows, over one window.
    pub async fn get_guardrails_overview(&self, query: &Query) -> ApiResult<GuardrailsOverview> {
        self.get("/v1/guardrails/overview", query).await
    }

    /// Open and acknowledged alerts with the health score.
    pub async fn get_current_alerts(&self) -> ApiResult<CurrentAlerts> {
        self.get("/v1/guardrails/alerts", &Query::new()).await
    }

    /// The health score of a window; of the one in force without a query.
    pub async fn get_health(&self, query: &Query) -> ApiResult<ScoreAlone> {
        self.get("/v1/guardrails/health", query).await
    }

    /// Stored health scores of a window.
    pub async fn get_health_history(&self, query: &Query) -> ApiResult<HealthHistory> {
        self.get("/v1/guardrails/history", query).await
    }
}
