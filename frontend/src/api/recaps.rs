//! The parents' weekly recaps.

use viral_engine_api_types::emails::Email;
use viral_engine_api_types::recaps::{CreateRecaps, Recap, RecapGeneration};
use viral_engine_api_types::{Page, RecapId};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Recaps, latest first; filters `parent`, `child`, `week`.
    pub async fn list_recaps(&self, query: &Query) -> ApiResult<Page<Recap>> {
        self.get("/v1/recaps", query).await
    }

    /// One recap.
    pub async fn get_recap(&self, id: RecapId) -> ApiResult<Recap> {
        self.get(&format!("/v1/recaps/{id}"), &Query::new()).await
    }

    /// Asks for the recaps of a week, which a job makes.
    pub async fn create_recaps(&self, recaps: &CreateRecaps) -> ApiResult<RecapGeneration> {
        self.create("/v1/recaps", recaps).await
    }

    /// Sends the parent's recap of that week again.
    pub async fn resend_recap(&self, id: RecapId) -> ApiResult<Email> {
        self.act_plain(&format!("/v1/recaps/{id}/resend")).await
    }
}
