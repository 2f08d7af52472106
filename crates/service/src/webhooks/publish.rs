//! Telling receivers what happened, in the transaction in which it did.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::webhooks::{WebhookDeliveryStatus, WebhookEventType};
use viral_engine_db::jobs::enqueue;
use viral_engine_db::webhooks::{
    DeliveryRow, MessageRow, insert_deliveries, insert_messages, subscribers,
};

use super::deliver::DeliverWebhook;
use super::pace::{Pace, spread};
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{When, new_job};

/// Tells every receiver that wants to know, in the caller's transaction: they are told once it commits, and never if
/// it does not. Without such a receiver nothing is stored. Answers how many receivers are told.
///
/// `data` holds ids and figures, never personal data.
///
/// # Errors
/// When the database refuses.
pub async fn publish(
    conn: &mut AsyncPgConnection,
    at: DateTime<Utc>,
    event_type: WebhookEventType,
    data: &impl Serialize,
) -> ServiceResult<usize> {
    let data = serde_json::to_value(data)
        .map_err(|error| ServiceError::Internal(format!("data of a message: {error}")))?;
    publish_all(conn, at, vec![(event_type, data)]).await
}

/// Tells several things, in as many statements as one. Answers how many deliveries that makes.
///
/// # Errors
/// As [`publish`].
pub async fn publish_all(
    conn: &mut AsyncPgConnection,
    at: DateTime<Utc>,
    events: Vec<(WebhookEventType, Value)>,
) -> ServiceResult<usize> {
    let subscribers = subscribers(conn).await?;
    let (mut messages, mut deliveries) = (Vec::new(), Vec::new());
    let paces: BTreeMap<Uuid, Pace> = subscribers
        .iter()
        .map(|one| (one.id, Pace::of(one.failing_since, one.is_quick)))
        .collect();
    for (event_type, data) in events {
        let wants = |event_types: &[String]| event_types.iter().any(|t| t == event_type.as_str());
        let receivers: Vec<Uuid> = subscribers
            .iter()
            .filter(|subscriber| wants(&subscriber.event_types))
            .map(|subscriber| subscriber.id)
            .collect();
        if !receivers.is_empty() {
            let message = message(at, event_type, data);
            deliveries.extend(receivers.into_iter().map(|id| delivery(id, &message)));
            messages.push(message);
        }
    }
    store(conn, &messages, &deliveries, &paces).await?;
    Ok(deliveries.len())
}

/// Stores messages with their deliveries, and enqueues a job for each of these. Receivers of no known pace come last, and
/// those known not to be quick get what comes while they have something to do a little at a time.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    messages: &[MessageRow],
    deliveries: &[DeliveryRow],
    paces: &BTreeMap<Uuid, Pace>,
) -> ServiceResult<()> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let mut jobs = Vec::with_capacity(deliveries.len());
    let mut waiting: BTreeMap<Uuid, i64> = BTreeMap::new();
    for delivery in deliveries {
        let endpoint = delivery.endpoint_id;
        let pace = paces.get(&endpoint).copied();
        let when = match pace {
            None | Some(Pace::Quick) => When::Now,
            Some(pace) => {
                let before = match waiting.get(&endpoint) {
                    Some(before) => *before,
                    None => pace.waiting(conn, endpoint).await?,
                };
                waiting.insert(endpoint, before + 1);
                turn(pace, before)?
            }
        };
        let mut job = new_job(&DeliverWebhook::of(delivery), when)?;
        job.priority = pace.unwrap_or(Pace::Unknown).priority();
        jobs.push(job);
    }
    insert_messages(conn, messages).await?;
    insert_deliveries(conn, deliveries).await?;
    enqueue(conn, &jobs).await?;
    Ok(())
}

/// When a message is first tried that has `before` others before it.
fn turn(pace: Pace, before: i64) -> ServiceResult<When> {
    match before {
        0 => Ok(When::Now),
        _ => Ok(When::After(spread(pace.turn_among(before))?)),
    }
}

/// A message: the body is written once, since what is signed must be what is sent, to the byte.
pub(super) fn message(at: DateTime<Utc>, event_type: WebhookEventType, data: Value) -> MessageRow {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let body = json!({ "type": event_type.as_str(), "timestamp": timestamp, "data": data });
    MessageRow {
        id: Uuid::now_v7(),
        event_type: event_type.as_str().to_owned(),
        body: body.to_string(),
        created_at: at,
    }
}

/// The delivery of a message that was not tried yet.
pub(super) fn delivery(endpoint: Uuid, message: &MessageRow) -> DeliveryRow {
    DeliveryRow {
        endpoint_id: endpoint,
        message_id: message.id,
        status: WebhookDeliveryStatus::Pending.as_str().to_owned(),
        round: 1,
        tries: 0,
        created_at: message.created_at,
        next_attempt_at: Some(message.created_at),
        finished_at: None,
        sending_until: None,
    }
}
