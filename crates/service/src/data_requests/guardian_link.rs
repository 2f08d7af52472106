//! The links by which guardians ask for what is held on a child. The link of an older message may have been passed on, so each
//! thing needs a fresh one, mailed to the address on record, that works once.
//!
//! A link is for the guardian on record, reached at the address on record: it ends when either is replaced. Whoever mails or uses
//! one locks both people first, as whoever replaces a guardian or an address does.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::DbError;
use viral_engine_db::consents::{ConsentRow, consents_of_guardian};
use viral_engine_db::data_requests::{
    self as db, DataLinkRow, count_data_links, find_data_link, insert_data_link,
};
use viral_engine_db::users::{UserRow, find_user_by_id, lock_users_by_id};
use viral_engine_domain::consents::ConsentState;
use viral_engine_domain::emails::Address;

use super::guardian::Asked;
use crate::audit;
use crate::caller::Caller;
use crate::consents::{first_name, language};
use crate::context::Context;
use crate::emails::{DataLink, Mail, NewEmail, queue_email};
use crate::error::{ServiceError, ServiceResult};
use crate::secret::{SecretText, hash};
use crate::users::{Field, PersonalKeys};

pub(super) const MISSING: ServiceError = ServiceError::NotFound("page");
/// A link works for so long.
const WORKS_FOR: TimeDelta = TimeDelta::hours(24);
/// Most links that a guardian is mailed within a day.
const MOST_A_DAY: i64 = 10;

/// Whether a guardian may ask for what is held on a child: the one on record, who has proved to be one. What is held on an adult
/// is the adult's to ask for.
pub(crate) fn may_ask(consents: &[ConsentRow], guardian: Uuid, child: &UserRow) -> bool {
    child.guardian_id == Some(guardian)
        && child.age_band != AgeBand::Adult.as_str()
        && has_proved(consents, child.id)
}

/// Whether the one who gave these consents has proved to be a child's guardian: the first of two steps proves nothing.
pub(crate) fn has_proved(consents: &[ConsentRow], child: Uuid) -> bool {
    let mut about = consents.iter().filter(|row| row.child_id == child);
    about.any(|row| row.evidence_at.is_some() && row.state != ConsentState::ConfirmPending.as_str())
}

/// What became of a link that a guardian asked for.
pub(crate) enum Mailed {
    /// It is on its way.
    Yes,
    /// There is no address to mail it to.
    NoAddress,
    /// So many were mailed today that there is no other.
    TooOften,
}

/// Mails a guardian a link for one thing about a child.
///
/// # Errors
/// A conflict when the guardian has not proved to be the child's.
pub(crate) async fn mail_data_link(
    context: &Context,
    caller: &Caller,
    (guardian, child): (Uuid, Uuid),
    asked: Asked,
    lang: Option<EmailLocale>,
) -> ServiceResult<Mailed> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let parties = lock_parties(conn, guardian, child).await?;
        let now = context.now();
        if count_data_links(conn, guardian, now - TimeDelta::days(1)).await? >= MOST_A_DAY {
            return Ok(Mailed::TooOften);
        }
        let Some(to) = address(context, &parties.guardian)? else {
            return Ok(Mailed::NoAddress);
        };
        let secret = SecretText::random("")?;
        let row = DataLinkRow {
            token_hash: secret.hash().to_vec(),
            kind: asked.as_str().to_owned(),
            guardian_id: guardian,
            child_id: child,
            created_at: now,
            expires_at: now + WORKS_FOR,
            used_at: None,
            request_id: None,
        };
        insert_data_link(conn, &row).await?;
        let mail = DataLink {
            child: first_name(context, &parties.child)?,
            asked: asked.as_str().to_owned(),
            page_url: format!("{}/d/{}", context.config.public_url, secret.expose()),
            until: row.expires_at,
        };
        let email = NewEmail {
            mail: Mail::DataLink(mail),
            subject_key: format!("data-rights/{}/{child}", Uuid::now_v7()),
            to,
            name: None,
            locale: lang.unwrap_or_else(|| language(&parties.guardian)),
            about: vec![child],
        };
        queue_email(conn, context, &email).await?;
        record(conn, context, caller, "ask_for_data_link", &row).await?;
        Ok(Mailed::Yes)
    })
    .await
}

