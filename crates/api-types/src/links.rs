//! Attribution links.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::{LinkId, Problem};

/// Most links in one bulk call.
pub const BULK_MAX: usize = 1_000;

/// How a link is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Email.
    Email,
    /// Text message.
    Sms,
    /// WhatsApp.
    Whatsapp,
    /// Copied to the clipboard.
    Copy,
    /// QR code.
    Qr,
    /// Anything else.
    Other,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 6] = [
        Self::Email,
        Self::Sms,
        Self::Whatsapp,
        Self::Copy,
        Self::Qr,
        Self::Other,
    ];

    /// The channel as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
            Self::Copy => "copy",
            Self::Qr => "qr",
            Self::Other => "other",
        }
    }
}

/// Whether a link redirects, and what keeps it from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// It redirects.
    Active,
    /// Switched off.
    Disabled,
    /// Past its expiry.
    Expired,
    /// Its `max_clicks` are used up.
    Exhausted,
    /// Not as it was signed: somebody altered it in the database, or its key was removed.
    Forged,
}

impl LinkStatus {
    /// The status as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
            Self::Forged => "forged",
        }
    }
}

/// What a list of links is narrowed to. A forged link is found by what it claims to be: only reading it tells that it
/// is forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It redirects.
    Active,
    /// Switched off.
    Disabled,
    /// Past its expiry.
    Expired,
    /// Its `max_clicks` are used up.
    Exhausted,
}

impl LinkState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Active, Self::Disabled, Self::Expired, Self::Exhausted];

    /// The status that links in this state have unless they are forged.
    pub fn status(self) -> LinkStatus {
        match self {
            Self::Active => LinkStatus::Active,
            Self::Disabled => LinkStatus::Disabled,
            Self::Expired => LinkStatus::Expired,
            Self::Exhausted => LinkStatus::Exhausted,
        }
    }

    /// The state as sent.
    pub fn as_str(self) -> &'static str {
        self.status().as_str()
    }
}

/// Body of `create_link`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLink {
    /// External id of the user who shares.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub referrer: String,
    /// Loop id or any slug (`a-z`, `0-9`, `_`, `-`).
    #[validate(length(min = 1, max = 64, message = "Give a slug of 1 to 64 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "buddy_challenge",
            min_length = 1,
            max_length = 64,
            pattern = "^[a-z0-9][a-z0-9_-]*$"
        )
    )]
    pub source: String,
    /// Where the link leads, without personal information; its host must be on the allowlist.
    #[validate(length(
        min = 1,
        max = 2048,
        message = "Give a URL of at most 2,048 characters."
    ))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "https://learn.example.org/join",
            min_length = 1,
            max_length = 2048
        )
    )]
    pub target_url: String,
    /// How it is passed on.
    #[cfg_attr(feature = "openapi", schema(example = "whatsapp"))]
    pub channel: Channel,
    /// Campaign slug; default `organic`.
    #[validate(length(min = 1, max = 64, message = "Give a slug of 1 to 64 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9][a-z0-9_-]*$")
    )]
    pub campaign: Option<String>,
    /// The platform's own notes, at most 4 KiB, refused when they hold personal information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<serde_json::Map<String, Value>>,
    /// Days until it expires, 1 to 365; default 30.
    #[validate(range(min = 1, max = 365, message = "Give 1 to 365 days."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub expires_in_days: Option<u32>,
    /// Clicks after which it stops (within 2 s), 1 to 1,000,000,000.
    #[validate(range(
        min = 1,
        max = 1_000_000_000,
        message = "Give 1 to 1,000,000,000 clicks, or leave it out."
    ))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000_000))]
    pub max_clicks: Option<i64>,
    /// A readable alias: a wished word, or `auto` for 12 random characters. Never for a child.
    #[validate(length(
        min = 3,
        max = 20,
        message = "Give a word of 3 to 20 characters, or auto."
    ))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 3,
            max_length = 20,
            pattern = "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"
        )
    )]
    pub alias: Option<String>,
    /// `utm_medium` to add to the target; `utm_source` is `source` and `utm_campaign` is `campaign` when this is set.
    #[validate(length(min = 1, max = 64, message = "Give a word of 1 to 64 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9][a-z0-9_-]*$")
    )]
    pub utm_medium: Option<String>,
}

/// An attribution link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// Unguessable token, 128 random bits.
    pub token: String,
    /// Readable alias.
    pub alias: Option<String>,
    /// The short link to pass on.
    pub url: String,
    /// External id of the user who shares.
    pub referrer: String,
    /// Loop id or slug.
    pub source: String,
    /// Where it leads.
    pub target_url: String,
    /// How it is passed on.
    pub channel: Channel,
    /// Campaign slug.
    pub campaign: String,
    /// `utm_medium` added to the target.
    pub utm_medium: Option<String>,
    /// The platform's own notes.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: serde_json::Map<String, Value>,
    /// Clicks after which it stops.
    pub max_clicks: Option<i64>,
    /// Whether it redirects.
    pub status: LinkStatus,
    /// Human clicks so far.
    pub clicks: i64,
    /// Hits so far, of every class.
    pub hits: i64,
    /// Conversions so far.
    pub conversions: i64,
    /// When it was minted.
    pub created_at: DateTime<Utc>,
    /// When it stops.
    pub expires_at: DateTime<Utc>,
    /// When it was switched off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Grows with each change; also the ETag.
    pub version: i64,
}

/// Body of `create_links`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkLinks {
    /// 1 to 1,000 links; each succeeds or fails on its own.
    #[validate(length(min = 1, max = 1000, message = "Give 1 to 1,000 links."))]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<CreateLink>, min_items = 1, max_items = 1000))]
    pub links: Vec<Value>,
}

/// What became of one item of a bulk call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult<T> {
    /// Position in the call, from 0.
    pub index: usize,
    /// The object, when it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<T>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Answer of a bulk call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkAnswer<T> {
    /// Items that succeeded.
    pub succeeded: usize,
    /// Items that failed.
    pub failed: usize,
    /// One result an item, in order.
    pub results: Vec<BulkResult<T>>,
}

/// Body of `update_link`; absent fields stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateLink {
    /// True to switch the link off, false to switch it on again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// New expiry, later than now, at most 365 days ahead.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Hits of one day by class; the classes add up to the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayHits {
    /// The day, UTC.
    pub date: NaiveDate,
    /// Clicks of people.
    pub human: i64,
    /// The same visitor again within an hour.
    pub duplicate: i64,
    /// Declared crawlers and tools.
    pub bot: i64,
    /// Link unfurlers and mail scanners.
    pub preview: i64,
    /// Prefetches of browsers.
    pub prefetch: i64,
    /// Refused: forged, disabled, expired, exhausted or blocked.
    pub rejected: i64,
}

/// Hits of a link over a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkStats {
    /// First instant of the window.
    pub from: DateTime<Utc>,
    /// End of the window, not included.
    pub to: DateTime<Utc>,
    /// A row a day, oldest first, days without hits included.
    pub days: Vec<DayHits>,
    /// Conversions in the window.
    pub conversions: i64,
    /// Names of declared crawlers and unfurlers with their hits, most first, at most 20.
    pub agents: Vec<AgentHits>,
}

/// Hits of a named crawler or unfurler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentHits {
    /// Name, for example `Googlebot`.
    pub name: String,
    /// Hits.
    pub hits: i64,
}
