//! From rows to what is answered.

use viral_engine_api_types::webhooks::{
    Webhook, WebhookAttempt, WebhookDelivery, WebhookDeliveryStatus, WebhookDisabledReason,
    WebhookEventType, WebhookStatus,
};
use viral_engine_db::webhooks::{AttemptRow, DeliveryRow, EndpointRow};

use crate::error::{ServiceError, ServiceResult};

pub(super) fn webhook(row: EndpointRow) -> ServiceResult<Webhook> {
    let event_types = row.event_types.iter().map(|text| event_type(text));
    let reason = |text: &str| match text {
        "operator" => Ok(WebhookDisabledReason::Operator),
        "failing" => Ok(WebhookDisabledReason::Failing),
        "gone" => Ok(WebhookDisabledReason::Gone),
        other => Err(ServiceError::Internal(format!("stored reason {other}"))),
    };
    Ok(Webhook {
        id: row.id.into(),
        event_types: event_types.collect::<ServiceResult<_>>()?,
        url: row.url,
        description: row.description,
        status: match row.disabled_at {
            None => WebhookStatus::Enabled,
            Some(_) => WebhookStatus::Disabled,
        },
        disabled_at: row.disabled_at,
        disabled_reason: row.disabled_reason.as_deref().map(reason).transpose()?,
        failing_since: row.failing_since,
        previous_secret_until: row.previous_secret_until,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

pub(super) fn event_type(text: &str) -> ServiceResult<WebhookEventType> {
    WebhookEventType::parse(text)
        .ok_or_else(|| ServiceError::Internal(format!("stored event type {text}")))
}

/// A delivery with those of the attempts that are its own.
pub(super) fn delivery(
    row: DeliveryRow,
    event: &str,
    attempts: &[AttemptRow],
) -> ServiceResult<WebhookDelivery> {
    let own = attempts
        .iter()
        .filter(|attempt| attempt.message_id == row.message_id);
    Ok(WebhookDelivery {
        message_id: row.message_id.into(),
        event_type: event_type(event)?,
        status: WebhookDeliveryStatus::parse(&row.status)
            .ok_or_else(|| ServiceError::Internal(format!("stored status {}", row.status)))?,
        created_at: row.created_at,
        next_attempt_at: row.next_attempt_at,
        finished_at: row.finished_at,
        attempts: own.map(attempt).collect(),
    })
}

fn attempt(row: &AttemptRow) -> WebhookAttempt {
    WebhookAttempt {
        at: row.at,
        status_code: row.status_code.and_then(|code| u16::try_from(code).ok()),
        latency_ms: row.latency_ms,
        answer: row.answer.clone(),
        error: row.error.clone(),
    }
}
