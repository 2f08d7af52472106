//! Mail that the engine sends: the outbox, templates, and what providers tell of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::words::words;
use crate::{EmailId, JobId};

words! {
    /// What a message is.
    EmailKind {
        /// A performance report is ready.
        ReportReady = "report_ready",
        /// What became of alerts of the guardrails.
        AlertDigest = "alert_digest",
        /// Somebody is invited to be an operator.
        OperatorInvitation = "operator_invitation",
        /// An operator tries whether mail arrives.
        TestMessage = "test_message",
        /// A receiver of webhooks is told nothing any more.
        WebhookDisabled = "webhook_disabled",
        /// What a parent's children did in a week.
        WeeklyRecap = "weekly_recap",
        /// A guardian is asked for consent.
        ConsentRequest = "consent_request",
        /// A guardian who has not answered is asked once more.
        ConsentReminder = "consent_reminder",
        /// The second step of a consent by messages.
        ConsentConfirmation = "consent_confirmation",
        /// It could not be told that a guardian is the guardian.
        ConsentUnverified = "consent_unverified",
        /// What a guardian has allowed, and how to take it back.
        ConsentReceipt = "consent_receipt",
        /// A link by which a guardian sees, gets or erases what is held on a child.
        DataLink = "data_link",
    }
}

words! {
    /// Where a message is on its way.
    EmailState {
        /// Waits for its turn, or for another attempt.
        Queued = "queued",
        /// Handed to the mail server, or kept in the built-in outbox.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
        /// Sent, and returned by the recipient's server.
        Bounced = "bounced",
        /// Not sent, since the recipient gets no such mail.
        Suppressed = "suppressed",
    }
}

words! {
    /// Why an address gets no mail.
    SuppressionReason {
        /// The recipient unsubscribed.
        Unsubscribed = "unsubscribed",
        /// An earlier message was returned for good.
        Bounced = "bounced",
        /// The recipient is a minor.
        Minor = "minor",
        /// The recipient reported an earlier message as spam.
        Complaint = "complaint",
    }
}

words! {
    /// What carried a message.
    EmailTransport {
        /// A mail server.
        Smtp = "smtp",
        /// The built-in outbox: no mail server is configured, nothing left the engine.
        Outbox = "outbox",
    }
}

words! {
    /// Language of a message.
    EmailLocale {
        /// English.
        En = "en",
        /// German.
        De = "de",
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Email {
    /// Its id.
    pub id: EmailId,
    /// What it is.
    pub kind: EmailKind,
    /// What it is about, with the id of that.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "report/01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f")
    )]
    pub subject_key: String,
    /// 1, and one more each time it was sent again on purpose.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub sequence: i32,
    /// Address; null without `users:read_personal`, or once erased.
    #[cfg_attr(feature = "openapi", schema(example = "ada@example.org"))]
    pub recipient: Option<String>,
    /// Language.
    pub locale: EmailLocale,
    /// Subject line.
    pub subject_line: String,
    /// Where it is on its way.
    pub state: EmailState,
    /// Why it was not sent, when it is suppressed.
    pub suppressed_for: Option<SuppressionReason>,
    /// What carried it; null until it is sent.
    pub transport: Option<EmailTransport>,
    /// Attempts to hand it to the mail server.
    pub attempts: i32,
    /// Its Message-ID, the same on every attempt.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "<01963b2e7f007c109c5e1a2b3c4d5e6f@example.org>")
    )]
    pub message_id: String,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
    /// The job that sends it.
    pub job_id: Option<JobId>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A message with what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailDetails {
    /// The message.
    pub email: Email,
    /// Its headers; those that tell who the recipient is only with `users:read_personal`.
    pub headers: Vec<EmailHeader>,
    /// What it says; null without `users:read_personal`, or once erased. One-time links are left out.
    pub preview: Option<EmailPreview>,
}

/// A header of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailHeader {
    /// Name.
    #[cfg_attr(feature = "openapi", schema(example = "Subject"))]
    pub name: String,
    /// Value, as people read it.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Weekly report: 2026-03-09 to 2026-03-15")
    )]
    pub value: String,
}

/// Both forms of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailPreview {
    /// Subject line.
    pub subject_line: String,
    /// A whole HTML document. Show it in a sandboxed frame.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailTemplate {
    /// What is made from it.
    pub kind: EmailKind,
    /// Languages it is there in.
    pub locales: Vec<EmailLocale>,
    /// Whether recipients can unsubscribe from it.
    pub can_unsubscribe: bool,
}

/// All templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailTemplateList {
    /// Every template.
    pub items: Vec<EmailTemplate>,
}

/// Body of `send_test_email`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SendTestEmail {
    /// Address that the message goes to.
    #[validate(length(min = 3, max = 254, message = "Give 3 to 254 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 254, example = "ada@example.org")
    )]
    pub to: String,
    /// Language; English when absent.
    pub locale: Option<EmailLocale>,
}

words! {
    /// What a provider tells of a message.
    EmailEventType {
        /// It was returned.
        Bounced = "bounced",
        /// The recipient reported it as spam.
        Complained = "complained",
    }
}

/// What a provider tells of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmailEvent {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EmailEventType,
    /// Message-ID of the message, with or without angle brackets.
    #[validate(length(min = 1, max = 300, message = "Give 1 to 300 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 300,
            example = "<01963b2e7f007c109c5e1a2b3c4d5e6f@example.org>"
        )
    )]
    pub message_id: String,
    /// Whether it was returned for good; true when absent. A temporary return changes nothing.
    pub permanent: Option<bool>,
}

/// Body of `report_email_events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportEmailEvents {
    /// 1 to 100 events.
    #[validate(length(min = 1, max = 100, message = "Give 1 to 100 events."), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub events: Vec<EmailEvent>,
}

/// What became of the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailEventsAnswer {
    /// Events that were taken, also those that changed nothing.
    pub accepted: u32,
    /// Events about messages that this engine did not send.
    pub unknown: u32,
}
