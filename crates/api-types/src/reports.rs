//! Performance reports.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::ReportId;

/// Kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportType {
    /// Seven days that end yesterday.
    Weekly,
    /// The calendar month before this one.
    Monthly,
    /// Named days, at most a year.
    Custom,
}

/// Where a report is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// It is being computed; its figures are null.
    Generating,
    /// Its figures are there and stay as they are.
    Ready,
    /// It could not be computed.
    Failed,
}

/// Where a figure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// More than 5 % above the period before.
    Up,
    /// More than 5 % below.
    Down,
    /// Within ±5 %.
    Stable,
}

/// Body of `create_report`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({"type": "weekly"})))]
pub struct CreateReport {
    /// Kind of report.
    #[serde(rename = "type")]
    pub report_type: ReportType,
    /// First day of a custom report.
    #[serde(
        default,
        deserialize_with = "crate::times::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// Last day of a custom report, yesterday at the latest.
    #[serde(
        default,
        deserialize_with = "crate::times::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
    /// IANA name of the time zone of its days; UTC when absent.
    #[validate(length(
        min = 1,
        max = 64,
        message = "Give an IANA name such as Europe/Berlin."
    ))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Europe/Berlin", max_length = 64)
    )]
    pub time_zone: Option<String>,
}

/// A report. Figures are null until it is ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Kind of report.
    pub report_type: ReportType,
    /// First day.
    pub report_period_start: NaiveDate,
    /// Last day, included.
    pub report_period_end: NaiveDate,
    /// Time zone of its days.
    pub time_zone: String,
    /// Where it is in its life.
    pub status: ReportStatus,
    /// Why it could not be computed.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was ready.
    pub ready_at: Option<DateTime<Utc>>,
    /// New users per inviting user.
    pub k_factor: Option<f64>,
    /// Where K goes.
    pub k_factor_trend: Option<Trend>,
    /// Change of K against the period before in percent; null when that was 0.
    pub k_factor_change_pct: Option<f64>,
    /// Conversions.
    pub total_conversions: Option<i64>,
    /// Conversions per click in percent.
    pub conversion_rate: Option<f64>,
    /// Where the conversion rate goes.
    pub conversion_trend: Option<Trend>,
    /// Users who invited.
    pub active_users: Option<i64>,
    /// Links minted.
    pub viral_links_created: Option<i64>,
    /// Of those, clicked by a person within the period.
    pub viral_links_clicked: Option<i64>,
    /// Clicked links in percent of those created.
    pub click_through_rate: Option<f64>,
    /// By source; what came without a link is under the empty name.
    pub loop_performance: Option<BTreeMap<String, LoopPerformance>>,
    /// Who brought most conversions, at most ten.
    pub top_referrers: Option<Vec<TopReferrer>>,
    /// What the figures say.
    pub insights: Option<Vec<String>>,
    /// What to do next.
    pub recommendations: Option<Vec<String>>,
    /// Health score over the period, 0 to 100.
    pub health_score: Option<f64>,
    /// Percent of payloads without personal information; null when none was checked.
    pub compliance_rate: Option<f64>,
    /// Networks and devices that the guardrails flag.
    pub fraud_flags: Option<i64>,
    /// Alerts opened in the period, by type.
    pub alerts: Option<BTreeMap<String, i64>>,
}

/// Figures of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoopPerformance {
    /// Invitations.
    pub invites: i64,
    /// Conversions.
    pub conversions: i64,
    /// New users per inviting user of this source.
    pub k_factor: f64,
    /// Conversions per click in percent.
    pub conversion_rate: f64,
}

/// What one referrer brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopReferrer {
    /// The platform's id; a pseudonym for children and users of unknown age.
    pub referrer: String,
    /// Invitations.
    pub invites: i64,
    /// Conversions.
    pub conversions: i64,
    /// What they add to K.
    pub k_contribution: f64,
    /// Conversions per click in percent.
    pub conversion_rate: f64,
}

/// A figure that would be another one, were the report computed now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportChange {
    /// JSON pointer to the figure among what the report was computed from.
    pub figure: String,
    /// As the report has it; null for one that it does not have.
    pub reported: serde_json::Value,
    /// As it is now; null for one that is gone.
    pub current: serde_json::Value,
}

/// What changed since a report was computed: late events, deletions, thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportChanges {
    /// When it was computed afresh.
    pub computed_at: DateTime<Utc>,
    /// Figures that differ, by name; empty when the report stands.
    pub changes: Vec<ReportChange>,
}
