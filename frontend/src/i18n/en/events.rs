//! Texts of lists of events.

use viral_engine_api_types::events::{EventOrigin, EventType, HitClass};

use crate::i18n::catalogue::Events;

pub const EVENTS: Events = Events {
    event_type: |kind| match kind {
        EventType::InviteSent => "invitation",
        EventType::Click => "click",
        EventType::Conversion => "conversion",
        EventType::Activation => "activation",
    },
    class: |class| match class {
        HitClass::Human => "human",
        HitClass::Duplicate => "duplicate",
        HitClass::Bot => "bot",
        HitClass::Preview => "preview",
        HitClass::Prefetch => "prefetch",
        HitClass::Rejected => "rejected",
    },
    origin: |origin| match origin {
        EventOrigin::Redirect => "redirect",
        EventOrigin::Api => "API",
        EventOrigin::Import => "import",
    },
    title: "Events",
    of_network: |network| format!("Events from {network}"),
    of_device: |device| format!("Events of device {device}"),
    of_referrer: |referrer| format!("Events of {referrer}"),
    unknown_network: "an address that is not kept",
    none_title: "No events",
    none_detail: "The events behind this figure are past their retention, or the period has changed.",
    time: "Time",
    kind: "Event",
    referrer: "Referrer",
    referee: "Referee",
    network: "Network",
    device: "Device",
    agent: "Agent",
    origin_head: "Origin",
    received: "Received",
};
