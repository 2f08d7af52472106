//! What goes in and what comes back.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

/// An event to store.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// UUIDv7 of `occurred_at`.
    pub id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was taken in.
    pub received_at: DateTime<Utc>,
    /// Kind of event.
    pub event_type: &'static str,
    /// Class of a click.
    pub class: Option<&'static str>,
    /// Why a hit was rejected.
    pub reject_reason: Option<&'static str>,
    /// Where it came from.
    pub origin: &'static str,
    /// Its link.
    pub link_id: Option<Uuid>,
    /// The click that led to it.
    pub click_id: Option<Uuid>,
    /// Who invited.
    pub referrer_id: Option<Uuid>,
    /// Who was invited.
    pub referee_id: Option<Uuid>,
    /// Keyed hash of the address.
    pub ip_hash: Option<[u8; 16]>,
    /// Truncated network.
    pub ip_prefix: Option<String>,
    /// Pseudonym of the device.
    pub device_fingerprint: Option<String>,
    /// Whether the visitor was told apart by a cookie.
    pub has_cookie: bool,
    /// Whether it is a click of a person who is not known to have clicked before on its UTC day.
    pub new_visitor: bool,
    /// Name of a crawler or unfurler.
    pub agent: Option<Arc<str>>,
    /// Value.
    pub value: Option<Decimal>,
    /// Its currency.
    pub currency: Option<String>,
    /// The platform's notes, redacted.
    pub properties: Option<Value>,
}

/// What ingest needs of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngestLink {
    /// Its id.
    pub id: Uuid,
    /// Its token.
    pub token: String,
    /// Who shares it.
    pub referrer_id: Uuid,
    /// Loop or slug.
    pub source: String,
    /// Whether it stops after a number of clicks and has not yet.
    pub may_exhaust: bool,
    /// Whether it was clicked before.
    pub clicked: bool,
}

/// The conversion that a referee is credited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The conversion.
    pub event_id: Uuid,
    /// The click it named, while that has not come and nothing else says whom it credits.
    pub awaited_click: Option<Uuid>,
}

/// The click that an event names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentClick {
    /// Its id.
    pub id: Uuid,
    /// Its link.
    pub link_id: Option<Uuid>,
    /// Who is credited for it.
    pub referrer_id: Option<Uuid>,
}

/// Human hits of a visitor on a link within a span of time, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorSpan {
    /// The link.
    pub link_id: Uuid,
    /// The visitor's pseudonym.
    pub visitor: String,
    /// Begin.
    pub from: DateTime<Utc>,
    /// End.
    pub to: DateTime<Utc>,
}

/// A human hit of a visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanHit {
    /// The link.
    pub link_id: Uuid,
    /// The visitor's pseudonym.
    pub visitor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An event whose click has not arrived yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitedClick {
    /// The click it names.
    pub click_id: Uuid,
    /// The event.
    pub event_id: Uuid,
    /// Whether the event named its referrer itself.
    pub has_referrer: bool,
}

/// An event that a click has completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedEvent {
    /// Its id.
    pub id: Uuid,
    /// Kind of event.
    pub event_type: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The link it now belongs to.
    pub link_id: Uuid,
    /// Who is credited now, unless somebody was before.
    pub referrer_id: Option<Uuid>,
    /// Who was invited.
    pub referee_id: Option<Uuid>,
}

/// Clicks of one address on one day to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The address's keyed hash.
    pub ip_hash: [u8; 16],
    /// Its network.
    pub ip_prefix: Option<String>,
    /// Clicks.
    pub clicks: i64,
    /// First of them.
    pub first_seen: DateTime<Utc>,
    /// Last of them.
    pub last_seen: DateTime<Utc>,
}

/// Clicks of one device from one address on one day to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpDeviceDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The address's keyed hash.
    pub ip_hash: [u8; 16],
    /// The device.
    pub device_fingerprint: String,
    /// Clicks.
    pub clicks: i64,
}

/// Clicks of one device on one day to add, and the bursts they made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The device.
    pub device_fingerprint: String,
    /// Clicks; zero when only a burst is added.
    pub clicks: i64,
    /// Those of class `human`.
    pub human: i64,
    /// First of them.
    pub first_seen: DateTime<Utc>,
    /// Last of them.
    pub last_seen: DateTime<Utc>,
    /// Shortest burst within the day, in microseconds.
    pub fastest_burst_us: Option<i64>,
    /// Shortest burst that began on the day before, in microseconds.
    pub border_burst_us: Option<i64>,
}

/// Clicks and conversions of one referrer on one day to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferrerDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The referrer.
    pub referrer_id: Uuid,
    /// Clicks.
    pub clicks: i64,
    /// Those of class `human`.
    pub human: i64,
    /// Conversions.
    pub conversions: i64,
}

/// Hits by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    /// Clicks of people.
    pub human: i64,
    /// The same person again.
    pub duplicate: i64,
    /// Declared crawlers and tools.
    pub bot: i64,
    /// Unfurlers and scanners.
    pub preview: i64,
    /// Prefetches.
    pub prefetch: i64,
    /// Refused.
    pub rejected: i64,
}

/// Hits and conversions of one link on one day to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The link.
    pub link_id: Uuid,
    /// Hits.
    pub hits: ClassCounts,
    /// Conversions.
    pub conversions: i64,
}

/// Clicks of people that one source got in a quarter of an hour, to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickQuarter {
    /// Begin of the quarter.
    pub quarter: DateTime<Utc>,
    /// The source.
    pub source: String,
    /// Clicks.
    pub human: i64,
    /// Those of new visitors.
    pub visitors: i64,
}

/// Hits and outcomes of one source on one day to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The source.
    pub source: String,
    /// Hits.
    pub hits: ClassCounts,
    /// Invitations.
    pub invites: i64,
    /// Conversions.
    pub conversions: i64,
    /// Activations.
    pub activations: i64,
}

impl SourceDay {
    /// Whether outcomes are counted for another source from now on. Hits never are.
    pub(crate) fn takes_away(&self) -> bool {
        self.invites < 0 || self.conversions < 0 || self.activations < 0
    }
}

/// A user whom invitations reached on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedDay {
    /// The user.
    pub user_id: Uuid,
    /// The day, UTC.
    pub day: NaiveDate,
    /// First time.
    pub first_at: DateTime<Utc>,
    /// Last time.
    pub last_at: DateTime<Utc>,
}
