//! Tells what ingest left: at most once a second, so that thousands of clicks make one message.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::locks::{Lock, try_lock};
use viral_engine_db::webhooks::{OutboxRow, outbox_is_due, take_outbox};

use super::publish::publish_all;
use super::row::event_type;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// Rows that are told in one transaction.
const ROWS: i64 = 2_000;
/// Links in one message, some 100 KB; a second in which more are clicked makes several.
const LINKS: usize = 1_000;

/// Clicks of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkClicks {
    /// The link.
    pub link_id: Uuid,
    /// Clicks of people.
    pub human: i64,
    /// The same people again.
    pub duplicate: i64,
}

#[derive(Deserialize)]
struct Clicks {
    links: Vec<LinkClicks>,
}

/// Tells what ingest leaves until `stop`. Every worker runs it; the outbox itself sees to the pace.
pub async fn run_outbox(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = publish_outbox(&context).await {
            tracing::warn!(%error, "what ingest left for webhooks could not be told");
        }
    }
}

/// Tells what ingest left, unless nothing has waited for a second or another node is at it. Answers how many
/// deliveries that makes.
///
/// # Errors
/// When the database refuses; nothing is lost then.
pub async fn publish_outbox(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    if !outbox_is_due(&mut conn).await? {
        return Ok(0);
    }
    conn.transaction(async |conn| {
        if !try_lock(conn, Lock::Webhooks).await? || !outbox_is_due(conn).await? {
            return Ok(0);
        }
        let events = merged(take_outbox(conn, ROWS).await?)?;
        publish_all(conn, context.now(), events).await
    })
    .await
}

/// The rows as messages: clicks are added up by link, everything else stays as it is.
fn merged(rows: Vec<OutboxRow>) -> ServiceResult<Vec<(WebhookEventType, Value)>> {
    let mut events = Vec::new();
    let mut links: BTreeMap<Uuid, LinkClicks> = BTreeMap::new();
    for row in rows {
        let kind = event_type(&row.event_type)?;
        if kind != WebhookEventType::LinkClicked {
            events.push((kind, row.data));
            continue;
        }
        let clicks: Clicks = serde_json::from_value(row.data).map_err(|error| {
            ServiceError::Internal(format!("clicks left for webhooks: {error}"))
        })?;
        for clicks in clicks.links {
            links
                .entry(clicks.link_id)
                .and_modify(|sum| {
                    sum.human += clicks.human;
                    sum.duplicate += clicks.duplicate;
                })
                .or_insert(clicks);
        }
    }
    let links: Vec<LinkClicks> = links.into_values().collect();
    for links in links.chunks(LINKS) {
        events.push((WebhookEventType::LinkClicked, json!({ "links": links })));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(id: i64, links: &[(u128, i64, i64)]) -> OutboxRow {
        let links: Vec<LinkClicks> = links
            .iter()
            .map(|(link, human, duplicate)| LinkClicks {
                link_id: Uuid::from_u128(*link),
                human: *human,
                duplicate: *duplicate,
            })
            .collect();
        OutboxRow {
            id,
            event_type: "link.clicked".to_owned(),
            data: json!({ "links": links }),
        }
    }

    #[test]
    fn clicks_of_many_batches_are_one_message_with_a_sum_for_each_link() {
        let events = merged(vec![
            left(1, &[(1, 2, 0), (2, 1, 1)]),
            left(2, &[(1, 3, 4)]),
        ])
        .unwrap();
        let expected = json!({ "links": [
            { "link_id": Uuid::from_u128(1), "human": 5, "duplicate": 4 },
            { "link_id": Uuid::from_u128(2), "human": 1, "duplicate": 1 },
        ]});
        assert_eq!(events, [(WebhookEventType::LinkClicked, expected)]);
    }

    #[test]
    fn a_message_names_a_thousand_links_and_no_click_is_lost() {
        let links: Vec<(u128, i64, i64)> = (0..2_001).map(|link| (link, 1, 0)).collect();
        let events = merged(vec![left(1, &links)]).unwrap();
        let counts: Vec<usize> = events
            .iter()
            .map(|(_, data)| data["links"].as_array().map_or(0, Vec::len))
            .collect();
        assert_eq!(counts, [1_000, 1_000, 1]);
    }
}
