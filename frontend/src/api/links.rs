//! Attribution links.

use viral_engine_api_types::links::{CreateLink, Link, LinkStats, UpdateLink};
use viral_engine_api_types::{LinkId, Page};

use super::client::{Api, Tagged};
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Links, newest first; filters `source`, `referrer`, `campaign`, `channel`, `status`, `created_from`,
    /// `created_to`, `q` (token or alias).
    pub async fn list_links(&self, query: &Query) -> ApiResult<Page<Link>> {
        self.get("/v1/links", query).await
    }

    /// Mints a link.
    pub async fn create_link(&self, link: &CreateLink) -> ApiResult<Link> {
        self.create("/v1/links", link).await
    }

    /// One link, with the tag that a change must name.
    pub async fn get_link(&self, id: LinkId) -> ApiResult<Tagged<Link>> {
        self.get_tagged(&format!("/v1/links/{id}")).await
    }

    /// Disables, re-enables or extends a link read with `etag`.
    pub async fn update_link(
        &self,
        id: LinkId,
        update: &UpdateLink,
        etag: &str,
    ) -> ApiResult<Tagged<Link>> {
        self.patch(&format!("/v1/links/{id}"), update, Some(etag))
            .await
    }

    /// Hits by day and class.
    pub async fn get_link_stats(&self, id: LinkId, query: &Query) -> ApiResult<LinkStats> {
        self.get(&format!("/v1/links/{id}/stats"), query).await
    }
}
