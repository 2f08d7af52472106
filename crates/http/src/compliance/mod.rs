//! The compliance report.

use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::compliance::{ComplianceClause, ComplianceReport};
use viral_engine_domain::compliance::{CLAUSES, RULE};

use crate::answer;
use crate::extract::Caller;
use crate::problem::ApiResult;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_compliance_report);
}

/// Read the compliance report
///
/// Each clause of 16 CFR 312.4 to 312.8 and 312.10, with the tests that show the software's part and what stays a human duty.
/// It helps to comply and is no legal advice.
#[utoipa::path(tag = "consents", responses((status = 200, description = "The report", body = ComplianceReport)))]
#[get("/v1/compliance")]
pub async fn get_compliance_report(_: Caller) -> ApiResult<HttpResponse> {
    let owned = |text: &&str| (*text).to_owned();
    let clauses = CLAUSES.iter().map(|clause| ComplianceClause {
        id: clause.id.to_owned(),
        asks: clause.asks.to_owned(),
        tests: clause.tests.iter().map(owned).collect(),
        human_duty: clause.human_duty.map(str::to_owned),
    });
    Ok(answer::ok(&ComplianceReport {
        rule: RULE.to_owned(),
        clauses: clauses.collect(),
    }))
}
