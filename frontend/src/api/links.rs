//! Attribution links.

use viral_engine_api_types::Page;
use viral_engine_api_types::links::Link;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Links, newest first; filters `source`, `referrer`, `campaign`, `channel`, `status`, `created_from`,
    /// `created_to`, `q` (token or alias).
    pub async fn list_links(&self, query: &Query) -> ApiResult<Page<Link>> {
        self.get("/v1/links", query).await
    }
}
