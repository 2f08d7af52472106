//! Queues messages, each once.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::emails::{Email, EmailLocale, EmailState, SendTestEmail};
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{EmailId, FieldError};
use viral_engine_db::emails::{self as db, EmailRow};
use viral_engine_domain::emails::{Address, Reason, Recipients, RecipientsError, message_id};

use super::content::{Mail, TestMessage};
use super::row;
use super::seal::{Content, hashes, seal_address};
use super::send::SendEmail;
use super::suppress::reason_against;
use super::templates::subject_line;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::enqueue;
use crate::users::{Field, PersonalKeys, UserKey, keys_of};

/// A message to queue.
#[derive(Clone, Debug)]
pub struct NewEmail {
    /// What is said.
    pub mail: Mail,
    /// What it is about: of one kind and subject, a recipient gets one message. Ids only, such as `report/UUID`.
    pub subject_key: String,
    /// Whom it goes to.
    pub to: Address,
    /// The recipient's name, if known.
    pub name: Option<String>,
    /// Language.
    pub locale: EmailLocale,
    /// Of whom it tells, by our ids: with the end of any of their keys nobody can read it any more.
    pub about: Vec<Uuid>,
}

/// A message that is on its way, or was already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedEmail {
    /// Its id.
    pub id: EmailId,
    /// Whether it was queued just now.
    pub is_new: bool,
    /// `Queued`, `Suppressed`, or where it is by now.
    pub state: EmailState,
}

/// Queues a message in the caller's transaction: it is sent once that commits, and never if it does not. A message of
/// this kind and subject that the recipient has, or waits for, is not queued again.
///
/// # Errors
/// [`viral_engine_api_types::ErrorCode::EmailDeliveryOff`] while delivery is switched off; when the database refuses.
pub async fn queue_email(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: &NewEmail,
) -> ServiceResult<QueuedEmail> {
    flags::require(conn, FlagKey::EmailDelivery).await?;
    queue_email_in_any_case(conn, context, email).await
}

/// The same of what must not be lost: while delivery is switched off it waits.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn queue_email_in_any_case(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: &NewEmail,
) -> ServiceResult<QueuedEmail> {
    let keys = PersonalKeys::of(&context.keys);
    let found = latest(conn, &keys, email).await?;
    if let Some(row) = found {
        return known(&row);
    }
    match store(conn, context, email, 1).await? {
        Some(row) => queued(&row, true),
        // Somebody else queued it at the same time.
        None => match latest(conn, &keys, email).await? {
            Some(row) => known(&row),
            None => Err(ServiceError::Internal(
                "an email was neither queued nor found".to_owned(),
            )),
        },
    }
}

/// Checks the recipients of a delivery; `pointer` names their list in the body.
///
/// # Errors
/// Every entry that is no address; that there are none, or more than 50.
pub fn parse_recipients(texts: &[String], pointer: &str) -> ServiceResult<Recipients> {
    Recipients::parse(texts).map_err(|error| {
        let detail = |error: &dyn std::fmt::Display| format!("{error}.");
        match error {
            RecipientsError::Malformed(faults) => ServiceError::Invalid(
                faults
                    .iter()
                    .map(|(index, fault)| {
                        FieldError::new(
                            format!("{pointer}/{index}"),
                            "malformed_email",
                            detail(fault),
                        )
                    })
                    .collect(),
            ),
            RecipientsError::Empty => ServiceError::field(pointer, "empty", detail(&error)),
            RecipientsError::TooMany => ServiceError::field(pointer, "too_many", detail(&error)),
        }
    })
}

