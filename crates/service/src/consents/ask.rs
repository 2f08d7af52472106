//! Asking a guardian, by mail or by text message.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::consents::{ConsentRequest, CreateConsentRequest};
use viral_engine_api_types::users::{AgeBand, Persona};
use viral_engine_api_types::{ErrorCode, FieldError};
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow};
use viral_engine_db::notices::{NoticeRow, current_notice, overtaken_notices};
use viral_engine_db::users::resolve::erased_among;
use viral_engine_db::users::{UserRow, find_user, find_user_by_id};
use viral_engine_domain::consents::{
    Age, ConsentEvent, ConsentState, PENDING_FOR, Scope, TextNumber,
};
use viral_engine_domain::emails::Address;

use super::answer::request_answer;
use super::change::{Deed, change};
use super::contact::Contact;
use super::gate::age_of;
use super::mail::{language, write_to_guardian};
use super::refusal::refused_for;
use super::row::state;
use crate::caller::Caller;
use crate::context::Context;
use crate::emails::ConsentStage;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys, UserKey, keys_of, parse_age_band};
use crate::validation::validate;

/// Most requests that one address is sent within a day.
const MOST_A_DAY: i64 = 5;

/// Who is asked, about whom, where.
struct Parties {
    child: UserRow,
    guardian: UserRow,
    contact: Contact,
}

/// Asks a guardian for consents, by mail or by text message. What they allow already is not asked again.
///
/// # Errors
/// Fields at fault; [`ErrorCode::NoticeMissing`]; a conflict when everything is allowed or asked already, or when the
/// guardian said no; [`ServiceError::RateLimited`] for an address that was asked too often.
pub async fn create_consent_request(
    context: &Context,
    caller: &Caller,
    body: CreateConsentRequest,
) -> ServiceResult<ConsentRequest> {
    validate(&body, "")?;
    let scopes = scopes(&body.scopes)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        notice(conn).await?;
        let named = parties(conn, context, &body).await?;
        db::lock_children(conn, &[named.child.id, named.guardian.id]).await?;
        // Read again: what was waited for may have changed who they are, and what guardians are told.
        let parties = parties(conn, context, &body).await?;
        let notice = notice(conn).await?;
        require_guardian(&parties, &scopes)?;
        require_not_erased(conn, &[parties.child.id, parties.guardian.id]).await?;
        let keys = PersonalKeys::of(&context.keys);
        let reached = parties.contact.ever_reached(conn, context).await?;
        require_askable(conn, context, &parties, (&keys, &reached)).await?;
        let locale = body.locale.unwrap_or_else(|| language(&parties.guardian));
        let child_key = keys_of(conn, &keys, &[parties.child.id]).await?;
        let child_key = child_key.into_values().collect::<Vec<_>>();
        let sealed = (&keys, child_key.as_slice());
        let request = new_request(context, sealed, &parties, &notice, locale.as_str())?;
        let mut asked = rows(conn, context, (&request, &reached), &scopes).await?;
        db::insert_request(conn, &request).await?;
        let new: Vec<ConsentRow> = asked
            .iter()
            .filter(|row| row.version == 0)
            .cloned()
            .collect();
        db::insert_consents(conn, &new).await?;
        let mut asked: Vec<(ConsentRow, ConsentEvent)> = asked
            .drain(..)
            .map(|row| (row, ConsentEvent::Asked))
            .collect();
        let told = asked.iter().map(|(row, _)| row.scope.clone()).collect();
        write_to_guardian(conn, context, &request, ConsentStage::Request, told).await?;
        let deed = Deed {
            action: "create_consent_request",
            locale: locale.as_str(),
        };
        change(conn, context, caller, deed, &mut asked).await?;
        request_answer(conn, &request).await
    })
    .await
}

/// Nothing is allowed any more about whoever is erased, or is about to be, nor by them.
///
/// # Errors
/// [`ErrorCode::UserErased`].
pub(super) async fn require_not_erased(
    conn: &mut AsyncPgConnection,
    users: &[Uuid],
) -> ServiceResult<()> {
    match erased_among(conn, users).await?.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Coded {
            code: ErrorCode::UserErased,
            detail: "the child or the guardian is erased, or is about to be".to_owned(),
        }),
    }
}

/// The scopes of a body, each once.
fn scopes(texts: &[String]) -> ServiceResult<BTreeSet<Scope>> {
    let mut faults = Vec::new();
    let mut scopes = BTreeSet::new();
    for (index, text) in texts.iter().enumerate() {
        match Scope::from_str(text) {
            Ok(scope) => {
                scopes.insert(scope);
            }
            Err(error) => {
                let detail = format!("{error}.");
                faults.push(FieldError::new(
                    format!("/scopes/{index}"),
                    "no_scope",
                    detail,
                ));
            }
        }
    }
    match faults.is_empty() {
        true => Ok(scopes),
        false => Err(ServiceError::Invalid(faults)),
    }
}

