//! Who is credited with a conversion, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
    /// The touches, earliest first; their credits add up to 1, or there is none.
    pub touches: Vec<Touch>,
}
