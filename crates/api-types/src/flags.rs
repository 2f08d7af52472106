//! Feature flags: switches of whole features, for operators.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// A feature that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlagKey {
    /// Figures of the overview and of the guardrails.
    Dashboard,
    /// Performance reports.
    Reports,
    /// Delivery of emails.
    EmailDelivery,
}

impl FlagKey {
    /// All flags, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Dashboard, Self::Reports, Self::EmailDelivery];

    /// The key as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Reports => "reports",
            Self::EmailDelivery => "email_delivery",
        }
    }

    /// Parses the key as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == text)
    }
}

/// A feature flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flag {
    /// The feature.
    pub key: FlagKey,
    /// Whether the feature is on.
    pub enabled: bool,
    /// Grows with each change; quoted, it is the ETag of this flag.
    pub version: i64,
    /// Last change; null when it was never changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Email of the operator who changed it.
    pub updated_by: Option<String>,
}

/// All feature flags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlagList {
    /// In the order of the documentation.
    pub items: Vec<Flag>,
}

/// Body of `update_flag`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateFlag {
    /// Whether the feature is to be on.
    pub enabled: bool,
}