/// What guardians are told now.
pub(super) async fn notice(conn: &mut AsyncPgConnection) -> ServiceResult<NoticeRow> {
    current_notice(conn).await?.ok_or_else(|| ServiceError::Coded {
        code: ErrorCode::NoticeMissing,
        detail: "publish a notice first, so that guardians know what they would allow: PUT /v1/notices/draft, then \
                 POST /v1/notices/{number}/publish"
            .to_owned(),
    })
}

async fn parties(
    conn: &mut AsyncPgConnection,
    context: &Context,
    body: &CreateConsentRequest,
) -> ServiceResult<Parties> {
    let child = user(conn, &body.child, "/child").await?;
    let guardian = match (&body.guardian, child.guardian_id) {
        (Some(name), _) => user(conn, name, "/guardian").await?,
        (None, Some(id)) => find_user_by_id(conn, id).await?,
        (None, None) => {
            let detail =
                "The child has no guardian: name one, or set it with PUT /v1/users/{external_id}.";
            return Err(ServiceError::field("/guardian", "required", detail));
        }
    };
    if guardian.persona.as_deref() != Some(Persona::Parent.as_str()) || guardian.id == child.id {
        let detail = "A guardian is another user, with the persona parent.";
        return Err(ServiceError::field("/guardian", "no_guardian", detail));
    }
    let band = parse_age_band(&guardian.age_band)?;
    if !matches!(band, AgeBand::Adult | AgeBand::Unknown) {
        let detail = "The guardian is on record as a minor.";
        return Err(ServiceError::field(
            "/guardian",
            "guardian_is_minor",
            detail,
        ));
    }
    let contact = match &body.phone {
        Some(phone) => Contact::Text(number(context, body, phone)?),
        None => Contact::Email(address(context, body, &guardian)?),
    };
    Ok(Parties {
        child,
        guardian,
        contact,
    })
}

async fn user(
    conn: &mut AsyncPgConnection,
    external_id: &str,
    pointer: &str,
) -> ServiceResult<UserRow> {
    find_user(conn, external_id)
        .await
        .map_err(|error| match error {
            viral_engine_db::DbError::NotFound => {
                let detail =
                    "There is no such user: send them with PUT /v1/users/{external_id} first.";
                ServiceError::field(pointer, "unknown_user", detail)
            }
            other => other.into(),
        })
}

fn number(
    context: &Context,
    body: &CreateConsentRequest,
    phone: &str,
) -> ServiceResult<TextNumber> {
    if context.config.verification.texts.is_none() {
        let detail =
            "No gateway of text messages is configured (TEXT_GATEWAY_URL): give the email address.";
        return Err(ServiceError::field("/phone", "not_offered", detail));
    }
    if body.email.is_some() {
        let detail = "Give the number or the email address, not both.";
        return Err(ServiceError::field("/phone", "ambiguous", detail));
    }
    TextNumber::parse(phone)
        .map_err(|error| ServiceError::field("/phone", "malformed_number", format!("{error}.")))
}

fn address(
    context: &Context,
    body: &CreateConsentRequest,
    guardian: &UserRow,
) -> ServiceResult<Address> {
    let stored = || -> ServiceResult<Option<String>> {
        let keys = PersonalKeys::of(&context.keys);
        let cipher = guardian.email_cipher.as_deref();
        cipher
            .map(|cipher| keys.open(guardian.id, Field::Email, cipher))
            .transpose()
            .map(Option::flatten)
    };
    let text = match &body.email {
        Some(email) => Some(email.clone()),
        None => stored()?,
    };
    let Some(text) = text else {
        let detail = "No address of the guardian is on record: give one.";
        return Err(ServiceError::field("/email", "required", detail));
    };
    Address::parse(&text)
        .map_err(|error| ServiceError::field("/email", "malformed_email", format!("{error}.")))
}

/// An adult decides alone; whoever is 13 does over everything but what leaves the platform.
fn require_guardian(parties: &Parties, scopes: &BTreeSet<Scope>) -> ServiceResult<()> {
    let band = parse_age_band(&parties.child.age_band)?;
    let needed = match age_of(band) {
        Age::Child => true,
        Age::Minor => scopes
            .iter()
            .all(|scope| matches!(scope, Scope::Disclose(_))),
        Age::Adult => false,
    };
    match needed {
        true => Ok(()),
        false => Err(ServiceError::field(
            "/child",
            "not_required",
            format!(
                "The age band of this user is {}: no guardian has to allow this.",
                band.as_str()
            ),
        )),
    }
}

