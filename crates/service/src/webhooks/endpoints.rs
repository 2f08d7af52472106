//! Receivers: added, changed, enabled, given new secrets and removed.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::webhooks::{
    CreateWebhook, CreatedWebhook, RotateWebhookSecret, UpdateWebhook, Webhook, WebhookEventType,
    WebhookStatus,
};
use viral_engine_api_types::{Page, WebhookId};
use viral_engine_db::DbError;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::webhooks::{self as db, EndpointRow};
use viral_engine_domain::webhooks::{SigningSecret, Target, TargetError};

use super::row::webhook;
use super::seal::{new_secret, seal};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::PersonalKeys;
use crate::validation::validate;

/// Most receivers: every event is compared with each.
const MOST: i64 = 100;
/// Hours in which the former secret still signs unless the caller says otherwise.
const DEFAULT_OVERLAP_HOURS: u32 = 24;

/// Receivers, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_webhooks(context: &Context, page: PageRequest) -> ServiceResult<Page<Webhook>> {
    let mut conn = context.connection().await?;
    let rows = db::list_endpoints(&mut conn, page.query()).await?;
    let page = page.page(rows, |row| (row.created_at, row.id));
    let items = page.items.into_iter().map(webhook);
    Ok(Page {
        items: items.collect::<ServiceResult<_>>()?,
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// A receiver.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_webhook(context: &Context, id: WebhookId) -> ServiceResult<Webhook> {
    let mut conn = context.connection().await?;
    webhook(db::find_endpoint(&mut conn, id.0).await.map_err(missing)?)
}

/// Adds a receiver and shows its secret, once.
///
/// # Errors
/// Fields at fault; a conflict when there are as many as there may be.
pub async fn create_webhook(
    context: &Context,
    caller: &Caller,
    body: CreateWebhook,
) -> ServiceResult<CreatedWebhook> {
    validate(&body, "")?;
    let url = checked_url(context, &body.url)?;
    let event_types = checked_types(&body.event_types)?;
    let (id, secret, now) = (Uuid::now_v7(), new_secret()?, context.now());
    let row = EndpointRow {
        id,
        url,
        description: body.description.trim().to_owned(),
        event_types,
        secret: seal(&PersonalKeys::of(&context.keys), id, &secret)?,
        previous_secret: None,
        previous_secret_until: None,
        disabled_at: None,
        disabled_reason: None,
        failing_since: None,
        version: 1,
        created_at: now,
        updated_at: now,
        is_quick: None,
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        // Two at once would count each other out.
        lock(conn, Lock::Webhooks).await?;
        if db::count_endpoints(conn).await? >= MOST {
            let detail = format!("there are {MOST} webhooks already: remove one first");
            return Err(ServiceError::Conflict(detail));
        }
        db::insert_endpoint(conn, &row).await?;
        let object = id.to_string();
        let object = ("webhook", object.as_str());
        audit::record(conn, context, caller, "create_webhook", object, told(&row)).await
    })
    .await?;
    shown(row, &secret)
}

/// Changes a receiver, if it is still the version that was read.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::PreconditionFailed`], or fields at fault.
pub async fn update_webhook(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
    read: Option<i64>,
    body: UpdateWebhook,
) -> ServiceResult<Webhook> {
    validate(&body, "")?;
    if body.status == Some(WebhookStatus::Enabled) {
        let detail = "A webhook is enabled by POST /v1/webhooks/{id}/enable.";
        return Err(ServiceError::field("/status", "not_allowed", detail));
    }
    let url = body.url.as_deref().map(|url| checked_url(context, url));
    let url = url.transpose()?;
    let event_types = body.event_types.as_deref().map(checked_types).transpose()?;
    change(context, caller, id, "update_webhook", |row| {
        if read.is_some_and(|version| version != row.version) {
            return Err(ServiceError::PreconditionFailed);
        }
        if let Some(url) = url {
            row.url = url;
            // What failed was elsewhere.
            row.failing_since = None;
            row.is_quick = None;
        }
        if let Some(description) = &body.description {
            row.description = description.trim().to_owned();
        }
        if let Some(event_types) = event_types {
            row.event_types = event_types;
        }
        if body.status.is_some() && row.disabled_at.is_none() {
            row.disabled_at = Some(context.now());
            row.disabled_reason = Some("operator".to_owned());
        }
        Ok(())
    })
    .await
}

/// Lets a receiver be told again what happens from now on.
///
/// # Errors
/// [`ServiceError::NotFound`]. One that is enabled already is as good as new.
pub async fn enable_webhook(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
) -> ServiceResult<Webhook> {
    change(context, caller, id, "enable_webhook", |row| {
        row.disabled_at = None;
        row.disabled_reason = None;
        row.failing_since = None;
        row.is_quick = None;
        Ok(())
    })
    .await
}

