//! What was written about a session, encrypted with the student's key. Figures stay in clear: they are added up.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::tutoring_sessions::{
    TutoringSessionRow, lock_unsealed_sessions, upsert_tutoring_sessions,
};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys, RESEALED_AT_A_TIME, UserKey, keys_of, natural_id};

/// What was written about a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) subject: String,
    pub(crate) topic: Option<String>,
    pub(crate) feedback: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) highlights: Vec<String>,
    pub(crate) next_steps: Vec<String>,
}

/// The kind of what texts are bound to.
pub(crate) const OWNER: &str = "tutoring session";

/// What the texts of a session are bound to: a session that is reported again keeps its id, so it is not that.
fn owner(external_id: &str) -> Uuid {
    natural_id(OWNER, &[external_id])
}

/// Moves what was written from its columns into the cipher.
pub(super) fn seal(
    row: &mut TutoringSessionRow,
    keys: &PersonalKeys,
    key: UserKey,
) -> ServiceResult<()> {
    let texts = Texts {
        subject: std::mem::take(&mut row.subject),
        topic: row.topic.take(),
        feedback: row.feedback.take(),
        skills: std::mem::take(&mut row.skills),
        highlights: std::mem::take(&mut row.highlights),
        next_steps: std::mem::take(&mut row.next_steps),
    };
    let text = serde_json::to_string(&texts).map_err(|error| unreadable(&error))?;
    let owner = owner(&row.external_id);
    row.texts_cipher = Some(keys.seal(owner, Field::SessionTexts, &text, &[key])?);
    Ok(())
}

/// Moves what was written back into its columns; they stay empty when the student's key is gone.
pub(crate) fn open(row: &mut TutoringSessionRow, keys: &PersonalKeys) -> ServiceResult<()> {
    let Some(sealed) = row.texts_cipher.take() else {
        return Ok(());
    };
    let Some(texts) = open_texts(keys, &row.external_id, &sealed)? else {
        return Ok(());
    };
    row.subject = texts.subject;
    row.topic = texts.topic;
    row.feedback = texts.feedback;
    row.skills = texts.skills;
    row.highlights = texts.highlights;
    row.next_steps = texts.next_steps;
    Ok(())
}

/// What was written about the session with this external id; `None` when the student's key is gone.
pub(crate) fn open_texts(
    keys: &PersonalKeys,
    external_id: &str,
    sealed: &[u8],
) -> ServiceResult<Option<Texts>> {
    let text = keys.open(owner(external_id), Field::SessionTexts, sealed)?;
    let texts = text.map(|text| serde_json::from_str(&text));
    texts.transpose().map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("texts of a session: {error}"))
}

/// Encrypts the texts of sessions that are not yet, and answers how many those were.
///
/// # Errors
/// When the database or the key store refuses.
pub(crate) async fn seal_sessions(context: &Context, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut sealed = 0;
    loop {
        let batch = conn
            .transaction(async |conn| seal_batch(conn, keys).await)
            .await?;
        sealed += batch;
        if batch == 0 {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(conn: &mut AsyncPgConnection, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut rows = lock_unsealed_sessions(conn, RESEALED_AT_A_TIME).await?;
    let students: Vec<Uuid> = rows.iter().map(|row| row.student_id).collect();
    let user_keys = keys_of(conn, keys, &students).await?;
    for row in &mut rows {
        if let Some(key) = user_keys.get(&row.student_id) {
            seal(row, keys, *key)?;
        }
    }
    if !rows.is_empty() {
        upsert_tutoring_sessions(conn, &rows).await?;
    }
    Ok(rows.len())
}
