//! What became of messages: listed, sent again, and tried out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::webhooks::{
    WebhookDelivery, WebhookDeliveryStatus, WebhookEventType, WebhookStatus,
};
use viral_engine_api_types::{Page, WebhookId, WebhookMessageId};
use viral_engine_db::DbError;
use viral_engine_db::webhooks::{
    DeliveryRow, attempts_of, find_delivery, find_endpoint, list_deliveries, lock_delivery,
    lock_endpoint, save_delivery,
};

use super::deliver::DeliverWebhook;
use super::endpoints::missing;
use super::publish::{delivery, message, store};
use super::row;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::enqueue;

/// Which deliveries to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeliveryQuery {
    /// Only these.
    pub status: Option<WebhookDeliveryStatus>,
}

/// Deliveries of a receiver with their attempts, newest first.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn list_webhook_deliveries(
    context: &Context,
    id: WebhookId,
    query: DeliveryQuery,
    page: PageRequest,
) -> ServiceResult<Page<WebhookDelivery>> {
    let status = query.status.map(WebhookDeliveryStatus::as_str);
    let mut conn = context.connection().await?;
    // As of one moment: an attempt that ends meanwhile would be shown without what it made of its delivery.
    let (page, attempts) = conn
        .build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |conn| {
            find_endpoint(conn, id.0).await.map_err(missing)?;
            let rows = list_deliveries(conn, id.0, status, page.query()).await?;
            let page = page.page(rows, |(row, _)| (row.created_at, row.message_id));
            let messages: Vec<_> = page.items.iter().map(|(row, _)| row.message_id).collect();
            let attempts = attempts_of(conn, id.0, &messages).await?;
            ServiceResult::Ok((page, attempts))
        })
        .await?;
    let items = page
        .items
        .into_iter()
        .map(|(row, event)| row::delivery(row, &event, &attempts));
    Ok(Page {
        items: items.collect::<ServiceResult<_>>()?,
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// Sends a message to a receiver again, at once and with all its attempts: the same id and body, signed anew.
///
/// # Errors
/// [`ServiceError::NotFound`]; a conflict while the receiver is disabled.
pub async fn resend_webhook_message(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
    message: WebhookMessageId,
) -> ServiceResult<WebhookDelivery> {
    let now = context.now();
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let endpoint = lock_endpoint(conn, id.0).await.map_err(missing)?;
        if endpoint.disabled_at.is_some() {
            return Err(ServiceError::Conflict(
                "the webhook is disabled: enable it first".to_owned(),
            ));
        }
        let mut row = lock_delivery(conn, id.0, message.0)
            .await
            .map_err(no_delivery)?;
        begin_anew(&mut row, now);
        save_delivery(conn, &row).await?;
        enqueue(conn, &DeliverWebhook::of(&row)).await?;
        let changes = json!({ "message": message });
        let object = id.to_string();
        let object = ("webhook", object.as_str());
        let action = "resend_webhook_message";
        audit::record(conn, context, caller, action, object, changes).await?;
        answer(conn, id, message).await
    })
    .await
}

/// Sends a test to a receiver, also a disabled one. It is tried once, and a failure has no consequence.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn test_webhook(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
) -> ServiceResult<WebhookDelivery> {
    let now = context.now();
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let endpoint = lock_endpoint(conn, id.0).await.map_err(missing)?;
        let status = match endpoint.disabled_at {
            None => WebhookStatus::Enabled,
            Some(_) => WebhookStatus::Disabled,
        };
        let data = json!({ "webhook_id": id, "status": status });
        let message = message(now, WebhookEventType::WebhookTest, data);
        let sent = WebhookMessageId(message.id);
        let row = delivery(id.0, &message);
        store(conn, &[message], &[row], &BTreeMap::new()).await?;
        let object = id.to_string();
        let object = ("webhook", object.as_str());
        let changes = json!({ "message": sent });
        audit::record(conn, context, caller, "test_webhook", object, changes).await?;
        answer(conn, id, sent).await
    })
    .await
}

async fn answer(
    conn: &mut AsyncPgConnection,
    id: WebhookId,
    message: WebhookMessageId,
) -> ServiceResult<WebhookDelivery> {
    let (row, event) = find_delivery(conn, id.0, message.0)
        .await
        .map_err(no_delivery)?;
    let attempts = attempts_of(conn, id.0, &[message.0]).await?;
    row::delivery(row, &event, &attempts)
}

fn begin_anew(row: &mut DeliveryRow, now: DateTime<Utc>) {
    row.status = WebhookDeliveryStatus::Pending.as_str().to_owned();
    row.round += 1;
    row.tries = 0;
    row.next_attempt_at = Some(now);
    row.finished_at = None;
}

fn no_delivery(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("delivery"),
        other => other.into(),
    }
}
