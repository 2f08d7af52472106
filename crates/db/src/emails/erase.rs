//! Forgets who got old messages and what they said.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::emails;

/// Erases addresses and texts of messages that were queued before `before` and are not waiting, and answers how many
/// those were. That they were sent stays.
///
/// # Errors
/// When the database refuses.
pub async fn erase_old_emails(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    let old = emails::table
        .filter(emails::created_at.lt(before))
        .filter(emails::state.ne("queued"))
        .filter(
            emails::address_cipher
                .is_not_null()
                .or(emails::content_cipher.is_not_null()),
        );
    Ok(diesel::update(old)
        .set((
            emails::address_cipher.eq(None::<Vec<u8>>),
            emails::content_cipher.eq(None::<Vec<u8>>),
        ))
        .execute(conn)
        .await?)
}

const ERASE_ABOUT: &str = "
UPDATE emails SET address_cipher = NULL, content_cipher = NULL,
    last_error = CASE state WHEN 'queued' THEN 'its recipient was erased' ELSE last_error END,
    state = CASE state WHEN 'queued' THEN 'failed' ELSE state END
WHERE subject_key = $1";

/// Erases recipients and texts of the messages about a subject; those that wait are given up. Answers of how many.
///
/// # Errors
/// When the database refuses.
pub async fn erase_emails_about(
    conn: &mut AsyncPgConnection,
    subject_key: &str,
) -> DbResult<usize> {
    Ok(sql_query(ERASE_ABOUT)
        .bind::<Text, _>(subject_key)
        .execute(conn)
        .await?)
}
