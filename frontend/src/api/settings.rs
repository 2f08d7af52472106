//! Settings an admin can change at run time.

use viral_engine_api_types::settings::{SettingList, SettingsPreview, UpdateSettings};

use super::client::{Api, Tagged};
use super::error::ApiResult;

impl Api {
    /// All settings.
    pub async fn list_settings(&self) -> ApiResult<Tagged<SettingList>> {
        self.get_tagged("/v1/settings").await
    }

    /// Changes settings read with `etag`.
    pub async fn update_settings(
        &self,
        update: &UpdateSettings,
        etag: &str,
    ) -> ApiResult<Tagged<SettingList>> {
        self.patch("/v1/settings", update, Some(etag)).await
    }

    /// What would be flagged with other values.
    pub async fn preview_settings(&self, update: &UpdateSettings) -> ApiResult<SettingsPreview> {
        self.act("/v1/settings/preview", update).await
    }
}
