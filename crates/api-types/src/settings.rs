//! Settings an admin can change at run time; the environment gives their defaults.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// Where a setting's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// Built in.
    Default,
    /// Environment, `.env` or file.
    Environment,
    /// Changed in the admin app or by API.
    Override,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setting {
    /// Name, also of the environment variable.
    pub key: String,
    /// Value in force.
    pub value: f64,
    /// Value without the override.
    pub default: f64,
    /// Where the value comes from.
    pub source: SettingSource,
    /// Least value.
    pub min: f64,
    /// Greatest value; null for no limit.
    pub max: Option<f64>,
    /// Whether only whole numbers are valid.
    pub whole: bool,
    /// Unit, for example `clicks` or `percent`.
    pub unit: String,
    /// What it does.
    pub purpose: String,
    /// Advice when the value is valid but unusual.
    pub warning: Option<String>,
    /// Last change of the override.
    pub updated_at: Option<DateTime<Utc>>,
    /// Email of the operator who changed it.
    pub updated_by: Option<String>,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingList {
    /// In the order of the documentation.
    pub items: Vec<Setting>,
    /// Grows with each change; also the ETag.
    pub version: i64,
}

/// Body of `update_settings` and `preview_settings`: new values by key; null resets a key to its default.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// At least one key.
    pub values: BTreeMap<String, Option<f64>>,
}

/// What would be flagged, now and with the proposed values, over the default windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingsPreview {
    /// With the values in force.
    pub current: PreviewFigures,
    /// With the proposed values.
    pub proposed: PreviewFigures,
    /// Advice on valid but unusual values.
    pub warnings: Vec<String>,
}

/// Figures of a preview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewFigures {
    /// IP groups flagged as suspicious.
    pub flagged_ips: i64,
    /// IP groups explained as shared networks.
    pub shared_networks: i64,
    /// Devices flagged as bots.
    pub flagged_devices: i64,
    /// Referrers flagged for anomalous conversions.
    pub flagged_referrers: i64,
    /// Health score.
    pub health_score: f64,
    /// Alerts that would be open.
    pub alerts: i64,
}