/// Sends a message that only has to arrive.
///
/// # Errors
/// An address at fault; delivery that is switched off.
pub async fn send_test_email(
    context: &Context,
    caller: &Caller,
    body: &SendTestEmail,
) -> ServiceResult<Email> {
    let to = Address::parse(&body.to)
        .map_err(|error| ServiceError::field("/to", "malformed_email", format!("{error}.")))?;
    let email = NewEmail {
        mail: Mail::TestMessage(TestMessage {
            asked_at: context.now(),
        }),
        subject_key: format!("test/{}", Uuid::now_v7()),
        to,
        name: None,
        locale: body.locale.unwrap_or(EmailLocale::En),
        about: Vec::new(),
    };
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let queued = queue_email(conn, context, &email).await?;
            let id = queued.id.to_string();
            let object = ("email", id.as_str());
            audit::record(conn, context, caller, "send_test_email", object, json!({})).await?;
            ServiceResult::Ok(db::find_email(conn, queued.id.0).await?)
        })
        .await?;
    let keys = PersonalKeys::of(&context.keys);
    let shown = caller.may(Permission::UsersReadPersonal).then_some(&keys);
    row::email(&row, shown)
}

/// The message of this kind and subject that went to the recipient last.
pub(super) async fn latest(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    email: &NewEmail,
) -> ServiceResult<Option<EmailRow>> {
    let kind = email.mail.kind().as_str();
    let hashes = hashes(keys, &email.to);
    Ok(db::find_latest_email(conn, kind, &email.subject_key, &hashes).await?)
}

/// Stores a message and asks for its sending, unless the recipient gets no such mail. `None` when it is there already.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: &NewEmail,
    sequence: i32,
) -> ServiceResult<Option<EmailRow>> {
    let keys = PersonalKeys::of(&context.keys);
    let kind = email.mail.kind();
    let against = reason_against(conn, kind, &hashes(&keys, &email.to)).await?;
    let user_keys = keys_of(conn, &keys, &email.about).await?;
    let mut row = draft(context, (&keys, &user_keys), email, sequence, against)?;
    if !db::insert_email(conn, &row).await? {
        return Ok(None);
    }
    if against.is_none() {
        let job = enqueue(conn, &SendEmail { email: row.id }).await?;
        row.job_id = Some(job.id.0);
        db::update_email(conn, &row).await?;
    }
    count(kind.as_str(), &row.state);
    Ok(Some(row))
}

/// The row of a message; suppressed if there is a reason against it.
pub(super) fn draft(
    context: &Context,
    (keys, user_keys): (&PersonalKeys, &HashMap<Uuid, UserKey>),
    email: &NewEmail,
    sequence: i32,
    against: Option<Reason>,
) -> ServiceResult<EmailRow> {
    let id = Uuid::now_v7();
    let about = email.about.iter().filter_map(|user| user_keys.get(user));
    let about: Vec<UserKey> = about.copied().collect();
    let state = match against {
        None => EmailState::Queued,
        Some(_) => EmailState::Suppressed,
    };
    let content = Content {
        name: email.name.clone(),
        mail: email.mail.clone(),
    };
    Ok(EmailRow {
        id,
        kind: email.mail.kind().as_str().to_owned(),
        subject_key: email.subject_key.clone(),
        recipient_hash: keys.search_hash(Field::Email, &email.to.key())?,
        sequence,
        address_cipher: Some(seal_address(keys, id, &email.to, &about)?),
        content_cipher: Some(content.seal(keys, id, &about)?),
        locale: email.locale.as_str().to_owned(),
        subject_line: subject_line(&email.mail, email.locale),
        state: state.as_str().to_owned(),
        suppressed_for: against.map(|reason| row::sent_reason(reason).as_str().to_owned()),
        transport: None,
        attempts: 0,
        message_id: message_id(id, context.mailer.from().email.domain()),
        last_error: None,
        job_id: None,
        created_at: context.now(),
        sent_at: None,
    })
}

fn known(row: &EmailRow) -> ServiceResult<QueuedEmail> {
    queued(row, false)
}

fn queued(row: &EmailRow, is_new: bool) -> ServiceResult<QueuedEmail> {
    Ok(QueuedEmail {
        id: row.id.into(),
        is_new,
        state: row::state(row)?,
    })
}

/// Counts what becomes of messages.
pub(super) fn count(kind: &str, outcome: &str) {
    metrics::counter!("viral_engine_emails_total", "kind" => kind.to_owned(), "outcome" => outcome.to_owned())
        .increment(1);
}

/// So long after a message was queued, its job is not enqueued again.
pub(super) const UNIQUE_FOR: TimeDelta = TimeDelta::seconds(60);