/// A child must not answer for itself, and nobody is asked who said to be nobody's guardian, or too often.
async fn require_askable(
    conn: &mut AsyncPgConnection,
    context: &Context,
    parties: &Parties,
    (keys, reached): (&PersonalKeys, &[Vec<u8>]),
) -> ServiceResult<()> {
    let contact = &parties.contact;
    if is_own(&parties.child, contact, keys)? || contact.is_of_minor(conn, keys).await? {
        let pointer = match contact {
            Contact::Email(_) => "/email",
            Contact::Text(_) => "/phone",
        };
        let detail = "This belongs to a minor: give the guardian's own.";
        return Err(ServiceError::field(pointer, "address_of_a_minor", detail));
    }
    if db::is_suppressed(conn, reached).await? {
        return Err(ServiceError::Conflict(
            "the owner of this address or number said not to be the guardian, and is not asked again"
                .to_owned(),
        ));
    }
    // Two requests at once would not count each other.
    db::lock_contact(conn, &contact.hash(keys)?).await?;
    let since = context.now() - TimeDelta::days(1);
    if db::count_requests_to(conn, &contact.hashes(keys), since).await? >= MOST_A_DAY {
        return Err(ServiceError::RateLimited {
            retry_after_seconds: 24 * 60 * 60,
        });
    }
    Ok(())
}

/// Whether a contact is the child's own number, in whatever way that is written.
fn is_own(child: &UserRow, contact: &Contact, keys: &PersonalKeys) -> ServiceResult<bool> {
    let (Contact::Text(number), Some(cipher)) = (contact, child.phone_cipher.as_deref()) else {
        return Ok(false);
    };
    let own = keys.open(child.id, Field::Phone, cipher)?;
    Ok(own.is_some_and(|own| number.may_be(&own)))
}

fn new_request(
    context: &Context,
    (keys, child_key): (&PersonalKeys, &[UserKey]),
    parties: &Parties,
    notice: &NoticeRow,
    locale: &str,
) -> ServiceResult<RequestRow> {
    let (id, now) = (Uuid::now_v7(), context.now());
    let contact = &parties.contact;
    Ok(RequestRow {
        id,
        child_id: parties.child.id,
        guardian_id: parties.guardian.id,
        notice_id: notice.id,
        locale: locale.to_owned(),
        channel: contact.channel().to_owned(),
        contact_cipher: Some(keys.seal(id, Field::ConsentContact, contact.expose(), child_key)?),
        contact_hash: contact.hash(keys)?,
        until: now + PENDING_FOR,
        confirm_from: None,
        reminded_at: None,
        confirm_sent_at: None,
        closed_at: None,
        created_at: now,
        disowned_at: None,
    })
}

/// The consents to ask for, locked, at a contact with these hashes; new ones have the version 0. What this guardian allows
/// under any version of the notice that still holds is left out.
async fn rows(
    conn: &mut AsyncPgConnection,
    context: &Context,
    (request, reached): (&RequestRow, &[Vec<u8>]),
    scopes: &BTreeSet<Scope>,
) -> ServiceResult<Vec<ConsentRow>> {
    let known = db::consents_of_child(conn, request.child_id).await?;
    let overtaken = overtaken_notices(conn).await?;
    let is_overtaken = |row: &ConsentRow| row.notice_id.is_some_and(|id| overtaken.contains(&id));
    let own = |row: &&ConsentRow| row.guardian_id == Some(request.guardian_id);
    let known: Vec<&ConsentRow> = known.iter().filter(own).collect();
    let mut asked = Vec::new();
    for scope in scopes {
        let name = scope.to_string();
        let of_scope = || known.iter().filter(|row| row.scope == name);
        let mut is_active = false;
        for row in of_scope() {
            is_active |= state(row)? == ConsentState::Active && !is_overtaken(row);
        }
        if is_active {
            continue;
        }
        let current = of_scope().find(|row| row.notice_id == Some(request.notice_id));
        asked.push(match current {
            Some(row) => {
                let row = db::lock_consent(conn, row.id).await?;
                require_open(conn, &row, reached).await?;
                ConsentRow {
                    request_id: Some(request.id),
                    ..row
                }
            }
            None => new_row(context, request, name),
        });
    }
    match asked.is_empty() {
        true => Err(ServiceError::Conflict(
            "the guardian allows all of this already".to_owned(),
        )),
        false => Ok(asked),
    }
}

async fn require_open(
    conn: &mut AsyncPgConnection,
    row: &ConsentRow,
    reached: &[Vec<u8>],
) -> ServiceResult<()> {
    let detail = if state(row)?.is_pending() {
        format!(
            "the guardian was asked for {} already, in the request {}",
            row.scope,
            row.request_id.map(|id| id.to_string()).unwrap_or_default()
        )
    } else if refused_for(conn, row, reached).await? {
        format!("the guardian said no to {}", row.scope)
    } else {
        return Ok(());
    };
    Err(ServiceError::Conflict(detail))
}

fn new_row(context: &Context, request: &RequestRow, scope: String) -> ConsentRow {
    let now = context.now();
    ConsentRow {
        id: Uuid::now_v7(),
        child_id: request.child_id,
        guardian_id: Some(request.guardian_id),
        institution: None,
        scope,
        notice_id: Some(request.notice_id),
        request_id: Some(request.id),
        state: ConsentState::Required.as_str().to_owned(),
        method: None,
        until: None,
        confirm_from: None,
        failures: 0,
        evidence_method: None,
        evidence_transaction: None,
        evidence_locale: None,
        evidence_notice_hash: None,
        evidence_at: None,
        version: 0,
        created_at: now,
        updated_at: now,
    }
}
