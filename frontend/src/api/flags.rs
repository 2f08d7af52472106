//! Feature flags.

use viral_engine_api_types::flags::{Flag, FlagList, UpdateFlag};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// All flags.
    pub async fn list_flags(&self) -> ApiResult<FlagList> {
        self.get("/v1/flags", &Query::new()).await
    }

    /// Switches a feature; fails if the flag has changed since it was read.
    pub async fn update_flag(&self, read: &Flag, update: UpdateFlag) -> ApiResult<Flag> {
        let path = format!("/v1/flags/{}", read.key.as_str());
        self.replace(&path, &update, &format!("\"{}\"", read.version))
            .await
    }
}
