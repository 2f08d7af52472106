//! Counted attempts to sign in, by hash of what was tried.
//!
//! An attempt is counted before its password is checked: however many come at once, no more than the free ones
//! pass before the lock holds.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Binary, Integer, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::sign_in_failures;

/// How attempts are slowed down.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The attempt that starts the first lock, of one second; each further one doubles it.
    pub free: i32,
    /// Longest lock in seconds.
    pub longest_lock_seconds: i32,
    /// Attempts before this are forgotten.
    pub forget_before: DateTime<Utc>,
}

/// Counts an attempt. Answers until when the subject is locked, if it is; a locked one is not counted.
///
/// # Errors
/// When the database refuses.
pub async fn count_attempt(
    conn: &mut AsyncPgConnection,
    subject: &[u8],
    limits: Limits,
    now: DateTime<Utc>,
) -> DbResult<Option<DateTime<Utc>>> {
    let counted = sql_query(
        "INSERT INTO sign_in_failures AS known (subject_hash, failures, last_failed_at) VALUES ($1, 1, $2) \
         ON CONFLICT ON CONSTRAINT sign_in_failures_pkey DO UPDATE SET \
             failures = CASE WHEN known.last_failed_at < $3 THEN 1 ELSE known.failures + 1 END, \
             last_failed_at = $2, \
             locked_until = CASE WHEN known.last_failed_at >= $3 AND known.failures + 1 >= $4 \
                 THEN $2 + make_interval(secs => LEAST(power(2, LEAST(known.failures + 1 - $4, 30)), $5)) END \
         WHERE known.locked_until IS NULL OR known.locked_until <= $2",
    )
    .bind::<Binary, _>(subject)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(limits.forget_before)
    .bind::<Integer, _>(limits.free)
    .bind::<Integer, _>(limits.longest_lock_seconds)
    .execute(conn)
    .await?;
    if counted == 1 {
        return Ok(None);
    }
    let until = sign_in_failures::table
        .find(subject)
        .select(sign_in_failures::locked_until)
        .first::<Option<DateTime<Utc>>>(conn)
        .await
        .optional()?;
    // Gone or unlocked in between: let the caller wait a moment and try again.
    Ok(Some(until.flatten().unwrap_or(now)))
}

/// Forgets what was counted, because the subject proved who it is.
///
/// # Errors
/// When the database refuses.
pub async fn forget_attempts(conn: &mut AsyncPgConnection, subject: &[u8]) -> DbResult<()> {
    diesel::delete(sign_in_failures::table.find(subject))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes back the one attempt that succeeded: a shared network keeps its count of failures.
///
/// # Errors
/// When the database refuses.
pub async fn refund_attempt(conn: &mut AsyncPgConnection, subject: &[u8]) -> DbResult<()> {
    diesel::update(sign_in_failures::table.find(subject))
        .filter(sign_in_failures::failures.gt(0))
        .set(sign_in_failures::failures.eq(sign_in_failures::failures - 1))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes what was last counted before `before` and answers how many rows that were.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old_attempts(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    Ok(diesel::delete(sign_in_failures::table)
        .filter(sign_in_failures::last_failed_at.lt(before))
        .execute(conn)
        .await?)
}
