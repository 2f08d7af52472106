//! The audit trail.

use viral_engine_api_types::Page;
use viral_engine_api_types::audit::{
    AuditEntry, AuditHead, AuditTrail, AuditVerification, VerifyAuditTrail,
};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Entries, newest first.
    pub async fn list_audit_entries(&self, query: &Query) -> ApiResult<Page<AuditEntry>> {
        self.get("/v1/audit-entries", query).await
    }

    /// The trail as a whole.
    pub async fn get_audit_trail(&self) -> ApiResult<AuditTrail> {
        self.get("/v1/audit", &Query::new()).await
    }

    /// Verifies a part of the trail.
    pub async fn verify_audit_trail(&self, from_seq: i64) -> ApiResult<AuditVerification> {
        self.act("/v1/audit/verify", &VerifyAuditTrail { from_seq })
            .await
    }

    /// Signed heads, newest first.
    pub async fn list_audit_heads(&self, query: &Query) -> ApiResult<Page<AuditHead>> {
        self.get("/v1/audit/heads", query).await
    }

    /// Signs the trail now.
    pub async fn create_audit_head(&self) -> ApiResult<AuditHead> {
        self.act_plain("/v1/audit/heads").await
    }
}

/// Where a head is as a file.
pub fn audit_head_file(tree_size: i64) -> String {
    format!("/v1/audit/heads/{tree_size}")
}

/// Where the whole trail is as a file.
pub const AUDIT_EXPORT: &str = "/v1/audit/export";
