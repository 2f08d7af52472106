//! What guardians were sent by text message.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::consent_texts;

/// A text message as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = consent_texts, check_for_backend(diesel::pg::Pg))]
pub struct TextRow {
    /// Its id.
    pub id: Uuid,
    /// The request it is about.
    pub request_id: Uuid,
    /// `request`, `reminder`, `confirmation`, `unverified` or `receipt`.
    pub stage: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// The gateway's name of it.
    pub reference: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the gateway took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Stores a message.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_text(conn: &mut AsyncPgConnection, row: &TextRow) -> DbResult<()> {
    diesel::insert_into(consent_texts::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A message.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_text(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<TextRow> {
    Ok(consent_texts::table
        .find(id)
        .select(TextRow::as_select())
        .first(conn)
        .await?)
}

/// The first message of a request.
pub async fn first_text_of(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> DbResult<Option<TextRow>> {
    Ok(consent_texts::table
        .filter(consent_texts::request_id.eq(request))
        .order((consent_texts::created_at, consent_texts::id))
        .select(TextRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Notes that the gateway took a message that waits.
pub async fn note_text_sent(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    reference: Option<&str>,
    at: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(waiting(id))
        .set((
            consent_texts::state.eq("sent"),
            consent_texts::reference.eq(reference),
            consent_texts::sent_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a message that waits will not be sent.
pub async fn note_text_failed(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<()> {
    diesel::update(waiting(id))
        .set(consent_texts::state.eq("failed"))
        .execute(conn)
        .await?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn waiting(id: Uuid) -> _ {
    consent_texts::table
        .find(id)
        .filter(consent_texts::state.eq("queued"))
}
