//! Performance reports.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::emails::EmailState;
use crate::{EmailId, ReportId};

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

impl ReportType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Weekly, Self::Monthly, Self::Custom];

    /// The type as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Custom => "custom",
        }
    }
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
    /// How far its emails are; not in exported files, which stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_status: Option<ReportDeliveryStatus>,
    /// When the latest of its emails was sent; not in exported files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// Whom it was sent to, in the order of the alphabet; absent without `users:read_personal` and from exported files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_emails: Option<Vec<String>>,
}

/// How far a report's emails are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportDeliveryStatus {
    /// There are none.
    NotDelivered,
    /// At least one waits for its turn.
    Queued,
    /// All were sent.
    Delivered,
    /// Some were sent, others failed, were returned or suppressed.
    PartlyDelivered,
    /// None was sent.
    Failed,
}

/// Body of `deliver_report`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({"recipients": ["ada@example.org"]})))]
pub struct DeliverReport {
    /// Email addresses, at most 50; an address that is there twice counts once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub recipients: Vec<String>,
}

/// Emails of one delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportDelivery {
    /// One for each recipient, in the order given.
    pub emails: Vec<DeliveredReport>,
}

/// An email with a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveredReport {
    /// Its recipient, as given.
    pub recipient: String,
    /// The email.
    pub email_id: EmailId,
    /// Where it is; `suppressed` when the recipient gets no such mail.
    pub state: EmailState,
    /// False when the recipient has this report already: nothing is sent again. To do so, resend the email.
    pub is_new: bool,
}

/// Which scheduled reports can be subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScheduledReportType {
    /// Made each Monday.
    Weekly,
    /// Made on the first of each month.
    Monthly,
}

impl ScheduledReportType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Weekly, Self::Monthly];

    /// The word as sent and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// Parses the word as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Who gets every scheduled report of a type by email.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportSubscription {
    /// Kind of report.
    pub report_type: ScheduledReportType,
    /// How many recipients there are.
    pub recipient_count: i32,
    /// Their addresses; null without `users:read_personal`.
    pub recipients: Option<Vec<String>>,
    /// Grows with each change; quoted, it is the ETag.
    pub version: i64,
    /// Last change; null when it was never changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// All subscriptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportSubscriptionList {
    /// Weekly, then monthly.
    pub items: Vec<ReportSubscription>,
}

/// Body of `update_report_subscription`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({"recipients": ["ada@example.org"]})))]
pub struct UpdateReportSubscription {
    /// Email addresses, at most 50; none ends the subscription.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub recipients: Vec<String>,
}

/// How a report is written to a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// A page of its own, to read and to print.
    #[default]
    Html,
    /// A document of A4 pages.
    Pdf,
    /// A figure a line.
    Csv,
    /// As the API answers it, without its delivery.
    Json,
}

impl ReportFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Html, Self::Pdf, Self::Csv, Self::Json];

    /// The word as sent, which is also the end of the file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
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
