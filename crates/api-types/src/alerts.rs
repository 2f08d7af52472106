//! Alerts of the guardrails and their life.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::AlertId;

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertType {
    /// Personal information in parent shares or reels.
    CoppaViolation,
    /// Many suspicious IP groups.
    FraudDetection,
    /// Many bot-like devices.
    BotDetection,
    /// Many parent shares are never viewed.
    HighOptOut,
    /// A referrer converts more than people do.
    ConversionAnomaly,
}

impl AlertType {
    /// All types.
    pub const ALL: [Self; 5] = [
        Self::CoppaViolation,
        Self::FraudDetection,
        Self::BotDetection,
        Self::HighOptOut,
        Self::ConversionAnomaly,
    ];

    /// The type as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CoppaViolation => "coppa_violation",
            Self::FraudDetection => "fraud_detection",
            Self::BotDetection => "bot_detection",
            Self::HighOptOut => "high_opt_out",
            Self::ConversionAnomaly => "conversion_anomaly",
        }
    }
}

/// How grave an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Look at it this week.
    Low,
    /// Look at it within a day.
    Medium,
    /// Look at it within 4 hours.
    High,
    /// Look at it within an hour.
    Critical,
}

/// Where an alert is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// Nobody has looked yet.
    Open,
    /// Somebody has.
    Acknowledged,
    /// The cause is gone.
    Resolved,
    /// An operator said that it is none.
    Dismissed,
}

impl AlertStatus {
    /// All states.
    pub const ALL: [Self; 4] = [
        Self::Open,
        Self::Acknowledged,
        Self::Resolved,
        Self::Dismissed,
    ];

    /// The state as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about.
    #[serde(rename = "type")]
    pub alert_type: AlertType,
    /// What exactly; `platform` where the type has one subject only.
    pub subject: String,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is in its life.
    pub status: AlertStatus,
    /// A sentence with the figures.
    pub message: String,
    /// The figure that fired, as it is now.
    pub value: f64,
    /// The limit it was compared with.
    pub threshold: f64,
    /// More figures, by name.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub details: serde_json::Value,
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// Last time its figures changed.
    pub updated_at: DateTime<Utc>,
    /// When it should have been acknowledged at the latest.
    pub due_at: DateTime<Utc>,
    /// Open and past `due_at`.
    pub overdue: bool,
    /// When it was acknowledged.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Email of the operator, or name of the API key, that acknowledged it.
    pub acknowledged_by: Option<String>,
    /// When it was resolved or dismissed.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Email of the operator, or name of the API key, that dismissed it.
    pub dismissed_by: Option<String>,
    /// Why it was dismissed.
    pub dismiss_reason: Option<String>,
}

/// Body of `dismiss_alert`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DismissAlert {
    /// Why it is no cause for alarm. Personal information in it is redacted.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 3, max = 500, message = "Say why in 3 to 500 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Load test of our own",
            min_length = 3,
            max_length = 500,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub reason: String,
}
