//! The log of disclosures, and the compliance report.

use viral_engine_api_types::Page;
use viral_engine_api_types::compliance::ComplianceReport;
use viral_engine_api_types::disclosures::Disclosure;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Disclosures, latest first; filters `student`, `institution`, `record_class`.
    pub async fn list_disclosures(&self, query: &Query) -> ApiResult<Page<Disclosure>> {
        self.get("/v1/disclosures", query).await
    }

    /// Each clause of the rule, with what covers it.
    pub async fn get_compliance_report(&self) -> ApiResult<ComplianceReport> {
        self.get("/v1/compliance", &Query::new()).await
    }
}
