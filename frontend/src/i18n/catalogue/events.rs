//! Texts of lists of events.

use viral_engine_api_types::events::{EventOrigin, EventType, HitClass};

use super::{Around, Text};

/// Events, as evidence behind figures.
pub struct Events {
    pub event_type: fn(EventType) -> Text,
    pub class: fn(HitClass) -> Text,
    pub origin: fn(EventOrigin) -> Text,
    pub title: Text,
    pub of_network: Around,
    pub of_device: Around,
    pub of_referrer: Around,
    pub unknown_network: Text,
    pub none_title: Text,
    pub none_detail: Text,
    pub time: Text,
    pub kind: Text,
    pub referrer: Text,
    pub referee: Text,
    pub network: Text,
    pub device: Text,
    pub agent: Text,
    pub origin_head: Text,
    pub received: Text,
}
