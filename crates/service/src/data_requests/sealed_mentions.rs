//! An erased user in what was written of others and encrypted with their keys: each text is opened, and sealed again with the
//! same keys without the name.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_db::data_requests::{
    SEALED_ACHIEVEMENTS, SEALED_DISCLOSURES, SEALED_EMAILS, SEALED_RECAPS, SEALED_SESSIONS,
    SealedRow, SealedStore, find_sealed, save_sealed,
};
use viral_engine_domain::pii::Scanner;

use super::mentions::{ROWS, scanner_for};
use super::names::Found;
use crate::achievements::ACHIEVEMENT_OWNER;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::recaps::RECAP_OWNER;
use crate::tutoring_sessions::SESSION_OWNER;
use crate::users::{Field, PersonalKeys, natural_id};

/// A store of encrypted texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct SealedMentions {
    /// Where they are.
    pub(super) store: &'static SealedStore,
    field: Field,
    /// The kind of what texts are bound to, when that is not the row's id.
    owner: Option<&'static str>,
    /// Whether they are JSON.
    is_json: bool,
}

/// All of them.
pub(super) const SEALED_MENTIONS: &[SealedMentions] = &[
    SealedMentions {
        store: &SEALED_SESSIONS,
        field: Field::SessionTexts,
        owner: Some(SESSION_OWNER),
        is_json: true,
    },
    SealedMentions {
        store: &SEALED_ACHIEVEMENTS,
        field: Field::AchievementName,
        owner: Some(ACHIEVEMENT_OWNER),
        is_json: false,
    },
    SealedMentions {
        store: &SEALED_RECAPS,
        field: Field::RecapContents,
        owner: Some(RECAP_OWNER),
        is_json: true,
    },
    SealedMentions {
        store: &SEALED_EMAILS,
        field: Field::EmailContent,
        owner: None,
        is_json: true,
    },
    SealedMentions {
        store: &SEALED_DISCLOSURES,
        field: Field::DisclosureTexts,
        owner: None,
        is_json: true,
    },
];

/// Takes the user out of a store, and answers how many rows that were.
///
/// # Errors
/// When the database or the key store refuses.
pub(super) async fn erase_sealed_mentions(
    context: &Context,
    sealed: &SealedMentions,
    found: &Found,
) -> ServiceResult<i64> {
    if found.words().is_empty() {
        return Ok(0);
    }
    let keys = PersonalKeys::of(&context.keys);
    let subject = found.subject()?;
    let scanner = scanner_for(&subject);
    let mut conn = context.connection().await?;
    let (mut behind, mut erased) = (Uuid::nil(), 0);
    loop {
        let (rows, last) = conn
            .transaction(async |conn| {
                let rows = find_sealed(conn, sealed.store, behind, ROWS).await?;
                let last = rows.last().map(|row| row.id);
                let mut changed = 0;
                for row in rows {
                    changed +=
                        i64::from(erase_in(conn, sealed, &row, (&scanner, found), &keys).await?);
                }
                ServiceResult::Ok((changed, last))
            })
            .await?;
        erased += rows;
        match last {
            Some(last) => behind = last,
            None => return Ok(erased),
        }
    }
}

/// Whether the user was in the text; a text whose key is gone says nothing to anybody.
async fn erase_in(
    conn: &mut AsyncPgConnection,
    sealed: &SealedMentions,
    row: &SealedRow,
    (scanner, found): (&Scanner<'_>, &Found),
    keys: &PersonalKeys,
) -> ServiceResult<bool> {
    let parts: Vec<&str> = row.parts.iter().map(String::as_str).collect();
    let owner = sealed.owner.map_or(row.id, |kind| natural_id(kind, &parts));
    let Some((text, users)) = keys.opened(owner, sealed.field, &row.cipher)? else {
        return Ok(false);
    };
    let document = match sealed.is_json {
        true => serde_json::from_str(&text).map_err(|error| unreadable(sealed, row.id, &error))?,
        false => Value::String(text),
    };
    let without = redacted((scanner, found), &document);
    if without == document {
        return Ok(false);
    }
    let text = match without {
        Value::String(text) if !sealed.is_json => text,
        document => document.to_string(),
    };
    let cipher = keys.seal(owner, sealed.field, &text, &users)?;
    save_sealed(conn, sealed.store, row.id, &cipher).await?;
    Ok(true)
}

/// The document without the user. Its keys are names of our fields, and `kind` is which message it is: another one, and nobody
/// could read it any more.
fn redacted((scanner, found): (&Scanner<'_>, &Found), document: &Value) -> Value {
    let mut without = found.values_without_id(scanner.redact_values(document.clone()));
    if let (Some(place), Some(kind)) = (
        without.pointer_mut(MESSAGE_KIND),
        document.pointer(MESSAGE_KIND),
    ) {
        *place = kind.clone();
    }
    without
}

const MESSAGE_KIND: &str = "/mail/kind";

fn unreadable(sealed: &SealedMentions, row: Uuid, error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("text of {}/{row}: {error}", sealed.store.store))
}
