//! Operators.

use viral_engine_api_types::operators::{
    CreateOperator, Operator, OperatorInvitation, UpdateOperator,
};
use viral_engine_api_types::{OperatorId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Operators, newest first.
    pub async fn list_operators(&self, query: &Query) -> ApiResult<Page<Operator>> {
        self.get("/v1/operators", query).await
    }

    /// Invites an operator; the set-up link is in this answer only.
    pub async fn create_operator(
        &self,
        operator: &CreateOperator,
    ) -> ApiResult<OperatorInvitation> {
        self.create("/v1/operators", operator).await
    }

    /// Changes name or role, disables or enables, if the operator still has this version.
    pub async fn update_operator(
        &self,
        id: OperatorId,
        version: i64,
        update: &UpdateOperator,
    ) -> ApiResult<Operator> {
        let etag = format!("\"{version}\"");
        self.patch(&format!("/v1/operators/{id}"), update, Some(&etag))
            .await
            .map(|tagged| tagged.value)
    }

    /// Makes a new set-up link; older ones end.
    pub async fn create_setup_link(&self, id: OperatorId) -> ApiResult<OperatorInvitation> {
        self.act_plain(&format!("/v1/operators/{id}/setup-link"))
            .await
    }
}
