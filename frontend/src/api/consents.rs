//! Consents of guardians: who allows what, how they are asked, and how they are verified.

use viral_engine_api_types::consents::{
    Consent, ConsentDetails, ConsentList, ConsentOverview, ConsentRequest, CreateConsentRequest,
    DecisionList, ReviewForm, ReviewVerdict, Verification,
};
use viral_engine_api_types::page::MAX_LIMIT;
use viral_engine_api_types::{ConsentId, ConsentRequestId, Page, VerificationId};

use super::client::Api;
use super::error::ApiResult;
use crate::router::{Query, encode_segment, is_step};

impl Api {
    /// Consents, newest first; filters `state`, `scope`, `child`, `guardian`.
    pub async fn list_consents(&self, query: &Query) -> ApiResult<Page<Consent>> {
        self.get("/v1/consents", query).await
    }

    /// How many consents are where.
    pub async fn get_consent_overview(&self) -> ApiResult<ConsentOverview> {
        self.get("/v1/consents/overview", &Query::new()).await
    }

    /// One consent with its life.
    pub async fn get_consent(&self, id: ConsentId) -> ApiResult<ConsentDetails> {
        self.get(&format!("/v1/consents/{id}"), &Query::new()).await
    }

    /// Revokes it on the guardian's or the school's behalf.
    pub async fn revoke_consent(&self, id: ConsentId) -> ApiResult<ConsentDetails> {
        self.act_plain(&format!("/v1/consents/{id}/revoke")).await
    }

    /// Suspends it.
    pub async fn suspend_consent(&self, id: ConsentId) -> ApiResult<ConsentDetails> {
        self.act_plain(&format!("/v1/consents/{id}/suspend")).await
    }

    /// Resumes it.
    pub async fn resume_consent(&self, id: ConsentId) -> ApiResult<ConsentDetails> {
        self.act_plain(&format!("/v1/consents/{id}/resume")).await
    }

    /// Asks a guardian.
    pub async fn create_consent_request(
        &self,
        request: &CreateConsentRequest,
    ) -> ApiResult<ConsentRequest> {
        self.create("/v1/consents/requests", request).await
    }

    /// One request with what became of each scope.
    pub async fn get_consent_request(&self, id: ConsentRequestId) -> ApiResult<ConsentRequest> {
        self.get(&format!("/v1/consents/requests/{id}"), &Query::new())
            .await
    }

    /// All consents about a user, newest first.
    pub async fn list_user_consents(&self, external_id: &str) -> ApiResult<ConsentList> {
        if is_step(external_id) {
            // No address can name this id, as browsers take it for a step.
            let query = Query::new()
                .and("child", external_id)
                .and("limit", MAX_LIMIT);
            let items = self.list_consents(&query).await?.items;
            return Ok(ConsentList { items });
        }
        self.get(
            &format!("/v1/users/{}/consents", encode_segment(external_id)),
            &Query::new(),
        )
        .await
    }

    /// What a user may do now.
    pub async fn list_decisions(&self, external_id: &str) -> ApiResult<DecisionList> {
        let path = format!("/v1/users/{}/decisions", encode_segment(external_id));
        self.get(&path, &Query::new()).await
    }

    /// Verifications, newest first; filter `state`.
    pub async fn list_verifications(&self, query: &Query) -> ApiResult<Page<Verification>> {
        self.get("/v1/consents/verifications", query).await
    }

    /// One verification.
    pub async fn get_verification(&self, id: VerificationId) -> ApiResult<Verification> {
        self.get(&format!("/v1/consents/verifications/{id}"), &Query::new())
            .await
    }

    /// What was sent in. That somebody looked at it is noted.
    pub async fn get_verification_form(&self, id: VerificationId) -> ApiResult<Vec<u8>> {
        self.get_bytes(&verification_form_file(id)).await
    }

    /// Notes what the operator found.
    pub async fn review_verification(
        &self,
        id: VerificationId,
        verdict: ReviewVerdict,
    ) -> ApiResult<Verification> {
        let path = format!("/v1/consents/verifications/{id}/review");
        self.act(&path, &ReviewForm { verdict }).await
    }
}

/// Where a signed form is as a file.
pub fn verification_form_file(id: VerificationId) -> String {
    format!("/v1/consents/verifications/{id}/form")
}
