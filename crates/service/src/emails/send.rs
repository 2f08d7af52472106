//! The job that hands a message to the mail server.
//!
//! No transaction is open while the server is talked to. What came of it is written in the transaction that ends the
//! job: a message repeats only if the process died in between, and then with the same Message-ID.

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address as LettreAddress, Message};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;
use viral_engine_api_types::emails::{EmailState, EmailTransport};
use viral_engine_api_types::flags::FlagKey;
use viral_engine_db::emails::{self as db, EmailRow};
use viral_engine_db::jobs::delete_job;
use viral_engine_domain::consents::{Gate, GatedAction};
use viral_engine_domain::emails::{EmailEvent, Purpose, Reason};

use super::content::{Mail, purpose};
use super::overtaken::overtaken;
use super::queue::{UNIQUE_FOR, count};
use super::row::{self, advance};
use super::seal::{Content, hashes, open_address};
use super::suppress::reason_against;
use super::templates::{Frame, render};
use super::unsubscribe::unsubscribe_url;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::{JobPayload, Queue, Unfinished, When, enqueue_for};
use crate::users::PersonalKeys;

/// What waits for delivery to be switched on is looked at again after so long.
const ASKED_AGAIN_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Sends a message.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendEmail {
    /// The message.
    pub email: Uuid,
}

impl JobPayload for SendEmail {
    const KIND: &'static str = "send_email";
    /// Asked when a recap is queued and again when it is sent; one that waits is withdrawn with the consent.
    const GATE: Gate = Gate::Asks(GatedAction::ShareProgressWithGuardian);
    const QUEUE: Queue = Queue::Email;
    const MAX_ATTEMPTS: u32 = 5;
    const UNIQUE_FOR: Option<TimeDelta> = Some(UNIQUE_FOR);

    fn unique_key(&self) -> Option<String> {
        Some(self.email.to_string())
    }
}

/// Why a message was not taken, without a word about its recipient.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct SendError {
    /// Whether no other attempt would succeed either.
    pub is_for_good: bool,
    detail: String,
}

impl SendError {
    /// Another attempt may succeed.
    pub fn later(detail: impl Into<String>) -> Self {
        Self {
            is_for_good: false,
            detail: detail.into(),
        }
    }

    /// No attempt would.
    pub fn for_good(detail: impl Into<String>) -> Self {
        Self {
            is_for_good: true,
            detail: detail.into(),
        }
    }
}

/// What is to be done about a message.
#[derive(Debug)]
pub enum Sending {
    /// Nothing: it has come to its end already.
    Over,
    /// Not to be sent.
    Suppressed(SuppressedFor),
    /// Not now.
    Refused(SendError),
    /// Not before delivery is on: it must not be lost.
    Waits,
    /// To be handed over.
    Message(Box<Message>),
}

/// Why a message is not to be sent.
#[derive(Clone, Copy, Debug)]
pub struct SuppressedFor(Reason);

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Taken; by a mail server, or else by the built-in outbox.
    Sent {
        /// Whether it left the engine.
        left: bool,
    },
    /// Not to be sent.
    Suppressed(SuppressedFor),
    /// Not taken. Whether it is tried again is for its job to say.
    Failed(SendError),
}

/// Makes a message ready and counts the attempt. Call it in a transaction in which the job is held.
///
/// # Errors
/// When the database refuses, or the message can not be read.
pub async fn prepare(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: Uuid,
) -> ServiceResult<Sending> {
    let mut row = db::lock_email(conn, email).await.map_err(row::missing)?;
    match row::state(&row)? {
        EmailState::Queued => {}
        // Withdrawn, or its secret is gone: there is nothing left to send.
        EmailState::Failed if row.content_cipher.is_none() => return Ok(Sending::Over),
        // Its job ended with it, so that only an operator can have had the job run again.
        EmailState::Failed => {
            advance(&mut row, EmailEvent::Retried)?;
            db::update_email(conn, &row).await?;
        }
        _ => return Ok(Sending::Over),
    }
    let keys = PersonalKeys::of(&context.keys);
    let (Some(to), Some(content)) = (open_address(&keys, &row)?, Content::open(&keys, &row)?)
    else {
        return Err(ServiceError::Internal(format!(
            "email {email} has no recipient"
        )));
    };
    if let Some(why) = overtaken(conn, context, &row, (&content.mail, &to)).await? {
        withdraw(conn, context, row, why).await?;
        return Ok(Sending::Over);
    }
    if let Some(reason) = reason_against(conn, row::kind(&row)?, &hashes(&keys, &to)).await? {
        return Ok(Sending::Suppressed(SuppressedFor(reason)));
    }
    if !flags::is_on(conn, FlagKey::EmailDelivery).await? {
        if matches!(content.mail, Mail::Consent(_)) {
            return Ok(Sending::Waits);
        }
        return Ok(Sending::Refused(SendError::later(
            "email delivery is switched off",
        )));
    }
    row.attempts += 1;
    db::update_email(conn, &row).await?;
    let to = to
        .expose()
        .parse()
        .map_err(|_| unreadable("recipient", email))?;
    Ok(Sending::Message(Box::new(message(
        context, &row, to, content,
    )?)))
}

