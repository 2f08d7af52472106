//! What guardians are written, and the links to their pages.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::EmailId;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_db::consents::{
    RequestRow, consents_of_request, first_text_of, requests_given_on_record,
};
use viral_engine_db::emails::find_email_about;
use viral_engine_db::users::{UserRow, find_user_by_id};
use viral_engine_domain::consents::{ConsentState, Door, DoorKeys, MOST_FAILURES, Method};
use viral_engine_domain::emails::{Address, shown_first_name};
use viral_engine_domain::lasting_keys::LastingKey;

use super::answer::locale;
use super::row::state;
use super::text::queue_text;
use super::verification::messages_of;
use crate::context::Context;
use crate::emails::{
    ConsentMail, ConsentStage, Mail, NewEmail, queue_email, queue_email_in_any_case,
};
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::lasting_keys::{former_lasting_keys, lasting_keys};
use crate::users::{Field, PersonalKeys};

/// Writes to the guardian of a request; does nothing once the address is gone.
pub(super) async fn write_to_guardian(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
    stage: ConsentStage,
    scopes: Vec<String>,
) -> ServiceResult<()> {
    if messages_of(request) == Method::TextPlus {
        return queue_text(conn, context, request, stage).await;
    }
    let Some(to) = contact(context, request)? else {
        return Ok(());
    };
    let child = find_user_by_id(conn, request.child_id).await?;
    let mail = ConsentMail {
        stage,
        child: first_name(context, &child)?,
        scopes,
        page_url: page_url(context, door_of(request, stage))?,
        until: request.until,
    };
    let email = NewEmail {
        mail: Mail::Consent(mail),
        subject_key: match stage {
            ConsentStage::Unverified(failures) => retry_key(request.id, failures),
            _ => subject_key(request.id),
        },
        to,
        name: None,
        locale: locale(&request.locale)?,
        about: vec![request.child_id],
    };
    match stage {
        ConsentStage::Request => queue_email(conn, context, &email).await?,
        // Nobody who asks waits for these: they are sent once delivery is on.
        _ => queue_email_in_any_case(conn, context, &email).await?,
    };
    Ok(())
}

/// Whether messages of a request can go out now.
pub(super) async fn can_write(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
) -> ServiceResult<bool> {
    match messages_of(request) {
        Method::TextPlus => Ok(true),
        _ => flags::is_on(conn, FlagKey::EmailDelivery).await,
    }
}

/// What the link in a message opens.
pub(super) fn door_of(request: &RequestRow, stage: ConsentStage) -> Door {
    match stage {
        ConsentStage::Request | ConsentStage::Reminder | ConsentStage::Unverified(_) => {
            Door::Answer(request.id)
        }
        ConsentStage::Confirmation => Door::Confirm(request.id),
        ConsentStage::Receipt => Door::Given(request.id),
    }
}

/// Whether a request went to the guardian's address or number on record now. Answering messages proves no more than that
/// somebody reads them: elsewhere they open what was allowed there and nothing else.
pub(super) async fn went_to_record(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
) -> ServiceResult<bool> {
    let guardian = find_user_by_id(conn, request.guardian_id).await?;
    let mut on_record = [&guardian.email_hash, &guardian.phone_hash]
        .into_iter()
        .flatten();
    Ok(on_record.any(|hash| *hash == request.contact_hash))
}

/// For each guardian who allows something, the page of it, as far as it may be opened by whoever reads what is sent to the
/// address on record: one query, whatever their number.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn consents_urls(
    conn: &mut AsyncPgConnection,
    context: &Context,
    guardians: &[Uuid],
) -> ServiceResult<HashMap<Uuid, String>> {
    let given = requests_given_on_record(conn, guardians).await?;
    let urls = given
        .into_iter()
        .map(|(guardian, request)| Ok((guardian, page_url(context, Door::Given(request))?)));
    urls.collect()
}

/// What messages of a request are about.
fn subject_key(request: Uuid) -> String {
    format!("consent/{request}")
}

/// Whether the request that messages with this subject key are about still waits for an answer.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn is_request_open(
    conn: &mut AsyncPgConnection,
    subject_key: &str,
) -> ServiceResult<bool> {
    match request_of(subject_key) {
        Some(request) => awaits_answer(conn, request).await,
        None => Ok(false),
    }
}

/// Whether anything that was allowed by the request that messages with this subject key are about still stands.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn is_request_given(
    conn: &mut AsyncPgConnection,
    subject_key: &str,
) -> ServiceResult<bool> {
    match request_of(subject_key) {
        Some(request) => is_given(conn, request).await,
        None => Ok(false),
    }
}

