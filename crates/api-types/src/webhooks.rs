//! Webhooks: receivers that are told what happens, as Standard Webhooks has it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{WebhookId, WebhookMessageId};

/// What receivers can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookEventType {
    /// An alert was raised.
    #[serde(rename = "alert.opened")]
    AlertOpened,
    /// An alert got worse.
    #[serde(rename = "alert.escalated")]
    AlertEscalated,
    /// What an alert was about is gone.
    #[serde(rename = "alert.resolved")]
    AlertResolved,
    /// A guardian or a school allowed something.
    #[serde(rename = "consent.granted")]
    ConsentGranted,
    /// A guardian said no.
    #[serde(rename = "consent.denied")]
    ConsentDenied,
    /// A guardian did not answer in time.
    #[serde(rename = "consent.expired")]
    ConsentExpired,
    /// What was allowed is not any more.
    #[serde(rename = "consent.revoked")]
    ConsentRevoked,
    /// A conversion was stored.
    #[serde(rename = "conversion.created")]
    ConversionCreated,
    /// What was held on a user is erased, or can be fetched.
    #[serde(rename = "data_request.completed")]
    DataRequestCompleted,
    /// Links were clicked, counted by link.
    #[serde(rename = "link.clicked")]
    LinkClicked,
    /// The recap of a child's week was made.
    #[serde(rename = "recap.ready")]
    RecapReady,
    /// A report is complete.
    #[serde(rename = "report.ready")]
    ReportReady,
    /// An operator tries a receiver out; nobody subscribes to it.
    #[serde(rename = "webhook.test")]
    WebhookTest,
}

impl WebhookEventType {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::AlertOpened,
        Self::AlertEscalated,
        Self::AlertResolved,
        Self::ConsentGranted,
        Self::ConsentDenied,
        Self::ConsentExpired,
        Self::ConsentRevoked,
        Self::ConversionCreated,
        Self::DataRequestCompleted,
        Self::LinkClicked,
        Self::RecapReady,
        Self::ReportReady,
        Self::WebhookTest,
    ];

    /// The type as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlertOpened => "alert.opened",
            Self::AlertEscalated => "alert.escalated",
            Self::AlertResolved => "alert.resolved",
            Self::ConsentGranted => "consent.granted",
            Self::ConsentDenied => "consent.denied",
            Self::ConsentExpired => "consent.expired",
            Self::ConsentRevoked => "consent.revoked",
            Self::ConversionCreated => "conversion.created",
            Self::DataRequestCompleted => "data_request.completed",
            Self::LinkClicked => "link.clicked",
            Self::RecapReady => "recap.ready",
            Self::ReportReady => "report.ready",
            Self::WebhookTest => "webhook.test",
        }
    }

    /// Parses the type as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whether a receiver is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// It is.
    Enabled,
    /// It is not, until it is enabled again.
    Disabled,
}

/// Why a receiver is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookDisabledReason {
    /// An operator disabled it.
    Operator,
    /// It took nothing for five days.
    Failing,
    /// It answered 410.
    Gone,
}

/// A receiver, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where messages are sent.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://hooks.example.org/viral-engine")
    )]
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it is told.
    pub event_types: Vec<WebhookEventType>,
    /// Whether it is told anything.
    pub status: WebhookStatus,
    /// Since when it is not.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Why it is not.
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// First failure since the last success; after five days it is disabled.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until then messages are signed with the former secret as well.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// Grows with each change; also the ETag.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// A receiver with its new secret, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedWebhook {
    /// The receiver.
    pub webhook: Webhook,
    /// What messages are signed with, `whsec_…`. It is stored encrypted and can not be shown again.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    )]
    pub secret: String,
}

/// Body of `create_webhook`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where to send messages: https, and a host on the public internet.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(
            min = 1,
            max = 2048,
            message = "Give a URL, of at most 2048 characters."
        )
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "https://hooks.example.org/viral-engine",
            min_length = 1,
            max_length = 2048,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub url: String,
    /// What it is for.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(max = 200, message = "Give at most 200 characters.")
    )]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Tells the CRM of conversions",
            max_length = 200,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub description: String,
    /// What to tell it.
    #[validate(length(min = 1, max = 50, message = "Name at least one event type."))]
    #[cfg_attr(feature = "openapi", schema(example = json!(["conversion.created", "alert.opened"]), min_items = 1, max_items = 50))]
    pub event_types: Vec<WebhookEventType>,
}

/// Body of `update_webhook`. Absent fields stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// Where to send messages.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(
            min = 1,
            max = 2048,
            message = "Give a URL, of at most 2048 characters."
        )
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "https://hooks.example.org/viral-engine",
            min_length = 1,
            max_length = 2048,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub url: Option<String>,
    /// What it is for.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(max = 200, message = "Give at most 200 characters.")
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 200,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub description: Option<String>,
    /// What to tell it.
    #[validate(length(min = 1, max = 50, message = "Name at least one event type."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(["link.clicked"]), min_items = 1, max_items = 50))]
    pub event_types: Option<Vec<WebhookEventType>>,
    /// `disabled` stops all messages to it. `enable_webhook` turns it on again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "disabled"))]
    pub status: Option<WebhookStatus>,
}

/// Body of `rotate_webhook_secret`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateWebhookSecret {
    /// Hours in which messages are signed with the former secret as well, 0 to 168; default 24.
    #[validate(range(max = 168, message = "Give 0 to 168 hours."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 168))]
    pub overlap_hours: Option<u32>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryStatus {
    /// It is being sent, or will be again.
    Pending,
    /// The receiver has it.
    Delivered,
    /// Every attempt failed.
    Failed,
    /// The receiver was disabled before it got it.
    Skipped,
}

impl WebhookDeliveryStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Skipped];

    /// The status as sent and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Parses the status as sent and stored.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// One message to one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// The message, also its `webhook-id`: the same for every attempt.
    pub message_id: WebhookMessageId,
    /// What it tells.
    pub event_type: WebhookEventType,
    /// How far it is.
    pub status: WebhookDeliveryStatus,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// When it is sent again.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was delivered or given up.
    pub finished_at: Option<DateTime<Utc>>,
    /// Attempts so far, in their order.
    pub attempts: Vec<WebhookAttempt>,
}

/// One attempt to deliver a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAttempt {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Status of the answer; null without one.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub status_code: Option<u16>,
    /// Milliseconds until the answer was read or the attempt was given up.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 42))]
    pub latency_ms: i64,
    /// First KiB of the answer, with personal information taken out.
    #[cfg_attr(feature = "openapi", schema(example = "ok"))]
    pub answer: Option<String>,
    /// Why there was no answer.
    #[cfg_attr(feature = "openapi", schema(example = "the connection was refused"))]
    pub error: Option<String>,
}