/// Gives a receiver a new secret and shows it, once. The former one signs as well for the overlap; one that was
/// former already signs no more.
///
/// # Errors
/// [`ServiceError::NotFound`], or fields at fault.
pub async fn rotate_webhook_secret(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
    body: &RotateWebhookSecret,
) -> ServiceResult<CreatedWebhook> {
    validate(body, "")?;
    let overlap = TimeDelta::hours(body.overlap_hours.unwrap_or(DEFAULT_OVERLAP_HOURS).into());
    let secret = new_secret()?;
    let sealed = seal(&PersonalKeys::of(&context.keys), id.0, &secret)?;
    let webhook = change(context, caller, id, "rotate_webhook_secret", |row| {
        let former = std::mem::replace(&mut row.secret, sealed);
        let until = context.now() + overlap;
        let overlaps = overlap > TimeDelta::zero();
        row.previous_secret = overlaps.then_some(former);
        row.previous_secret_until = overlaps.then_some(until);
        Ok(())
    })
    .await?;
    Ok(CreatedWebhook {
        webhook,
        secret: secret.expose().to_string(),
    })
}

/// Removes a receiver and what is known of its deliveries.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn delete_webhook(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = db::lock_endpoint(conn, id.0).await.map_err(missing)?;
        db::delete_endpoint(conn, id.0).await?;
        let object = id.to_string();
        let object = ("webhook", object.as_str());
        audit::record(conn, context, caller, "delete_webhook", object, told(&row)).await
    })
    .await
}

async fn change(
    context: &Context,
    caller: &Caller,
    id: WebhookId,
    action: &'static str,
    change: impl FnOnce(&mut EndpointRow) -> ServiceResult<()> + Send,
) -> ServiceResult<Webhook> {
    let now = context.now();
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut row = db::lock_endpoint(conn, id.0).await.map_err(missing)?;
        let was_disabled = row.disabled_at.is_some();
        change(&mut row)?;
        row.version += 1;
        row.updated_at = now;
        db::save_endpoint(conn, &row).await?;
        if row.disabled_at.is_some() && !was_disabled {
            db::skip_pending(conn, row.id, now).await?;
        }
        let object = id.to_string();
        let object = ("webhook", object.as_str());
        audit::record(conn, context, caller, action, object, told(&row)).await?;
        webhook(row)
    })
    .await
}

/// What the audit trail is told: the origin of the URL, since its path may hold a token, and no secret.
fn told(row: &EndpointRow) -> Value {
    let origin = url::Url::parse(&row.url).map(|url| url.origin().ascii_serialization());
    json!({
        "origin": origin.unwrap_or_default(), "event_types": row.event_types,
        "disabled_reason": row.disabled_reason, "previous_secret_until": row.previous_secret_until,
    })
}

fn checked_url(context: &Context, text: &str) -> ServiceResult<String> {
    match Target::parse(text.trim(), context.webhooks.allows_private()) {
        Ok(target) => Ok(target.url().to_string()),
        Err(error) => Err(ServiceError::field("/url", code(error), error.to_string())),
    }
}

fn code(error: TargetError) -> &'static str {
    match error {
        TargetError::Malformed => "malformed_url",
        TargetError::TooLong => "too_long",
        TargetError::NotHttps => "not_https",
        TargetError::Credentials => "credentials",
        TargetError::Fragment => "fragment",
        TargetError::NotPublic => "not_public",
    }
}

/// The types as stored, each once.
fn checked_types(types: &[WebhookEventType]) -> ServiceResult<Vec<String>> {
    let test = types
        .iter()
        .position(|kind| *kind == WebhookEventType::WebhookTest);
    if let Some(index) = test {
        let detail = "Tests are sent by POST /v1/webhooks/{id}/test; nobody subscribes to them.";
        let pointer = format!("/event_types/{index}");
        return Err(ServiceError::field(pointer, "not_allowed", detail));
    }
    let mut types: Vec<WebhookEventType> = types.to_vec();
    types.sort_unstable();
    types.dedup();
    Ok(types.iter().map(|kind| kind.as_str().to_owned()).collect())
}

fn shown(row: EndpointRow, secret: &SigningSecret) -> ServiceResult<CreatedWebhook> {
    Ok(CreatedWebhook {
        webhook: webhook(row)?,
        secret: secret.expose().to_string(),
    })
}

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("webhook"),
        other => other.into(),
    }
}
