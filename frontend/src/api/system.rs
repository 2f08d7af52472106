//! About the engine.

use viral_engine_api_types::system::About;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Version, clock and state of the engine; needs no sign-in.
    pub async fn get_about(&self) -> ApiResult<About> {
        self.get("/v1/about", &Query::new()).await
    }
}
