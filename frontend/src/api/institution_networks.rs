//! Networks of institutions.

use viral_engine_api_types::institution_networks::{CreateInstitutionNetwork, InstitutionNetwork};
use viral_engine_api_types::{InstitutionNetworkId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Networks marked as an institution's, newest first.
    pub async fn list_institution_networks(
        &self,
        query: &Query,
    ) -> ApiResult<Page<InstitutionNetwork>> {
        self.get("/v1/institution-networks", query).await
    }

    /// Marks a network as an institution's.
    pub async fn create_institution_network(
        &self,
        network: &CreateInstitutionNetwork,
    ) -> ApiResult<InstitutionNetwork> {
        self.create("/v1/institution-networks", network).await
    }

    /// Takes the mark away.
    pub async fn delete_institution_network(&self, id: InstitutionNetworkId) -> ApiResult<()> {
        self.delete(&format!("/v1/institution-networks/{id}")).await
    }
}
