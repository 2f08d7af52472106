//! Personal information in texts and documents.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::pii::{PiiItems, PiiRedaction, PiiScan};
use viral_engine_service::pii;

use crate::answer;
use crate::extract::{Caller, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(scan_pii).service(redact_pii);
}

/// Find personal information
///
/// In texts and documents, up to 1,000 a call: where it is and of which kind, never the values. Names are looked for
/// unless the subject is an adult; without a subject the author may be a child. Nothing is stored.
#[utoipa::path(tag = "pii", request_body = PiiItems, responses((status = 200, description = "Findings, an item each, in the same order", body = PiiScan)))]
#[post("/v1/pii/scan")]
pub async fn scan_pii(
    state: Data<AppState>,
    _: Caller,
    body: Unchecked<PiiItems>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&pii::scan_pii(&state.context, body.0).await?))
}

/// Redact personal information
///
/// As the scan, with the redacted text or document beside the findings: `[EMAIL]`, `[PHONE]`, `[NAME]` and so on.
/// Redacting again changes nothing. Nothing is stored.
#[utoipa::path(tag = "pii", request_body = PiiItems, responses((status = 200, description = "Redacted items, in the same order", body = PiiRedaction)))]
#[post("/v1/pii/redact")]
pub async fn redact_pii(
    state: Data<AppState>,
    _: Caller,
    body: Unchecked<PiiItems>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(&pii::redact_pii(&state.context, body.0).await?))
}
