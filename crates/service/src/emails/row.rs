//! Messages between their row and the answer.

use viral_engine_api_types::emails::{
    Email, EmailKind, EmailLocale, EmailState, EmailTransport, SuppressionReason,
};
use viral_engine_db::DbError;
use viral_engine_db::emails::EmailRow;
use viral_engine_domain::emails::{self as rules, Reason};

use super::seal::open_address;
use crate::error::{ServiceError, ServiceResult};
use crate::users::PersonalKeys;

/// The message as it is answered; with its recipient for whoever may read that.
pub(crate) fn email(row: &EmailRow, keys: Option<&PersonalKeys>) -> ServiceResult<Email> {
    let recipient = match keys {
        Some(keys) => open_address(keys, row)?,
        None => None,
    };
    Ok(Email {
        id: row.id.into(),
        kind: kind(row)?,
        subject_key: row.subject_key.clone(),
        sequence: row.sequence,
        recipient: recipient.map(|address| address.expose().to_owned()),
        locale: locale(row)?,
        subject_line: row.subject_line.clone(),
        state: state(row)?,
        suppressed_for: parsed(row.suppressed_for.as_deref(), SuppressionReason::parse)?,
        transport: parsed(row.transport.as_deref(), EmailTransport::parse)?,
        attempts: row.attempts,
        message_id: row.message_id.clone(),
        last_error: row.last_error.clone(),
        job_id: row.job_id.map(Into::into),
        created_at: row.created_at,
        sent_at: row.sent_at,
    })
}

pub(super) fn kind(row: &EmailRow) -> ServiceResult<EmailKind> {
    EmailKind::parse(&row.kind).ok_or_else(|| unknown(&row.kind))
}

pub(super) fn locale(row: &EmailRow) -> ServiceResult<EmailLocale> {
    EmailLocale::parse(&row.locale).ok_or_else(|| unknown(&row.locale))
}

pub(crate) fn state(row: &EmailRow) -> ServiceResult<EmailState> {
    EmailState::parse(&row.state).ok_or_else(|| unknown(&row.state))
}

/// Writes what an event makes of a message's state.
///
/// # Errors
/// [`ServiceError::Conflict`] when the message is past it.
pub(super) fn advance(row: &mut EmailRow, event: rules::EmailEvent) -> ServiceResult<()> {
    let next = rule_state(state(row)?)
        .after(event)
        .map_err(|error| ServiceError::Conflict(error.to_string()))?;
    row.state = sent_state(next).as_str().to_owned();
    Ok(())
}

/// The state as the rules see it.
pub(super) fn rule_state(state: EmailState) -> rules::EmailState {
    match state {
        EmailState::Queued => rules::EmailState::Queued,
        EmailState::Sent => rules::EmailState::Sent,
        EmailState::Failed => rules::EmailState::Failed,
        EmailState::Bounced => rules::EmailState::Bounced,
        EmailState::Suppressed => rules::EmailState::Suppressed,
    }
}

fn sent_state(state: rules::EmailState) -> EmailState {
    match state {
        rules::EmailState::Queued => EmailState::Queued,
        rules::EmailState::Sent => EmailState::Sent,
        rules::EmailState::Failed => EmailState::Failed,
        rules::EmailState::Bounced => EmailState::Bounced,
        rules::EmailState::Suppressed => EmailState::Suppressed,
    }
}

/// The reason as stored and sent.
pub(super) fn sent_reason(reason: Reason) -> SuppressionReason {
    match reason {
        Reason::Minor => SuppressionReason::Minor,
        Reason::Complaint => SuppressionReason::Complaint,
        Reason::Bounced => SuppressionReason::Bounced,
        Reason::Unsubscribed => SuppressionReason::Unsubscribed,
    }
}

/// The reason as the rules see it.
pub(super) fn rule_reason(name: &str) -> ServiceResult<Reason> {
    Ok(match SuppressionReason::parse(name) {
        Some(SuppressionReason::Minor) => Reason::Minor,
        Some(SuppressionReason::Complaint) => Reason::Complaint,
        Some(SuppressionReason::Bounced) => Reason::Bounced,
        Some(SuppressionReason::Unsubscribed) => Reason::Unsubscribed,
        None => return Err(unknown(name)),
    })
}

fn parsed<T>(name: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> ServiceResult<Option<T>> {
    name.map(|name| parse(name).ok_or_else(|| unknown(name)))
        .transpose()
}

fn unknown(name: &str) -> ServiceError {
    ServiceError::Internal(format!("an email has the unknown word {name}"))
}

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("email"),
        other => other.into(),
    }
}
