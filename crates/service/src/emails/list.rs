//! The outbox as operators see it.

use viral_engine_api_types::emails::{
    Email, EmailDetails, EmailHeader, EmailKind, EmailPreview, EmailState,
};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{EmailId, Page};
use viral_engine_db::emails::{self as db, EmailFilter, EmailRow};
use viral_engine_domain::emails::Purpose;

use super::content::purpose;
use super::row::{self, email, missing};
use super::seal::Content;
use super::templates::{Frame, render};
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::ServiceResult;
use crate::users::PersonalKeys;

/// Which messages to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmailQuery {
    /// In this state.
    pub state: Option<EmailState>,
    /// Of this kind.
    pub kind: Option<EmailKind>,
}

/// The messages, newest first. Recipients are shown to whoever may read personal fields.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_emails(
    context: &Context,
    caller: &Caller,
    query: EmailQuery,
    page: PageRequest,
) -> ServiceResult<Page<Email>> {
    let filter = EmailFilter {
        state: query.state.map(EmailState::as_str),
        kind: query.kind.map(EmailKind::as_str),
    };
    let mut conn = context.connection().await?;
    let rows = db::list_emails(&mut conn, filter, page.query()).await?;
    let keys = readable(context, caller);
    let emails: ServiceResult<Vec<_>> = rows.iter().map(|row| email(row, keys.as_ref())).collect();
    Ok(page.page(emails?, |email| (email.created_at, email.id.0)))
}

/// A message with its headers and, for whoever may read personal fields, what it says.
///
/// # Errors
/// When there is none with this id.
pub async fn get_email(
    context: &Context,
    caller: &Caller,
    id: EmailId,
) -> ServiceResult<EmailDetails> {
    let mut conn = context.connection().await?;
    let row = db::find_email(&mut conn, id.0).await.map_err(missing)?;
    let keys = readable(context, caller);
    let email = email(&row, keys.as_ref())?;
    let content = match &keys {
        Some(keys) => Content::open(keys, &row)?,
        None => None,
    };
    Ok(EmailDetails {
        headers: headers(context, &email),
        preview: content
            .map(|content| preview(context, &row, content))
            .transpose()?,
        email,
    })
}

fn readable(context: &Context, caller: &Caller) -> Option<PersonalKeys> {
    caller
        .may(Permission::UsersReadPersonal)
        .then(|| PersonalKeys::of(&context.keys))
}

/// The headers that people ask for. The link that unsubscribes is the recipient's alone.
fn headers(context: &Context, email: &Email) -> Vec<EmailHeader> {
    let header = |name: &str, value: String| EmailHeader {
        name: name.to_owned(),
        value,
    };
    let mut headers = vec![header("From", context.mailer.from().to_string())];
    headers.extend(email.recipient.clone().map(|to| header("To", to)));
    headers.push(header("Subject", email.subject_line.clone()));
    headers.push(header("Message-ID", email.message_id.clone()));
    if purpose(email.kind) == Purpose::Subscription {
        headers.push(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ));
    }
    headers
}

fn preview(context: &Context, row: &EmailRow, content: Content) -> ServiceResult<EmailPreview> {
    let public_url = context.config.public_url.as_str();
    let can_unsubscribe = purpose(row::kind(row)?) == Purpose::Subscription;
    let frame = Frame {
        locale: row::locale(row)?,
        public_url,
        unsubscribe_url: can_unsubscribe.then_some("#"),
    };
    let rendered = render(&content.mail.without_secrets(public_url), &frame)?;
    Ok(EmailPreview {
        subject_line: row.subject_line.clone(),
        html: rendered.html,
        text: rendered.text,
    })
}
