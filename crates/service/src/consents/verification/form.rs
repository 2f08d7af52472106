//! Signed forms: printed from a page of ours, signed, photographed, and sent in.

use askama::Template;
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use sha2::{Digest, Sha256};
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::consents::{self as db, FormRow, VerificationRow};
use viral_engine_domain::consents::{FORM_BYTES_MAX, FormFormat};

use crate::consents::page_words::PageWords;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::public_page::STYLE;
use crate::users::{Field, PersonalKeys, UserKey, keys_of};

/// A form is kept for so long after the decision, for questions; its hash is kept as evidence.
const FORM_KEPT: TimeDelta = TimeDelta::days(30);

/// What there is to say of a form that was sent in.
pub(in crate::consents) enum Sent {
    /// It waits for people to look at it.
    Taken {
        /// Its format.
        format: FormFormat,
        /// How many bytes it has.
        size: i32,
    },
    /// It is no PDF and no picture, or too large.
    Unreadable,
}

/// Keeps a form, sealed with the key of the child, for people to look at; in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub(in crate::consents) async fn store_form(
    conn: &mut AsyncPgConnection,
    context: &Context,
    verification: VerificationRow,
    bytes: &[u8],
) -> ServiceResult<Sent> {
    let Some(format) = FormFormat::of(bytes).filter(|_| bytes.len() <= FORM_BYTES_MAX) else {
        return Ok(Sent::Unreadable);
    };
    let Ok(size) = i32::try_from(bytes.len()) else {
        return Ok(Sent::Unreadable);
    };
    let keys = PersonalKeys::of(&context.keys);
    let child = db::find_request(conn, verification.request_id)
        .await?
        .child_id;
    let child_key = keys_of(conn, &keys, &[child]).await?;
    let child_key: Vec<UserKey> = child_key.into_values().collect();
    let sealed = keys.seal_bytes(verification.id, Field::ConsentForm, bytes, &child_key)?;
    let row = FormRow {
        verification_id: verification.id,
        media_type: format.media_type().to_owned(),
        sha256: Sha256::digest(bytes).to_vec(),
        size,
        content_cipher: Some(sealed),
        submitted_at: context.now(),
    };
    db::insert_form(conn, &row).await?;
    let submitted = VerificationRow {
        state: "submitted".to_owned(),
        updated_at: context.now(),
        ..verification
    };
    db::save_verification(conn, &submitted).await?;
    Ok(Sent::Taken { format, size })
}

/// The form to print.
#[derive(Template)]
#[template(path = "consent_form.html", escape = "html")]
struct PrintedForm<'a> {
    lang: &'static str,
    style: &'static str,
    words: &'static PageWords,
    child: Option<&'a str>,
    notice: &'a str,
    labels: &'a [String],
    reference: String,
}

/// The document of a form to print and sign.
///
/// # Errors
/// When the template fails, which is a fault of ours.
pub(in crate::consents) fn printed(
    lang: EmailLocale,
    words: &'static PageWords,
    child: Option<&str>,
    notice: &str,
    labels: &[String],
    verification: &VerificationRow,
) -> ServiceResult<String> {
    let form = PrintedForm {
        lang: lang.as_str(),
        style: STYLE,
        words,
        child,
        notice,
        labels,
        reference: verification.id.to_string(),
    };
    form.render()
        .map_err(|error| ServiceError::Internal(format!("template of a form: {error}")))
}

/// Erases the forms about which was decided a while ago, and answers how many.
///
/// # Errors
/// When the database refuses.
pub(in crate::consents) async fn erase_forms(
    conn: &mut AsyncPgConnection,
    context: &Context,
) -> ServiceResult<usize> {
    Ok(db::erase_forms(conn, context.now() - FORM_KEPT).await?)
}
