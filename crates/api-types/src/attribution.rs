//! Who is credited with a conversion, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use validator::Validate;

use crate::growth::GrowthFilter;
use crate::guardrails::Window;
use crate::links::Channel;
use crate::{EventId, LinkId};

/// How the credit of a conversion is parted among its touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributionModel {
    /// All to the last touch.
    #[default]
    Last,
    /// All to the first touch.
    First,
    /// The same to each.
    Linear,
    /// 40 % to the first, 40 % to the last, 20 % to those between; halves when there are two.
    Position,
}

impl AttributionModel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Last, Self::First, Self::Linear, Self::Position];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::First => "first",
            Self::Linear => "linear",
            Self::Position => "position",
        }
    }
}

/// What a touch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// An invitation of the user (`invite_sent`).
    Invitation,
    /// A person's click that an event of the user names, or that names the user.
    Click,
    /// The link or referrer that the conversion itself names, without a click.
    Named,
}

impl TouchKind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Click => "click",
            Self::Named => "named",
        }
    }
}

/// What led to a conversion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Touch {
    /// The event; for `named` the conversion itself.
    pub event_id: EventId,
    /// What it is.
    pub kind: TouchKind,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_id: Option<LinkId>,
    /// Loop or slug of the link; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Channel of the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Campaign of the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// External id of who invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Part of the conversion that it is credited with, from 0 to 1, as a decimal string of six places.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "0.333334", pattern = "^[01]\\.[0-9]{6}$")
    )]
    pub credit: String,
}

/// Why a conversion is credited to whom it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversionExplanation {
    /// The conversion.
    pub conversion_id: EventId,
    /// When it happened.
    pub converted_at: DateTime<Utc>,
    /// External id of the user who was invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referee: Option<String>,
    /// External id of the user to whom figures of growth count it: the link's or click's, or whom the conversion names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Why it counts nowhere, for example `unknown_click`; absent when it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<String>,
    /// The model.
    pub model: AttributionModel,
    /// Days before the conversion in which touches count.
    pub lookback_days: u32,
    /// Begin of those days.
    pub since: DateTime<Utc>,
    /// When figures of attribution last took it in; absent while they are about to, or when it counts nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributed_at: Option<DateTime<Utc>>,
    /// The touches, earliest first; their credits add up to 1, or there is none.
    pub touches: Vec<Touch>,
}

/// Which model credits conversions, and how far back touches count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributionSettings {
    /// The model that figures are sorted by, and that explains conversions unless another is asked for.
    pub model: AttributionModel,
    /// Days before a conversion in which touches count. Conversions keep theirs until they are attributed anew.
    pub lookback_days: u32,
    /// Grows with each change; also the ETag.
    pub version: i64,
}

/// Body of `update_attribution_settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateAttributionSettings {
    /// The model.
    pub model: AttributionModel,
    /// Days before a conversion in which touches count, 1 to 90.
    #[validate(range(min = 1, max = 90, message = "Give a number of days from 1 to 90."))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90))]
    pub lookback_days: u32,
}

/// Body of `recompute_attribution`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecomputeAttribution {
    /// First instant of the conversions.
    pub from: DateTime<Utc>,
    /// End, not included.
    pub to: DateTime<Utc>,
}

/// Conversions that something is credited with, by each model, as decimal strings of six places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelCredits {
    /// By last touch.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "12.000000", pattern = "^[0-9]+\\.[0-9]{6}$")
    )]
    pub last: String,
    /// By first touch.
    pub first: String,
    /// The same to each touch.
    pub linear: String,
    /// By position.
    pub position: String,
}

/// What a source, channel or campaign is credited with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributedCredit {
    /// Its name; empty for touches without a link, `other` for merged ones.
    pub name: String,
    /// Whether it is several in which few people converted, shown as one.
    pub is_merged: bool,
    /// Conversions that it has a touch of; a conversion with touches of several counts for each.
    pub conversions: i64,
    /// What it is credited with.
    pub credits: ModelCredits,
}

/// Who is credited with the conversions of a window. What each model credits adds up to the conversions that have a touch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attribution {
    /// The window, of conversions.
    pub window: Window,
    /// What of it: touches alone are filtered.
    pub filter: GrowthFilter,
    /// The model that the lists are sorted by, the greatest credit first.
    pub model: AttributionModel,
    /// Days before a conversion in which touches count, for conversions from now on.
    pub lookback_days: u32,
    /// Conversions of the window that count, whatever the filter.
    pub total_conversions: i64,
    /// Of those, conversions that nothing led to.
    pub unattributed: i64,
    /// Conversions of any time that are about to be attributed; figures are final at 0.
    pub pending: i64,
    /// By loop or slug of the link.
    pub by_source: Vec<AttributedCredit>,
    /// By channel of the link.
    pub by_channel: Vec<AttributedCredit>,
    /// By campaign of the link.
    pub by_campaign: Vec<AttributedCredit>,
}
