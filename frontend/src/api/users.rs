//! People on the platform.

use viral_engine_api_types::Page;
use viral_engine_api_types::users::User;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Users; filters `persona`, `age_band`, `institution`, `external_id`, `email`.
    pub async fn list_users(&self, query: &Query) -> ApiResult<Page<User>> {
        self.get("/v1/users", query).await
    }
}
