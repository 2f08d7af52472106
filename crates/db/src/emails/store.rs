//! Messages, one at a time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::emails;

/// A message as stored.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = emails, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct EmailRow {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: String,
    /// What it is about.
    pub subject_key: String,
    /// Keyed hash of the recipient's address.
    pub recipient_hash: Vec<u8>,
    /// 1, and one more each time it is sent again on purpose.
    pub sequence: i32,
    /// The recipient's address, sealed.
    pub address_cipher: Option<Vec<u8>>,
    /// The recipient's name and what the message is made from, sealed.
    pub content_cipher: Option<Vec<u8>>,
    /// Language.
    pub locale: String,
    /// Subject line.
    pub subject_line: String,
    /// `queued`, `sent`, `failed`, `bounced` or `suppressed`.
    pub state: String,
    /// Why it was not sent, when it is suppressed.
    pub suppressed_for: Option<String>,
    /// `smtp` or `outbox`, once it is sent.
    pub transport: Option<String>,
    /// Attempts to hand it over.
    pub attempts: i32,
    /// Its Message-ID.
    pub message_id: String,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
    /// The job that sends it.
    pub job_id: Option<Uuid>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Stores a new message and answers whether it was new: of two that are queued at once the second waits for the first
/// and is not.
///
/// # Errors
/// When the database refuses.
pub async fn insert_email(conn: &mut AsyncPgConnection, row: &EmailRow) -> DbResult<bool> {
    let stored = diesel::insert_into(emails::table)
        .values(row)
        .on_conflict((
            emails::kind,
            emails::subject_key,
            emails::recipient_hash,
            emails::sequence,
        ))
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(stored == 1)
}

/// The message of this kind and subject that was sent to a recipient last. `hashes` are those of the address, one for
/// each key in use.
///
/// # Errors
/// When the database refuses.
pub async fn find_latest_email(
    conn: &mut AsyncPgConnection,
    kind: &str,
    subject_key: &str,
    hashes: &[Vec<u8>],
) -> DbResult<Option<EmailRow>> {
    Ok(emails::table
        .filter(emails::kind.eq(kind))
        .filter(emails::subject_key.eq(subject_key))
        .filter(emails::recipient_hash.eq_any(hashes))
        .order(emails::sequence.desc())
        .select(EmailRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The messages of a kind about any of these subjects, each recipient's latest after the earlier ones.
///
/// # Errors
/// When the database refuses.
pub async fn list_emails_about(
    conn: &mut AsyncPgConnection,
    kind: &str,
    subject_keys: &[String],
) -> DbResult<Vec<EmailRow>> {
    Ok(emails::table
        .filter(emails::kind.eq(kind))
        .filter(emails::subject_key.eq_any(subject_keys))
        .order((emails::subject_key, emails::sequence))
        .select(EmailRow::as_select())
        .load(conn)
        .await?)
}

/// A message.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_email(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<EmailRow> {
    Ok(emails::table
        .find(id)
        .select(EmailRow::as_select())
        .first(conn)
        .await?)
}

/// A message, kept from changing until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_email(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<EmailRow> {
    Ok(emails::table
        .find(id)
        .select(EmailRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// The message with this Message-ID, kept from changing until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn lock_email_by_message_id(
    conn: &mut AsyncPgConnection,
    message_id: &str,
) -> DbResult<Option<EmailRow>> {
    Ok(emails::table
        .filter(emails::message_id.eq(message_id))
        .select(EmailRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?)
}

/// Stores what became of a message.
///
/// # Errors
/// When the database refuses.
pub async fn update_email(conn: &mut AsyncPgConnection, row: &EmailRow) -> DbResult<()> {
    diesel::update(emails::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first message of a kind about a subject.
///
/// # Errors
/// When the database refuses.
pub async fn find_email_about(
    conn: &mut AsyncPgConnection,
    subject_key: &str,
    kind: &str,
) -> DbResult<Option<Uuid>> {
    Ok(emails::table
        .filter(emails::subject_key.eq(subject_key))
        .filter(emails::kind.eq(kind))
        .order(emails::created_at)
        .select(emails::id)
        .first(conn)
        .await
        .optional()?)
}
