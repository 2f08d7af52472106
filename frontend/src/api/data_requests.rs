//! Requests for what is held on users, and for how long it is kept.

use viral_engine_api_types::data_requests::{CreateDataRequest, DataRequest};
use viral_engine_api_types::retention::RetentionList;
use viral_engine_api_types::{DataRequestId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Requests, newest first; filters `kind`, `state`, `user`.
    pub async fn list_data_requests(&self, query: &Query) -> ApiResult<Page<DataRequest>> {
        self.get("/v1/data-requests", query).await
    }

    /// Asks for a copy of everything, or that everything is erased.
    pub async fn create_data_request(&self, request: &CreateDataRequest) -> ApiResult<DataRequest> {
        self.create("/v1/data-requests", request).await
    }

    /// One request.
    pub async fn get_data_request(&self, id: DataRequestId) -> ApiResult<DataRequest> {
        self.get(&format!("/v1/data-requests/{id}"), &Query::new())
            .await
    }

    /// For how long what is held is kept.
    pub async fn list_retention(&self) -> ApiResult<RetentionList> {
        self.get("/v1/retention", &Query::new()).await
    }
}

/// Where the archive of an export is.
pub fn data_archive(id: DataRequestId) -> String {
    format!("/v1/data-requests/{id}/archive")
}
