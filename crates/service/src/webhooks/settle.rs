//! The end of an attempt: what is noted of it, and what follows for the delivery and its receiver.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::json;
use viral_engine_api_types::webhooks::{WebhookDeliveryStatus, WebhookEventType};
use viral_engine_db::webhooks::{
    AttemptRow, DeliveryRow, EndpointRow, find_message, insert_attempt, save_delivery,
    save_endpoint, skip_pending, wake_deliveries,
};
use viral_engine_domain::webhooks::{Verdict, is_given_up, wait_after};

use super::deliver::{DeliverWebhook, Outgoing, enqueue_delivery, rows};
use super::mail::mail_admins;
use super::pace::{Pace, QUICK, WOKEN, chance, spread};
use super::sender::Attempt;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::jobs::{Priority, When};

/// Notes how an attempt went, in the transaction that ends its job, and enqueues the next one if there is to be one.
///
/// # Errors
/// When the database refuses.
pub async fn settle(
    conn: &mut AsyncPgConnection,
    context: &Context,
    sent: &Outgoing,
    attempt: Attempt,
) -> ServiceResult<()> {
    let job = sent.job;
    let Some((mut endpoint, mut delivery)) = rows(conn, &job).await? else {
        return Ok(());
    };
    let verdict = attempt.verdict();
    let was_quick = attempt.latency < QUICK;
    note(conn, &job, attempt).await?;
    delivery.sending_until = None;
    let now = context.now();
    if delivery.round != job.round && verdict != Verdict::Delivered {
        // It was begun anew meanwhile, and that job will tell more.
        return Ok(save_delivery(conn, &delivery).await?);
    }
    delivery.tries += 1;
    delivery.next_attempt_at = None;
    let before = (endpoint.failing_since, endpoint.is_quick);
    match verdict {
        Verdict::Delivered => {
            finish(&mut delivery, WebhookDeliveryStatus::Delivered, now);
            endpoint.failing_since = None;
            endpoint.is_quick = Some(was_quick);
        }
        Verdict::Failed | Verdict::Gone => {
            finish(&mut delivery, WebhookDeliveryStatus::Failed, now);
            let message = find_message(conn, job.message).await?;
            if message.event_type != WebhookEventType::WebhookTest.as_str() {
                failed(conn, context, &mut endpoint, &mut delivery, verdict).await?;
            }
        }
    }
    save_delivery(conn, &delivery).await?;
    let after = (endpoint.failing_since, endpoint.is_quick);
    if after != before || endpoint.disabled_at == Some(now) {
        save_endpoint(conn, &endpoint).await?;
    }
    if Pace::of(endpoint.failing_since, endpoint.is_quick) == Pace::Quick {
        wake_deliveries(conn, endpoint.id, now, WOKEN).await?;
    }
    Ok(())
}

/// Lets a delivery whose receiver is busy wait for its turn, in the transaction that ends its job.
///
/// # Errors
/// When the database refuses.
pub async fn postpone(
    conn: &mut AsyncPgConnection,
    job: &DeliverWebhook,
    (wait, priority): (TimeDelta, Priority),
) -> ServiceResult<()> {
    enqueue_delivery(conn, job, priority, When::After(spread(wait)?)).await
}

/// Gives a delivery up that its job will not attempt any more. The job tried again by an operator goes on with it.
pub(crate) async fn end_unfinished(
    conn: &mut AsyncPgConnection,
    context: &Context,
    job: &DeliverWebhook,
) -> ServiceResult<()> {
    let Some((_, mut delivery)) = rows(conn, job).await? else {
        return Ok(());
    };
    let pending = delivery.status == WebhookDeliveryStatus::Pending.as_str();
    if !pending || delivery.round != job.round {
        return Ok(());
    }
    finish(&mut delivery, WebhookDeliveryStatus::Failed, context.now());
    delivery.next_attempt_at = None;
    delivery.sending_until = None;
    Ok(save_delivery(conn, &delivery).await?)
}

async fn note(
    conn: &mut AsyncPgConnection,
    job: &DeliverWebhook,
    attempt: Attempt,
) -> ServiceResult<()> {
    let row = AttemptRow {
        endpoint_id: job.endpoint,
        message_id: job.message,
        number: 1,
        at: attempt.at,
        status_code: attempt.status.map(i32::from),
        latency_ms: i64::try_from(attempt.latency.as_millis()).unwrap_or(i64::MAX),
        answer: attempt.answer,
        error: attempt.error,
    };
    Ok(insert_attempt(conn, &row).await?)
}

fn finish(delivery: &mut DeliveryRow, status: WebhookDeliveryStatus, now: DateTime<Utc>) {
    delivery.status = status.as_str().to_owned();
    delivery.finished_at = Some(now);
}

/// What a failure means: another attempt, none any more, or the end of the receiver.
async fn failed(
    conn: &mut AsyncPgConnection,
    context: &Context,
    endpoint: &mut EndpointRow,
    delivery: &mut DeliveryRow,
    verdict: Verdict,
) -> ServiceResult<()> {
    let now = context.now();
    let since = *endpoint.failing_since.get_or_insert(now);
    if endpoint.disabled_at.is_some() {
        return Ok(());
    }
    if verdict == Verdict::Gone {
        return disable(conn, context, endpoint, "gone").await;
    }
    if is_given_up(since, now) {
        return disable(conn, context, endpoint, "failing").await;
    }
    let tries = u32::try_from(delivery.tries).unwrap_or(u32::MAX);
    if let Some(wait) = wait_after(tries, chance()?) {
        delivery.status = WebhookDeliveryStatus::Pending.as_str().to_owned();
        delivery.finished_at = None;
        delivery.next_attempt_at = Some(now + wait);
        let next = DeliverWebhook::of(delivery);
        enqueue_delivery(conn, &next, Pace::Slow.priority(), When::After(wait)).await?;
    }
    Ok(())
}

/// Stops all messages to a receiver, and tells operators: by mail, in the audit trail, the log and the metrics.
async fn disable(
    conn: &mut AsyncPgConnection,
    context: &Context,
    endpoint: &mut EndpointRow,
    reason: &'static str,
) -> ServiceResult<()> {
    let now = context.now();
    endpoint.disabled_at = Some(now);
    endpoint.disabled_reason = Some(reason.to_owned());
    endpoint.version += 1;
    endpoint.updated_at = now;
    let skipped = skip_pending(conn, endpoint.id, now).await?;
    let changes = json!({
        "disabled_reason": reason, "failing_since": endpoint.failing_since, "skipped": skipped,
    });
    let id = endpoint.id.to_string();
    let object = ("webhook", id.as_str());
    let system = Caller::system();
    audit::record(conn, context, &system, "disable_webhook", object, changes).await?;
    mail_admins(conn, context, endpoint, skipped).await?;
    tracing::warn!(webhook = %id, reason, skipped, "a webhook was disabled");
    metrics::counter!("viral_engine_webhooks_disabled_total", "reason" => reason).increment(1);
    Ok(())
}
