//! The begin of an attempt: whether there is anything to do, whether it is the receiver's turn, and what to send.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_api_types::webhooks::{WebhookDeliveryStatus, WebhookEventType};
use viral_engine_db::DbError;
use viral_engine_db::webhooks::{
    DeliveryRow, EndpointRow, database_now, find_endpoint, find_message, lock_delivery,
    lock_endpoint, save_delivery,
};
use viral_engine_domain::consents::Gate;
use viral_engine_domain::webhooks::{SigningSecret, signatures};

use super::pace::Pace;
use super::seal::open;
use super::sender::TIME_LIMIT;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, Priority, Queue, When, enqueue_job, new_job};
use crate::users::PersonalKeys;

/// After so long beyond the time limit a sender that has not told how it went is taken for dead.
const MARGIN: TimeDelta = TimeDelta::seconds(10);

/// Makes one attempt to deliver a message. The next one is a job of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverWebhook {
    /// The receiver.
    pub endpoint: Uuid,
    /// The message.
    pub message: Uuid,
    /// The delivery's round it belongs to.
    pub round: i32,
}

impl DeliverWebhook {
    /// The job for a delivery.
    pub(super) fn of(row: &DeliveryRow) -> Self {
        Self {
            endpoint: row.endpoint_id,
            message: row.message_id,
            round: row.round,
        }
    }
}

impl JobPayload for DeliverWebhook {
    const KIND: &'static str = "deliver_webhook";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Webhooks;
    /// Counts workers that died and databases that were away; the attempts of a message are counted in its row.
    const MAX_ATTEMPTS: u32 = 10;
}

/// Asks for an attempt.
pub(super) async fn enqueue_delivery(
    conn: &mut AsyncPgConnection,
    job: &DeliverWebhook,
    priority: Priority,
    when: When,
) -> ServiceResult<()> {
    let mut job = new_job(job, when)?;
    job.priority = priority;
    enqueue_job(conn, job).await?;
    Ok(())
}

/// What is to be done about a delivery.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: it was delivered, given up or begun anew meanwhile.
    Nothing,
    /// The receiver is busy: after this wait, see [`postpone`](super::postpone).
    Later(TimeDelta, Priority),
    /// This is to be sent.
    Send(Box<Outgoing>),
}

/// A signed message on its way to a receiver. Its URL, body and signature are not shown.
pub struct Outgoing {
    /// The job that sends it.
    pub job: DeliverWebhook,
    pub(super) url: String,
    pub(super) timestamp: i64,
    pub(super) signatures: String,
    pub(super) body: String,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({:?})", self.job)
    }
}

/// Begins an attempt: takes one of the receiver's turns and signs the message.
///
/// # Errors
/// When the database refuses.
pub async fn begin_delivery(context: &Context, job: &DeliverWebhook) -> ServiceResult<Begun> {
    let mut conn = context.connection().await?;
    if let Some(later) = glance(&mut conn, job).await? {
        return Ok(later);
    }
    conn.transaction(async |conn| match rows(conn, job).await? {
        Some((endpoint, delivery)) => begin(conn, context, *job, endpoint, delivery).await,
        None => Ok(Begun::Nothing),
    })
    .await
}

/// Whether the receiver is busy, without a lock: with thousands of messages for receivers that do not answer, that is all
/// that most of them ask.
async fn glance(
    conn: &mut AsyncPgConnection,
    job: &DeliverWebhook,
) -> ServiceResult<Option<Begun>> {
    let Some(endpoint) = present(find_endpoint(conn, job.endpoint).await)? else {
        return Ok(Some(Begun::Nothing));
    };
    let pace = Pace::of(endpoint.failing_since, endpoint.is_quick);
    if endpoint.disabled_at.is_some() || pace == Pace::Quick {
        return Ok(None);
    }
    let wait = pace
        .wait_while_busy(conn, job.endpoint, job.message)
        .await?;
    Ok(wait.map(|wait| Begun::Later(wait, pace.priority())))
}

/// The rows of a job, locked; none when either is gone.
pub(super) async fn rows(
    conn: &mut AsyncPgConnection,
    job: &DeliverWebhook,
) -> ServiceResult<Option<(EndpointRow, DeliveryRow)>> {
    let Some(endpoint) = present(lock_endpoint(conn, job.endpoint).await)? else {
        return Ok(None);
    };
    let delivery = present(lock_delivery(conn, job.endpoint, job.message).await)?;
    Ok(delivery.map(|delivery| (endpoint, delivery)))
}

fn present<T>(found: Result<T, DbError>) -> ServiceResult<Option<T>> {
    match found {
        Ok(row) => Ok(Some(row)),
        Err(DbError::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

async fn begin(
    conn: &mut AsyncPgConnection,
    context: &Context,
    job: DeliverWebhook,
    endpoint: EndpointRow,
    mut delivery: DeliveryRow,
) -> ServiceResult<Begun> {
    let is_open = delivery.status == WebhookDeliveryStatus::Pending.as_str();
    // It ended with its job, so that only an operator can have had that run again.
    let is_retried = delivery.status == WebhookDeliveryStatus::Failed.as_str();
    if !(is_open || is_retried) || delivery.round != job.round {
        return Ok(Begun::Nothing);
    }
    delivery.status = WebhookDeliveryStatus::Pending.as_str().to_owned();
    delivery.finished_at = None;
    let message = find_message(conn, job.message).await?;
    // A test asks whether a receiver would work, also a disabled one.
    let is_test = message.event_type == WebhookEventType::WebhookTest.as_str();
    if endpoint.disabled_at.is_some() && !is_test {
        delivery.status = WebhookDeliveryStatus::Skipped.as_str().to_owned();
        delivery.finished_at = Some(context.now());
        delivery.next_attempt_at = None;
        save_delivery(conn, &delivery).await?;
        return Ok(Begun::Nothing);
    }
    let pace = Pace::of(endpoint.failing_since, endpoint.is_quick);
    if let Some(wait) = pace.wait(conn, job.endpoint, job.message).await? {
        return Ok(Begun::Later(wait, pace.priority()));
    }
    let limit = TimeDelta::from_std(TIME_LIMIT).unwrap_or(MARGIN);
    delivery.sending_until = Some(database_now(conn).await? + limit + MARGIN);
    save_delivery(conn, &delivery).await?;
    let timestamp = context.now().timestamp();
    let id = job.message.to_string();
    let secrets = secrets(context, &endpoint)?;
    Ok(Begun::Send(Box::new(Outgoing {
        job,
        url: endpoint.url,
        timestamp,
        signatures: signatures(&secrets, &id, timestamp, message.body.as_bytes()),
        body: message.body,
    })))
}

/// The secrets in force, the current one first.
fn secrets(context: &Context, endpoint: &EndpointRow) -> ServiceResult<Vec<SigningSecret>> {
    let keys = PersonalKeys::of(&context.keys);
    let mut secrets = vec![open(&keys, endpoint.id, &endpoint.secret)?];
    let overlaps = endpoint
        .previous_secret_until
        .is_some_and(|until| context.now() < until);
    if let Some(previous) = endpoint.previous_secret.as_deref().filter(|_| overlaps) {
        secrets.push(open(&keys, endpoint.id, previous)?);
    }
    Ok::<_, ServiceError>(secrets)
}
