//! An event on its way to ingest: checked, without anything that may not be stored, but not yet looked up.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_domain::clicks::Verdict;

/// An event that is ready to be stored.
#[derive(Clone, Debug)]
pub struct IncomingEvent {
    /// Made of `occurred_at`, see [`viral_engine_domain::event_id`].
    pub id: Uuid,
    /// Kind of event.
    pub event_type: EventType,
    /// What brings it.
    pub origin: EventOrigin,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was taken in.
    pub received_at: DateTime<Utc>,
    /// Its link.
    pub link: LinkReference,
    /// The click that led to it.
    pub click_id: Option<Uuid>,
    /// Where it came from.
    pub address: Option<Address>,
    /// Pseudonym of the device.
    pub device: Option<String>,
    /// Whether the visitor was told apart by a cookie.
    pub has_cookie: bool,
    /// Name of a crawler or unfurler.
    pub agent: Option<Arc<str>>,
    /// Present for clicks.
    pub hit: Option<Hit>,
    /// Present for events of the API: what only a platform knows. Boxed, since hits are many and have none.
    pub reported: Option<Box<Reported>>,
}

/// How an event names its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkReference {
    /// Not at all.
    None,
    /// By id.
    Id(Uuid),
    /// By token.
    Token(String),
}

/// What is kept of an IP address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Keyed hash.
    pub hash: [u8; 16],
    /// Truncated network.
    pub prefix: String,
}

/// What is known of a click.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its class, as far as one request tells.
    pub verdict: Verdict,
    /// Why it was rejected.
    pub reject_reason: Option<&'static str>,
    /// Pseudonyms under which the visitor may have been seen before.
    pub visitors: Vec<String>,
    /// Pseudonym under which the visitor will come back: of the cookie that the answer brought.
    pub issued: Option<String>,
    /// Whether link, referrer and source may be believed: not those of a forged link.
    pub genuine: bool,
}

/// What only a platform can report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reported {
    /// External id of who invited.
    pub referrer: Option<String>,
    /// External id of who was invited.
    pub referee: Option<String>,
    /// Value.
    pub value: Option<Decimal>,
    /// Its currency.
    pub currency: Option<String>,
    /// Notes, redacted.
    pub properties: Option<Value>,
    /// The platform's id of the event.
    pub event_id: Option<String>,
}
