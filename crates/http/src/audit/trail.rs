//! The trail as a whole: what it is, its export, and whether anybody changed it.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::Problem;
use viral_engine_api_types::audit::{AuditTrail, AuditVerification, VerifyAuditTrail};
use viral_engine_service::audit;
use viral_engine_service::export::ExportFormat;

use crate::answer;
use crate::export::download;
use crate::extract::{Body, Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Get the state of the trail
///
/// Its size, the keys that its heads are checked with, and the latest head.
#[utoipa::path(tag = "audit", responses((status = 200, description = "The trail", body = AuditTrail)))]
#[get("/v1/audit")]
pub async fn get_audit_trail(state: Data<AppState>, _: Caller) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&audit::get_audit_trail(&state.context).await?))
}

/// Verify the trail
///
/// Looks at up to 50,000 leaves from `from_seq` on: the entries against their leaves, the chain, the tree, the signed
/// heads and the MACs. Go on with `next_seq` until it is null.
#[utoipa::path(tag = "audit", request_body = VerifyAuditTrail, responses((status = 200, description = "What was found", body = AuditVerification)))]
#[post("/v1/audit/verify")]
pub async fn verify_audit_trail(
    state: Data<AppState>,
    _: Caller,
    body: Body<VerifyAuditTrail>,
) -> ApiResult<HttpResponse> {
    let verification = audit::verify_audit_trail(&state.context, body.0).await?;
    Ok(answer::ok(&verification))
}

/// Parameters of `export_audit_trail`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportAuditTrail {
    /// First leaf; 0 unless given.
    #[param(minimum = 0)]
    from_seq: Option<i64>,
}

/// Export the trail
///
/// NDJSON: a line that says where it begins, then a leaf and its entry a line, in their order. `viral-engine audit
/// verify` checks it anywhere.
#[utoipa::path(
    tag = "audit",
    params(ExportAuditTrail),
    responses(
        (status = 200, description = "The sealed trail", body = String, content_type = "application/x-ndjson"),
        (status = 409, description = "The trail is damaged: verify it", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/audit/export")]
pub async fn export_audit_trail(
    state: Data<AppState>,
    _: Caller,
    query: Query<ExportAuditTrail>,
) -> ApiResult<HttpResponse> {
    let from = query.0.from_seq.unwrap_or(0);
    let parts = audit::export_audit_trail(&state.context, from).await?;
    Ok(download("audit", ExportFormat::Ndjson, parts))
}
