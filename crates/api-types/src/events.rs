//! Events: invitations, hits, conversions and activations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::{EventId, LinkId, Problem};

/// Most events in one bulk call.
pub const BULK_MAX: usize = 5_000;

/// Kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// A user invited somebody.
    InviteSent,
    /// A link was followed.
    Click,
    /// The invited person created an account.
    Conversion,
    /// The invited person reached the first value moment.
    Activation,
}

impl EventType {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::InviteSent,
        Self::Click,
        Self::Conversion,
        Self::Activation,
    ];

    /// The kind as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InviteSent => "invite_sent",
            Self::Click => "click",
            Self::Conversion => "conversion",
            Self::Activation => "activation",
        }
    }
}

/// What a hit of a link was. Only `human` counts as a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HitClass {
    /// A person.
    Human,
    /// The same visitor on the same link again within an hour.
    Duplicate,
    /// A declared crawler or tool.
    Bot,
    /// A link unfurler or mail scanner.
    Preview,
    /// A browser's prefetch.
    Prefetch,
    /// Refused: forged, disabled, expired, exhausted or blocked.
    Rejected,
}

impl HitClass {
    /// All classes.
    pub const ALL: [Self; 6] = [
        Self::Human,
        Self::Duplicate,
        Self::Bot,
        Self::Preview,
        Self::Prefetch,
        Self::Rejected,
    ];

    /// The class as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Duplicate => "duplicate",
            Self::Bot => "bot",
            Self::Preview => "preview",
            Self::Prefetch => "prefetch",
            Self::Rejected => "rejected",
        }
    }
}

/// Where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventOrigin {
    /// Our own redirect.
    Redirect,
    /// Reported by API.
    Api,
    /// Imported.
    Import,
}

impl EventOrigin {
    /// All origins.
    pub const ALL: [Self; 3] = [Self::Redirect, Self::Api, Self::Import];

    /// The origin as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Api => "api",
            Self::Import => "import",
        }
    }
}

/// Body of `create_event`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateEvent {
    /// Kind of event.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "conversion"))]
    pub event_type: EventType,
    /// Token of the link it belongs to.
    #[validate(length(min = 1, max = 64, message = "Give the link's token."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub link_token: Option<String>,
    /// The `ve_click` the target page received. One that is not known yet is awaited for a day; a conversion that names
    /// neither referrer nor link is then rejected, and the referee may be credited for another one.
    #[validate(length(
        min = 1,
        max = 64,
        message = "Give the click id as received in ve_click."
    ))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
            min_length = 1,
            max_length = 64
        )
    )]
    pub click_id: Option<String>,
    /// External id of the user who invited; taken from the link when absent.
    #[validate(custom(function = "crate::external_id::check"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub referrer: Option<String>,
    /// External id of the user who was invited; required for conversions and activations, and never the one who invited,
    /// whether `referrer`, the link or the click says so.
    #[validate(custom(function = "crate::external_id::check"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub referee: Option<String>,
    /// When it happened; default now. Up to 7 days ago, at most 5 minutes ahead.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub occurred_at: Option<DateTime<Utc>>,
    /// IP address of the person; kept only as a keyed hash and a truncated prefix.
    #[validate(length(min = 2, max = 45, message = "Give an IPv4 or IPv6 address."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 45, example = "203.0.113.7")
    )]
    pub ip: Option<String>,
    /// The platform's own fingerprint of the device.
    #[validate(length(
        min = 1,
        max = 128,
        message = "Give a fingerprint of 1 to 128 characters."
    ))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub device_fingerprint: Option<String>,
    /// User agent of the person's browser; names crawlers, is not kept.
    #[validate(length(min = 1, max = 1024, message = "Give at most 1,024 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1024))]
    pub user_agent: Option<String>,
    /// Value as a decimal string, at most 12 digits before and 6 behind the point.
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "12.50",
            min_length = 1,
            max_length = 20,
            pattern = "^-?[0-9]{1,12}(\\.[0-9]{1,6})?$"
        )
    )]
    #[validate(length(min = 1, max = 20, message = "Give a decimal such as 12.50."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// ISO 4217 code of the value, for example `EUR`; required with `value`.
    #[validate(length(equal = 3, message = "Give three letters such as EUR."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 3,
            max_length = 3,
            example = "EUR",
            pattern = "^[A-Z]{3}$"
        )
    )]
    pub currency: Option<String>,
    /// The platform's own notes, at most 4 KiB; personal information is redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub properties: Option<serde_json::Map<String, Value>>,
    /// The platform's own id of the event: accepted once within 30 days.
    #[validate(length(min = 1, max = 128, message = "Give an id of 1 to 128 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub event_id: Option<String>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// Stored.
    Accepted,
    /// Known already: same `event_id`, or the referee has converted before.
    Duplicate,
    /// Not stored; see `problem`.
    Rejected,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventResult {
    /// Position in the call, from 0.
    pub index: usize,
    /// What became of it.
    pub status: EventStatus,
    /// Id of the event (of the first one, for a duplicate).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EventId>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Answer of `create_events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventsAnswer {
    /// Stored.
    pub accepted: usize,
    /// Known already.
    pub duplicates: usize,
    /// Not stored.
    pub rejected: usize,
    /// One result an event, in order.
    pub results: Vec<EventResult>,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its id; for a redirect's hit also the `ve_click` the target received.
    pub id: EventId,
    /// Kind of event.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Class of a click; null for other events.
    pub class: Option<HitClass>,
    /// Why a hit was rejected: `forged`, `target_refused`, `disabled`, `expired`, `exhausted` or `blocked`. Or why a
    /// conversion was: `unknown_click`, when it named no referrer and its click had not come after a day.
    pub reject_reason: Option<String>,
    /// Where it came from.
    pub origin: EventOrigin,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When we took it in.
    pub received_at: DateTime<Utc>,
    /// Link it belongs to.
    pub link_id: Option<LinkId>,
    /// The click that led to it.
    pub click_id: Option<EventId>,
    /// External id of the user who invited.
    pub referrer: Option<String>,
    /// External id of the user who was invited.
    pub referee: Option<String>,
    /// Opaque key of the address, for the list of its events; null once it was erased.
    pub ip_key: Option<String>,
    /// Truncated network (/24 or /48).
    pub ip_prefix: Option<String>,
    /// Fingerprint as the caller sent it, or a short hash for redirect hits.
    pub device_fingerprint: Option<String>,
    /// Name of the crawler or unfurler, when it declared itself.
    pub agent: Option<String>,
    /// Value as a decimal string.
    pub value: Option<String>,
    /// Currency of the value.
    pub currency: Option<String>,
    /// The platform's own notes, redacted.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub properties: serde_json::Map<String, Value>,
}
