//! Performance reports.

use viral_engine_api_types::reports::{CreateReport, Report, ReportChanges, ReportFormat};
use viral_engine_api_types::{Page, ReportId};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Reports, newest first; filter `type`.
    pub async fn list_reports(&self, query: &Query) -> ApiResult<Page<Report>> {
        self.get("/v1/reports", query).await
    }

    /// Asks for a report, which a job computes.
    pub async fn create_report(&self, report: &CreateReport) -> ApiResult<Report> {
        self.create("/v1/reports", report).await
    }

    /// One report.
    pub async fn get_report(&self, id: ReportId) -> ApiResult<Report> {
        self.get(&format!("/v1/reports/{id}"), &Query::new()).await
    }

    /// What it would say differently today.
    pub async fn get_report_changes(&self, id: ReportId) -> ApiResult<ReportChanges> {
        self.get(&format!("/v1/reports/{id}/changes"), &Query::new())
            .await
    }
}

/// Where a report is as a file.
pub fn report_file(id: ReportId, format: ReportFormat) -> String {
    format!("/v1/reports/{id}/export?format={}", format.as_str())
}
