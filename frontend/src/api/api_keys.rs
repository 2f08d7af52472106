//! API keys of platforms.

use viral_engine_api_types::api_keys::{ApiKey, CreateApiKey, CreatedApiKey, RotateApiKey};
use viral_engine_api_types::{ApiKeyId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Keys, newest first.
    pub async fn list_api_keys(&self, query: &Query) -> ApiResult<Page<ApiKey>> {
        self.get("/v1/api-keys", query).await
    }

    /// Makes a key; its secret is in this answer only.
    pub async fn create_api_key(&self, key: &CreateApiKey) -> ApiResult<CreatedApiKey> {
        self.create("/v1/api-keys", key).await
    }

    /// Makes a successor; the old key works for `overlap_hours` more.
    pub async fn rotate_api_key(
        &self,
        id: ApiKeyId,
        rotate: &RotateApiKey,
    ) -> ApiResult<CreatedApiKey> {
        self.create(&format!("/v1/api-keys/{id}/rotate"), rotate)
            .await
    }

    /// Ends a key at once.
    pub async fn revoke_api_key(&self, id: ApiKeyId) -> ApiResult<()> {
        self.delete(&format!("/v1/api-keys/{id}")).await
    }
}
