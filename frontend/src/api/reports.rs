//! Performance reports.

use viral_engine_api_types::reports::{
    CreateReport, DeliverReport, Report, ReportChanges, ReportDelivery, ReportFormat,
    ReportSubscription, ReportSubscriptionList, UpdateReportSubscription,
};
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

    /// Sends it by email; who has it already gets it no second time.
    pub async fn deliver_report(
        &self,
        id: ReportId,
        delivery: &DeliverReport,
    ) -> ApiResult<ReportDelivery> {
        self.create(&format!("/v1/reports/{id}/deliver"), delivery)
            .await
    }

    /// Who gets scheduled reports.
    pub async fn list_report_subscriptions(&self) -> ApiResult<ReportSubscriptionList> {
        self.get("/v1/report-subscriptions", &Query::new()).await
    }

    /// Replaces the recipients of a subscription; fails if it has changed since it was read.
    pub async fn update_report_subscription(
        &self,
        read: &ReportSubscription,
        update: &UpdateReportSubscription,
    ) -> ApiResult<ReportSubscription> {
        let path = format!("/v1/report-subscriptions/{}", read.report_type.as_str());
        self.replace(&path, update, &format!("\"{}\"", read.version))
            .await
    }
}

/// Where a report is as a file.
pub fn report_file(id: ReportId, format: ReportFormat) -> String {
    format!("/v1/reports/{id}/export?format={}", format.as_str())
}
