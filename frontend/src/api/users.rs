//! Users of the platform.

use viral_engine_api_types::Page;
use viral_engine_api_types::users::User;

use super::client::Api;
use super::error::ApiResult;
use crate::router::{Query, encode_segment};

impl Api {
    /// Users, newest first; filters `persona`, `age_band`, `institution`, `external_id`.
    pub async fn list_users(&self, query: &Query) -> ApiResult<Page<User>> {
        self.get("/v1/users", query).await
    }

    /// One user.
    pub async fn get_user(&self, external_id: &str) -> ApiResult<User> {
        self.get(
            &format!("/v1/users/{}", encode_segment(external_id)),
            &Query::new(),
        )
        .await
    }
}
