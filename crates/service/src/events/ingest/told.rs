//! What receivers of webhooks are told of a batch. It is left in the batch's own transaction and told later, so that
//! neither a lost batch is told nor a stored one is not, and so that nobody's clicks wait for anybody's webhook.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::events::EventType;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::events::ingest::outbox::Subscribed;
use viral_engine_domain::clicks::HitClass;

use super::drafts::Draft;
use crate::webhooks::LinkClicks;

/// What is left of a batch, as event type and data: one row for all clicks, one for each conversion.
pub(super) fn of_batch(drafts: &[Draft<'_>], subscribed: Subscribed) -> Vec<(&'static str, Value)> {
    let mut rows = Vec::new();
    if subscribed.conversions {
        let kind = WebhookEventType::ConversionCreated.as_str();
        rows.extend(drafts.iter().filter_map(|d| Some((kind, conversion(d)?))));
    }
    if subscribed.clicks {
        let clicks = clicks(drafts);
        if !clicks.is_empty() {
            let kind = WebhookEventType::LinkClicked.as_str();
            rows.push((kind, json!({ "links": clicks })));
        }
    }
    rows
}

/// Ids alone: whoever is told asks the API for more, with what it may see.
fn conversion(draft: &Draft<'_>) -> Option<Value> {
    let stored = draft.event.event_type == EventType::Conversion && draft.reject_reason.is_none();
    stored.then(|| {
        json!({
            "event_id": draft.event.id,
            "occurred_at": draft.event.occurred_at,
            "link_id": draft.link.map(|link| link.id),
            "referrer_id": draft.referrer,
            "referee_id": draft.referee,
        })
    })
}

/// Clicks by link, of people only.
fn clicks(drafts: &[Draft<'_>]) -> Vec<LinkClicks> {
    let mut links: BTreeMap<Uuid, LinkClicks> = BTreeMap::new();
    for draft in drafts {
        let Some(link) = draft.link else { continue };
        let (human, duplicate) = match draft.class {
            Some(HitClass::Human) => (1, 0),
            Some(HitClass::Duplicate) => (0, 1),
            _ => continue,
        };
        let clicks = links.entry(link.id).or_insert(LinkClicks {
            link_id: link.id,
            human: 0,
            duplicate: 0,
        });
        clicks.human += human;
        clicks.duplicate += duplicate;
    }
    links.into_values().collect()
}