/// Lets a message wait, in the transaction that ends `job`, and answers whether another job will send it: then the ended one is
/// removed, so that a message has one row of jobs however long it waits.
///
/// # Errors
/// When the database refuses.
pub async fn send_later(
    conn: &mut AsyncPgConnection,
    email: Uuid,
    job: Uuid,
) -> ServiceResult<bool> {
    let mut row = db::lock_email(conn, email).await.map_err(row::missing)?;
    let next = enqueue_for(conn, &SendEmail { email }, When::After(ASKED_AGAIN_AFTER)).await?;
    if next.is_new {
        row.job_id = Some(next.id.0);
        row.last_error = Some("email delivery is switched off".to_owned());
        db::update_email(conn, &row).await?;
        delete_job(conn, job).await?;
    }
    Ok(next.is_new)
}

/// Writes down how an attempt ended. A message whose attempt failed is given up when its job is, in one transaction.
///
/// # Errors
/// When the database refuses.
pub async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: Uuid,
    outcome: &Outcome,
) -> ServiceResult<()> {
    let mut row = db::lock_email(conn, email).await.map_err(row::missing)?;
    if row::state(&row)? != EmailState::Queued {
        // Returned before it was known that it had been sent.
        return Ok(());
    }
    match outcome {
        Outcome::Sent { left } => {
            advance(&mut row, EmailEvent::Sent)?;
            let transport = if *left {
                EmailTransport::Smtp
            } else {
                EmailTransport::Outbox
            };
            row.transport = Some(transport.as_str().to_owned());
            row.sent_at = Some(context.now());
            row.last_error = None;
        }
        Outcome::Suppressed(SuppressedFor(reason)) => {
            advance(&mut row, EmailEvent::Suppressed)?;
            row.suppressed_for = Some(row::sent_reason(*reason).as_str().to_owned());
        }
        Outcome::Failed(error) => {
            row.last_error = Some(error.to_string());
            count(&row.kind, "attempt_failed");
            return Ok(db::update_email(conn, &row).await?);
        }
    }
    end(conn, context, row).await
}

/// Gives a message up that its job will not send any more.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn end_unfinished(
    conn: &mut AsyncPgConnection,
    context: &Context,
    job: &SendEmail,
    why: Unfinished,
) -> ServiceResult<()> {
    let mut row = db::lock_email(conn, job.email)
        .await
        .map_err(row::missing)?;
    if row::state(&row)? != EmailState::Queued {
        return Ok(());
    }
    let unknown = match why {
        Unfinished::Cancelled => "its job was cancelled",
        Unfinished::Discarded => "its job was given up: see there for the cause",
    };
    if why == Unfinished::Cancelled || row.last_error.is_none() {
        row.last_error = Some(unknown.to_owned());
    }
    advance(&mut row, EmailEvent::GivenUp)?;
    end(conn, context, row).await
}

/// Gives a message up that must not be sent any more, if it still waits.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn withdraw_email(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: Uuid,
    why: &str,
) -> ServiceResult<()> {
    let row = db::lock_email(conn, email).await.map_err(row::missing)?;
    match row::state(&row)? {
        EmailState::Queued => withdraw(conn, context, row, why).await,
        _ => Ok(()),
    }
}

async fn withdraw(
    conn: &mut AsyncPgConnection,
    context: &Context,
    mut row: EmailRow,
    why: &str,
) -> ServiceResult<()> {
    row.last_error = Some(why.to_owned());
    advance(&mut row, EmailEvent::GivenUp)?;
    row.content_cipher = None;
    end(conn, context, row).await
}

/// Keeps a message that will not be tried again.
async fn end(
    conn: &mut AsyncPgConnection,
    context: &Context,
    mut row: EmailRow,
) -> ServiceResult<()> {
    forget_secrets(context, &mut row)?;
    db::update_email(conn, &row).await?;
    count(&row.kind, &row.state);
    Ok(())
}

/// What may be sent only once is not kept longer than it takes.
fn forget_secrets(context: &Context, row: &mut EmailRow) -> ServiceResult<()> {
    let keys = PersonalKeys::of(&context.keys);
    if Content::open(&keys, row)?.is_some_and(|content| content.mail.is_sent_once()) {
        row.content_cipher = None;
    }
    Ok(())
}

fn message(
    context: &Context,
    row: &EmailRow,
    to: LettreAddress,
    content: Content,
) -> ServiceResult<Message> {
    let kind = row::kind(row)?;
    let unsubscribe = match purpose(kind) {
        Purpose::Subscription => Some(unsubscribe_url(context, row.id)?),
        Purpose::Transaction => None,
    };
    let frame = Frame {
        locale: row::locale(row)?,
        public_url: &context.config.public_url,
        unsubscribe_url: unsubscribe.as_deref(),
    };
    let rendered = render(&content.mail, &frame)?;
    let mut builder = Message::builder()
        .from(context.mailer.from().clone())
        .to(Mailbox::new(content.name.map(one_line), to))
        .subject(row.subject_line.as_str())
        .date(context.now().into())
        .message_id(Some(row.message_id.clone()))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(url) = &unsubscribe {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{url}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            ));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            rendered.text,
            rendered.html,
        ))
        .map_err(|_| unreadable("message", row.id))
}

/// A name as it may stand in a header, whatever somebody called themselves.
fn one_line(name: String) -> String {
    name.replace(char::is_control, " ")
}

/// A header of ASCII that must stand on one line: what is folded or encoded is no URL any more.
fn header(name: &'static str, value: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

fn unreadable(what: &str, email: Uuid) -> ServiceError {
    ServiceError::Internal(format!("the {what} of email {email} could not be written"))
}