/// Records that a link was mailed or used: for what, about whom.
///
/// # Errors
/// When the database or the key store refuses.
pub(super) async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    link: &DataLinkRow,
) -> ServiceResult<()> {
    let child = link.child_id.to_string();
    let object = ("user", child.as_str());
    let changes = json!({ "asked": link.kind });
    audit::record(conn, context, caller, action, object, changes).await
}

/// Who asks, about whom.
struct Parties {
    guardian: UserRow,
    child: UserRow,
}

/// A child and the guardian, locked, if the guardian may ask for what is held: until the transaction ends nobody else becomes the
/// guardian, and the address stays.
async fn lock_parties(
    conn: &mut AsyncPgConnection,
    guardian: Uuid,
    child: Uuid,
) -> ServiceResult<Parties> {
    let missing = || ServiceError::Conflict("this is no child of the guardian".to_owned());
    let consents = consents_of_guardian(conn, guardian).await?;
    if !has_proved(&consents, child) {
        return Err(missing());
    }
    let locked = lock_users_by_id(conn, &[guardian, child]).await?;
    let of_id = |id: Uuid| locked.iter().find(|row| row.id == id).cloned();
    let parties = Parties {
        guardian: of_id(guardian).ok_or_else(missing)?,
        child: of_id(child).ok_or_else(missing)?,
    };
    match may_ask(&consents, guardian, &parties.child) {
        true => Ok(parties),
        false => Err(missing()),
    }
}

fn address(context: &Context, guardian: &UserRow) -> ServiceResult<Option<Address>> {
    let keys = PersonalKeys::of(&context.keys);
    let cipher = guardian.email_cipher.as_deref();
    let opened = cipher.map(|cipher| keys.open(guardian.id, Field::Email, cipher));
    let text = opened.transpose()?.flatten();
    Ok(text.and_then(|text| Address::parse(&text).ok()))
}

/// The link of a token, while it works; the guardian and the child are locked until the transaction ends.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is none of ours, or works no more.
pub(super) async fn living(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
) -> ServiceResult<DataLinkRow> {
    let found = find_link(conn, token).await?;
    let locked = lock_parties(conn, found.guardian_id, found.child_id).await;
    let parties = locked.map_err(|error| match error {
        ServiceError::Conflict(_) => MISSING,
        other => other,
    })?;
    // Read again: somebody else may have used or ended it before the people were locked.
    let link = find_link(conn, token).await?;
    let is_over = link.expires_at <= context.now() || parties.guardian.email_hash.is_none();
    match is_over {
        true => Err(MISSING),
        false => Ok(link),
    }
}

/// Whether the link in a message would still open something; nobody is locked.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn still_opens(
    conn: &mut AsyncPgConnection,
    context: &Context,
    url: &str,
) -> ServiceResult<bool> {
    let token = url.rsplit('/').next().unwrap_or_default();
    let link = match find_link(conn, token).await {
        Ok(link) if link.expires_at > context.now() => link,
        Ok(_) | Err(ServiceError::NotFound(_)) => return Ok(false),
        Err(other) => return Err(other),
    };
    let consents = consents_of_guardian(conn, link.guardian_id).await?;
    let child = find_user_by_id(conn, link.child_id).await?;
    Ok(may_ask(&consents, link.guardian_id, &child))
}

async fn find_link(conn: &mut AsyncPgConnection, token: &str) -> ServiceResult<DataLinkRow> {
    let found = find_data_link(conn, &hash(token)).await;
    found.map_err(|error| match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    })
}

/// Ends the links of guardians whose address is another one now, or none: they lie in mail that somebody else may read. Call it in
/// the transaction that has locked the guardians to change their addresses.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn end_data_links(
    conn: &mut AsyncPgConnection,
    context: &Context,
    guardians: &[Uuid],
) -> ServiceResult<()> {
    if guardians.is_empty() {
        return Ok(());
    }
    Ok(db::end_data_links(conn, guardians, context.now()).await?)
}
