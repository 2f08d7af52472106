//! The log of disclosures (FERPA, 34 CFR 99.32): the platform notes who outside got an education record, and why. One that
//! is said to rest on a guardian's consent needs one that stands.

mod list;
mod texts;

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::disclosures::{CreateDisclosure, Disclosure, DisclosureBasis};
use viral_engine_db::DbError;
use viral_engine_db::consents::steps_of;
use viral_engine_db::disclosures::{self as db, DisclosureRow};
use viral_engine_db::users::{UserRow, find_user};
use viral_engine_domain::consents::{Action, Allowed, ConsentState, Recipient};

use crate::audit;
use crate::caller::Caller;
use crate::consents::{hold, require};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::inputs::batch::{Faults, checked_time};
use crate::tutoring_sessions::texts::check_written;
use crate::users::{KnownUser, PersonalKeys, keys_of, parse_age_band};
use crate::validation::validate;
use texts::Texts;

pub(crate) use list::answers;
pub use list::{DisclosureQuery, export_disclosures, list_disclosures};

/// Puts a disclosure in the log.
///
/// # Errors
/// Fields at fault; the gate's reason when it rests on a consent that does not stand.
pub async fn create_disclosure(
    context: &Context,
    caller: &Caller,
    body: CreateDisclosure,
) -> ServiceResult<Disclosure> {
    let now = context.now();
    let mut faults = Faults::default();
    faults.note_rules(validate(&body, ""));
    faults.note(check_written(&body.party, "/party"), ());
    faults.note(
        check_written(&body.legitimate_interest, "/legitimate_interest"),
        (),
    );
    let disclosed_at = checked_time(body.disclosed_at, now, "/disclosed_at");
    let disclosed_at = faults.note(disclosed_at, now);
    faults.into_result()?;
    let recipient = recipient(&body)?;
    let student = student(context, &body.student).await?;
    let consent_id = match (&recipient, body.basis) {
        (Some(to), DisclosureBasis::Consent) => {
            consent(context, &body.student, &student, to).await?
        }
        _ => None,
    };
    let mut row = DisclosureRow {
        id: Uuid::now_v7(),
        student_id: student.id,
        institution: student.institution.clone(),
        recipient: recipient.as_ref().map(|to| to.as_str().to_owned()),
        record_class: body.record_class.as_str().to_owned(),
        basis: body.basis.as_str().to_owned(),
        consent_id,
        texts_cipher: None,
        disclosed_at,
        created_at: now,
    };
    let texts = Texts::of(&body.party, &body.legitimate_interest);
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        // Users are locked before what guards their consents.
        let keys = PersonalKeys::of(&context.keys);
        let user_keys = keys_of(conn, &keys, &[student.id]).await?;
        let user_keys: Vec<_> = user_keys.into_values().collect();
        if let (Some(to), Some(_)) = (&recipient, consent_id) {
            let action = Action::ShareEducationRecord(to.clone());
            if !hold(conn, &[student.id], &action).await?.is_empty() {
                let detail = "the consent was taken back in this moment";
                return Err(ServiceError::Conflict(detail.to_owned()));
            }
        }
        if let Some(consent) = consent_id {
            require_standing_at(conn, consent, disclosed_at).await?;
        }
        row.texts_cipher = Some(texts.seal(&keys, row.id, &user_keys)?);
        db::insert_disclosure(conn, &row).await?;
        note(conn, context, caller, &row).await?;
        let mut answers = answers(conn, &keys, vec![row]).await?;
        let lost = || ServiceError::Internal("a disclosure without an answer".to_owned());
        answers.pop().ok_or_else(lost)
    })
    .await
}

/// The audit trail learns what the log tells of it in clear.
async fn note(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    row: &DisclosureRow,
) -> ServiceResult<()> {
    let object = row.id.to_string();
    let object = ("disclosure", object.as_str());
    let changes = json!({
        "record_class": row.record_class, "basis": row.basis, "recipient": row.recipient,
        "consent_id": row.consent_id, "disclosed_at": row.disclosed_at,
    });
    audit::record(conn, context, caller, "create_disclosure", object, changes).await
}

fn recipient(body: &CreateDisclosure) -> ServiceResult<Option<Recipient>> {
    let Some(text) = &body.recipient else {
        return match body.basis {
            DisclosureBasis::Consent => {
                let detail = "Name the recipient as the consent does, or give another basis.";
                Err(ServiceError::field("/recipient", "required", detail))
            }
            _ => Ok(None),
        };
    };
    let parsed = text.parse::<Recipient>();
    parsed.map(Some).map_err(|error| {
        ServiceError::field("/recipient", "malformed_recipient", format!("{error}."))
    })
}

/// What was disclosed before the consent was given, or while it was suspended or taken back, does not rest on it.
async fn require_standing_at(
    conn: &mut AsyncPgConnection,
    consent: Uuid,
    disclosed_at: DateTime<Utc>,
) -> ServiceResult<()> {
    let steps = steps_of(conn, consent).await?;
    let last = steps.iter().rfind(|step| step.at <= disclosed_at);
    let state = last.and_then(|step| ConsentState::parse(&step.to_state));
    if state.is_some_and(ConsentState::grants) {
        return Ok(());
    }
    let detail =
        "The guardian's consent did not stand then: give another basis, or the right time.";
    Err(ServiceError::field(
        "/disclosed_at",
        "without_consent",
        detail,
    ))
}

async fn student(context: &Context, name: &str) -> ServiceResult<UserRow> {
    let mut conn = context.connection().await?;
    find_user(&mut conn, name)
        .await
        .map_err(|error| match error {
            DbError::NotFound => {
                let detail =
                    "There is no such user: create it with PUT /v1/users/{external_id} first.";
                ServiceError::field("/student", "unknown_user", detail)
            }
            other => other.into(),
        })
}

/// The guardian's consent; none where the student decides alone.
async fn consent(
    context: &Context,
    who: &str,
    student: &UserRow,
    to: &Recipient,
) -> ServiceResult<Option<Uuid>> {
    let user = KnownUser {
        id: student.id.into(),
        persona: None,
        age_band: parse_age_band(&student.age_band)?,
        is_erased: student.deleted_at.is_some(),
    };
    let action = Action::ShareEducationRecord(to.clone());
    Ok(match require(context, who, user, &action).await? {
        Allowed::Consented { consent, .. } => Some(consent),
        Allowed::NotRequired => None,
    })
}
