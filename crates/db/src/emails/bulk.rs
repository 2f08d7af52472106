//! Messages, many at a time: the number of statements does not depend on theirs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::EmailRow;
use super::suppressions::is_minor;
use crate::error::DbResult;
use crate::schema::{email_suppressions, users};

/// What a message is about, for whom.
#[derive(Clone, Debug)]
pub struct EmailKey<'a> {
    /// Place among the messages that are asked about; keys of one message differ in the hash alone.
    pub place: i32,
    /// What it is.
    pub kind: &'a str,
    /// What it is about.
    pub subject_key: &'a str,
    /// Keyed hash of the recipient's address.
    pub recipient_hash: Vec<u8>,
}

/// A message that is there already.
#[derive(Clone, Debug, QueryableByName)]
pub struct KnownEmail {
    /// Place of its key.
    #[diesel(sql_type = Integer)]
    pub place: i32,
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its state.
    #[diesel(sql_type = Text)]
    pub state: String,
}

const KNOWN: &str = "
SELECT DISTINCT ON (n.place) n.place, e.id, e.state
FROM unnest($1::int[], $2::text[], $3::text[], $4::bytea[]) AS n (place, kind, subject_key, recipient_hash)
JOIN emails e USING (kind, subject_key, recipient_hash)
ORDER BY n.place, e.sequence DESC";

/// Rows are sorted as whoever inserts several must, or two could wait for each other.
const INSERT: &str = "
INSERT INTO emails (id, kind, subject_key, recipient_hash, sequence, address_cipher, content_cipher, locale, subject_line,
                    state, suppressed_for, attempts, message_id, created_at)
SELECT n.id, n.kind, n.subject_key, n.recipient_hash, n.sequence, n.address_cipher, n.content_cipher, n.locale,
       n.subject_line, n.state, n.suppressed_for, 0, n.message_id, n.created_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::int[], $6::bytea[], $7::bytea[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::timestamptz[])
    AS n (id, kind, subject_key, recipient_hash, sequence, address_cipher, content_cipher, locale, subject_line, state,
          suppressed_for, message_id, created_at)
ORDER BY n.kind, n.subject_key, n.recipient_hash, n.sequence
ON CONFLICT ON CONSTRAINT emails_recipient_key DO NOTHING
RETURNING id";

const SET_JOBS: &str = "
UPDATE emails e SET job_id = n.job FROM unnest($1::uuid[], $2::uuid[]) AS n (id, job) WHERE e.id = n.id";

/// The messages that were sent last of those with these keys; at most one a place.
///
/// # Errors
/// When the database refuses.
pub async fn find_known_emails(
    conn: &mut AsyncPgConnection,
    keys: &[EmailKey<'_>],
) -> DbResult<Vec<KnownEmail>> {
    Ok(sql_query(KNOWN)
        .bind::<Array<Integer>, _>(column(keys, |key| key.place))
        .bind::<Array<Text>, _>(column(keys, |key| key.kind))
        .bind::<Array<Text>, _>(column(keys, |key| key.subject_key))
        .bind::<Array<Binary>, _>(column(keys, |key| key.recipient_hash.as_slice()))
        .load(conn)
        .await?)
}

/// Which of these addresses get no mail, and why.
///
/// # Errors
/// When the database refuses.
pub async fn suppressions_among(
    conn: &mut AsyncPgConnection,
    hashes: &[&[u8]],
) -> DbResult<Vec<(Vec<u8>, String)>> {
    Ok(email_suppressions::table
        .filter(email_suppressions::recipient_hash.eq_any(hashes))
        .select((
            email_suppressions::recipient_hash,
            email_suppressions::reason,
        ))
        .load(conn)
        .await?)
}

/// Which of these addresses are those of minors.
///
/// # Errors
/// When the database refuses.
pub async fn minors_among(
    conn: &mut AsyncPgConnection,
    hashes: &[&[u8]],
) -> DbResult<Vec<Vec<u8>>> {
    Ok(users::table
        .filter(users::email_hash.eq_any(hashes))
        .filter(is_minor())
        .select(users::email_hash.assume_not_null())
        .load(conn)
        .await?)
}

/// Stores new messages without jobs, and answers the ids of those that were not there already.
///
/// # Errors
/// When the database refuses.
pub async fn insert_emails(conn: &mut AsyncPgConnection, rows: &[EmailRow]) -> DbResult<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let stored: Vec<Id> = sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(column(rows, |row| row.id))
        .bind::<Array<Text>, _>(column(rows, |row| row.kind.as_str()))
        .bind::<Array<Text>, _>(column(rows, |row| row.subject_key.as_str()))
        .bind::<Array<Binary>, _>(column(rows, |row| row.recipient_hash.as_slice()))
        .bind::<Array<Integer>, _>(column(rows, |row| row.sequence))
        .bind::<Array<Nullable<Binary>>, _>(column(rows, |row| row.address_cipher.as_deref()))
        .bind::<Array<Nullable<Binary>>, _>(column(rows, |row| row.content_cipher.as_deref()))
        .bind::<Array<Text>, _>(column(rows, |row| row.locale.as_str()))
        .bind::<Array<Text>, _>(column(rows, |row| row.subject_line.as_str()))
        .bind::<Array<Text>, _>(column(rows, |row| row.state.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(rows, |row| row.suppressed_for.as_deref()))
        .bind::<Array<Text>, _>(column(rows, |row| row.message_id.as_str()))
        .bind::<Array<Timestamptz>, _>(column(rows, |row| -> DateTime<Utc> { row.created_at }))
        .load(conn)
        .await?;
    Ok(stored.into_iter().map(|row| row.id).collect())
}

/// Notes which jobs send messages.
///
/// # Errors
/// When the database refuses.
pub async fn set_email_jobs(
    conn: &mut AsyncPgConnection,
    emails: &[Uuid],
    jobs: &[Uuid],
) -> DbResult<()> {
    sql_query(SET_JOBS)
        .bind::<Array<SqlUuid>, _>(emails)
        .bind::<Array<SqlUuid>, _>(jobs)
        .execute(conn)
        .await?;
    Ok(())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
