//! Users of the platform.

use viral_engine_api_types::Page;
use viral_engine_api_types::users::User;

use super::client::Api;
use super::error::{ApiError, ApiResult};
use crate::router::{Query, encode_segment, is_step};

impl Api {
    /// Users, newest first; filters `persona`, `age_band`, `institution`, `external_id`.
    pub async fn list_users(&self, query: &Query) -> ApiResult<Page<User>> {
        self.get("/v1/users", query).await
    }

    /// One user.
    pub async fn get_user(&self, external_id: &str) -> ApiResult<User> {
        if is_step(external_id) {
            return self.find_user(external_id).await;
        }
        self.get(
            &format!("/v1/users/{}", encode_segment(external_id)),
            &Query::new(),
        )
        .await
    }

    /// One user whose id no address can name, as browsers take it for a step.
    async fn find_user(&self, external_id: &str) -> ApiResult<User> {
        let query = Query::new().and("external_id", external_id);
        let found = self.list_users(&query).await?.items.into_iter().next();
        found.ok_or_else(ApiError::not_found)
    }
}
