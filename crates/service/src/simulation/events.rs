//! What a simulated platform reports, as the body it would send.

use viral_engine_api_types::events::{CreateEvent, EventType};
use viral_engine_simulator::{Event, EventKind, World};

use super::links::Minted;

/// The body of an event. `links` are those of the world, by position.
pub(super) fn body(event: &Event, world: &World, links: &[Minted]) -> CreateEvent {
    let blank = CreateEvent {
        event_type: EventType::InviteSent,
        link_token: event.link.map(|link| links[link.0].token.clone()),
        click_id: None,
        referrer: Some(world.users[event.referrer.0].external_id.clone()),
        referee: None,
        occurred_at: Some(event.at),
        ip: None,
        device_fingerprint: None,
        user_agent: None,
        value: None,
        currency: None,
        properties: None,
        event_id: Some(event.event_id.clone()),
    };
    match &event.kind {
        EventKind::InviteSent { referee } => CreateEvent {
            referee: referee.clone(),
            ..blank
        },
        EventKind::Click { ip, device, .. } => CreateEvent {
            event_type: EventType::Click,
            ip: Some(ip.to_string()),
            device_fingerprint: Some(device.clone()),
            ..blank
        },
        EventKind::Conversion { referee } => CreateEvent {
            event_type: EventType::Conversion,
            referee: Some(referee.clone()),
            ..blank
        },
        EventKind::Activation { referee } => CreateEvent {
            event_type: EventType::Activation,
            referee: Some(referee.clone()),
            ..blank
        },
    }
}