/// Whether anything that was allowed by a request still stands.
pub(super) async fn is_given(conn: &mut AsyncPgConnection, request: Uuid) -> ServiceResult<bool> {
    for row in consents_of_request(conn, request).await? {
        if matches!(state(&row)?, ConsentState::Active | ConsentState::Suspended) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn request_of(subject_key: &str) -> Option<Uuid> {
    subject_key.split('/').nth(1)?.parse().ok()
}

/// Whether any consent of a request is pending.
pub(super) async fn awaits_answer(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> ServiceResult<bool> {
    for row in consents_of_request(conn, request).await? {
        if state(&row)?.is_pending() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the message after a failed verification is about: each of them is one of its own.
fn retry_key(request: Uuid, failures: u8) -> String {
    format!("consent/{request}/{failures}")
}

/// All that messages of a request are about.
pub(super) fn subject_keys(request: Uuid) -> Vec<String> {
    let retries = (1..MOST_FAILURES).map(|failures| retry_key(request, failures));
    std::iter::once(subject_key(request))
        .chain(retries)
        .collect()
}

/// The first message of a request.
pub(super) async fn email_of(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> ServiceResult<Option<EmailId>> {
    let found = find_email_about(conn, &subject_key(request), "consent_request").await?;
    Ok(found.map(Into::into))
}

/// The first message of a request, as evidence names it.
pub(super) async fn first_message(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
) -> ServiceResult<String> {
    let name = match messages_of(request) {
        Method::TextPlus => first_text_of(conn, request.id)
            .await?
            .map(|text| format!("text/{}", text.id)),
        _ => email_of(conn, request.id)
            .await?
            .map(|email| format!("email/{email}")),
    };
    Ok(name.unwrap_or_default())
}

/// The address or number of the guardian as it was sealed; none once it is gone.
pub(super) fn sealed_contact(
    context: &Context,
    request: &RequestRow,
) -> ServiceResult<Option<String>> {
    let keys = PersonalKeys::of(&context.keys);
    let sealed = request.contact_cipher.as_deref();
    let opened = sealed
        .map(|sealed| keys.open(request.id, Field::ConsentContact, sealed))
        .transpose()?;
    Ok(opened.flatten())
}

/// By what somebody is known who is not asked again: the address or number, and whatever else reaches the same mailbox.
pub(super) fn suppressed_hashes(
    context: &Context,
    request: &RequestRow,
) -> ServiceResult<Vec<Vec<u8>>> {
    let keys = PersonalKeys::of(&context.keys);
    let mailbox = match request.channel.as_str() {
        "email" => contact(context, request)?.map(|address| address.mailbox_key()),
        _ => None,
    };
    let mailbox = mailbox.map(|key| keys.search_hash(Field::Email, &key));
    Ok(std::iter::once(request.contact_hash.clone())
        .chain(mailbox.transpose()?)
        .collect())
}

/// The address of the guardian; none once it is gone.
fn contact(context: &Context, request: &RequestRow) -> ServiceResult<Option<Address>> {
    let text = sealed_contact(context, request)?;
    let address = text.map(|text| Address::parse(&text)).transpose();
    address.map_err(|error| {
        ServiceError::Internal(format!(
            "address of consent request {}: {error}",
            request.id
        ))
    })
}

/// A child's first name: more is not needed to tell children apart.
pub(crate) fn first_name(context: &Context, child: &UserRow) -> ServiceResult<Option<String>> {
    let keys = PersonalKeys::of(&context.keys);
    let name = child.name_cipher.as_deref();
    let name = name
        .map(|cipher| keys.open(child.id, Field::Name, cipher))
        .transpose()?
        .flatten();
    Ok(name.as_deref().and_then(shown_first_name))
}

/// The language of a user: German for German, English for everybody else.
pub(crate) fn language(user: &UserRow) -> EmailLocale {
    let tag = user.locale.as_deref().unwrap_or_default();
    let language = tag.split('-').next().unwrap_or_default();
    EmailLocale::parse(&language.to_ascii_lowercase()).unwrap_or(EmailLocale::En)
}

/// The address of a guardian's page.
pub(super) fn page_url(context: &Context, door: Door) -> ServiceResult<String> {
    let token = keys(context).token(door);
    let token =
        token.ok_or_else(|| ServiceError::Internal("there is no key for pages".to_owned()))?;
    Ok(url_of_token(context, &token))
}

/// The address of the page that a token opens.
pub(super) fn url_of_token(context: &Context, token: &str) -> String {
    format!("{}/c/{token}", context.config.public_url)
}

/// Made from the keys of personal fields that are configured.
pub(super) fn keys(context: &Context) -> DoorKeys {
    DoorKeys::new(lasting_keys(&context.keys, LastingKey::Consents))
}

/// What a token opens. A link outlives the key that made it: it must be possible to take a consent back by any message.
///
/// # Errors
/// [`ServiceError::NotFound`] when the token is none of ours.
pub(super) async fn door(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
) -> ServiceResult<Door> {
    if let Some(door) = keys(context).read(token) {
        return Ok(door);
    }
    let former = former_lasting_keys(conn, context, LastingKey::Consents).await?;
    let door = DoorKeys::new(former).read(token);
    door.ok_or(ServiceError::NotFound("page"))
}
