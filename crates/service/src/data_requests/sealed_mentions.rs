//! An erased user in what was written of others and encrypted with their keys: each text is opened, and sealed again with the
//! same keys without the name.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_db::data_requests::{
    SEALED_ACHIEVEMENTS, SEALED_DISCLOSURES, SEALED_EMAILS, SEALED_RECAPS, SEALED_SESSIONS,
    SealedRow, SealedStore, find_sealed, save_sealed,
};

use super::mentions::ROWS;
use super::name_eraser::NameEraser;
use super::names::Found;
use crate::achievements::ACHIEVEMENT_OWNER;
use crate::context::Context;
use crate::emails::{TEXTS_OF_PEOPLE, TEXTS_WITH_IDS};
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
    /// Where texts about people are in one of them: JSON pointers, in which `*` is each entry. The rest is ours.
    texts: &'static [&'static str],
    /// Where users are named by the platform's id, in texts that are ours.
    ids: &'static [&'static str],
}

/// Nothing is in these documents but texts that somebody wrote; their keys are names of fields.
const EVERY_FIELD: &[&str] = &["/*"];
const NOWHERE: &[&str] = &[];

/// All of them.
pub(super) const SEALED_MENTIONS: &[SealedMentions] = &[
    SealedMentions {
        store: &SEALED_SESSIONS,
        field: Field::SessionTexts,
        owner: Some(SESSION_OWNER),
        is_json: true,
        texts: EVERY_FIELD,
        ids: NOWHERE,
    },
    SealedMentions {
        store: &SEALED_ACHIEVEMENTS,
        field: Field::AchievementName,
        owner: Some(ACHIEVEMENT_OWNER),
        is_json: false,
        texts: &[""],
        ids: NOWHERE,
    },
    SealedMentions {
        store: &SEALED_RECAPS,
        field: Field::RecapContents,
        owner: Some(RECAP_OWNER),
        is_json: true,
        texts: EVERY_FIELD,
        ids: NOWHERE,
    },
    SealedMentions {
        store: &SEALED_EMAILS,
        field: Field::EmailContent,
        owner: None,
        is_json: true,
        texts: TEXTS_OF_PEOPLE,
        ids: TEXTS_WITH_IDS,
    },
    SealedMentions {
        store: &SEALED_DISCLOSURES,
        field: Field::DisclosureTexts,
        owner: None,
        is_json: true,
        texts: EVERY_FIELD,
        ids: NOWHERE,
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
    if found.patterns().is_empty() {
        return Ok(0);
    }
    let keys = PersonalKeys::of(&context.keys);
    let subject = found.subject()?;
    let eraser = NameEraser::new(&subject, found);
    let mut conn = context.connection().await?;
    let (mut behind, mut erased) = (Uuid::nil(), 0);
    loop {
        let (rows, last) = conn
            .transaction(async |conn| {
                let rows = find_sealed(conn, sealed.store, behind, ROWS).await?;
                let last = rows.last().map(|row| row.id);
                let mut changed = 0;
                for row in rows {
                    changed += i64::from(erase_in(conn, sealed, &row, &eraser, &keys).await?);
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
    eraser: &NameEraser<'_>,
    keys: &PersonalKeys,
) -> ServiceResult<bool> {
    let parts: Vec<&str> = row.parts.iter().map(String::as_str).collect();
    let owner = sealed.owner.map_or(row.id, |kind| natural_id(kind, &parts));
    let Some((text, users)) = keys.opened(owner, sealed.field, &row.cipher)? else {
        return Ok(false);
    };
    let document: Value = match sealed.is_json {
        true => serde_json::from_str(&text).map_err(|error| unreadable(sealed, row.id, &error))?,
        false => Value::String(text),
    };
    let without = redacted(sealed, eraser, document.clone());
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

/// The document without the user.
fn redacted(sealed: &SealedMentions, eraser: &NameEraser<'_>, mut document: Value) -> Value {
    for pointer in sealed.texts {
        change_at(&mut document, pointer, |text| eraser.erase(text));
    }
    for pointer in sealed.ids {
        change_at(&mut document, pointer, |text| eraser.erase_id(text));
    }
    document
}

/// Changes what a JSON pointer leads to, in which `*` is each entry of a list or an object.
fn change_at(document: &mut Value, pointer: &str, change: impl Fn(Value) -> Value) {
    let steps = pointer.split('/').skip(1);
    let places = steps.fold(vec![document], |places, step| {
        let places = places.into_iter();
        places.flat_map(|place| entries(place, step)).collect()
    });
    for place in places {
        *place = change(place.take());
    }
}

fn entries<'a>(place: &'a mut Value, step: &str) -> Vec<&'a mut Value> {
    match (place, step) {
        (Value::Array(items), "*") => items.iter_mut().collect(),
        (Value::Object(members), "*") => members.values_mut().collect(),
        (Value::Object(members), name) => members.get_mut(name).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn unreadable(sealed: &SealedMentions, row: Uuid, error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("text of {}/{row}: {error}", sealed.store.store))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(document: Value, pointer: &str) -> Value {
        let mut document = document;
        change_at(&mut document, pointer, |_| json!("-"));
        document
    }

    #[test]
    fn what_a_pointer_leads_to_is_changed_and_nothing_else() {
        let document = json!({ "a": [{ "b": "x", "c": "y" }, { "b": ["z"] }, 1], "b": "x" });
        let expected = json!({ "a": [{ "b": "-", "c": "y" }, { "b": "-" }, 1], "b": "x" });
        assert_eq!(changed(document.clone(), "/a/*/b"), expected);
        assert_eq!(
            changed(document.clone(), "/*"),
            json!({ "a": "-", "b": "-" })
        );
        assert_eq!(changed(document.clone(), "/c/*/b"), document);
        assert_eq!(changed(document.clone(), "/b/*"), document);
        assert_eq!(changed(document, ""), json!("-"));
    }
}
