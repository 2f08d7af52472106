//! Figures of the overview.

use viral_engine_api_types::metrics::Overview;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Links, invitations, clicks, conversions and activations of a window and of the one before.
    pub async fn get_overview(&self, query: &Query) -> ApiResult<Overview> {
        self.get("/v1/overview", query).await
    }
}
