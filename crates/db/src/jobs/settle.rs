//! How attempts end.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::jobs::{JobEvent, JobLife, JobState};

use super::hold::Attempt;
use super::micros;
use crate::error::{DbError, DbResult};

/// How an attempt ended other than well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The job.
    pub id: Uuid,
    /// Number of the attempt.
    pub attempt: i32,
    /// What happened.
    pub event: JobEvent,
    /// Wait before the next attempt, if there is one.
    pub wait: TimeDelta,
    /// What went wrong, to be kept; none when nothing did. Holds no personal data.
    pub message: Option<String>,
}

const COMPLETE: &str = "
UPDATE jobs j SET state = 'succeeded', finished_at = statement_timestamp(), lease_until = NULL
FROM unnest($1, $2) AS h (id, attempt)
WHERE j.id = h.id AND j.attempt = h.attempt AND j.worker = $3 AND j.state = 'running'";

/// Those that the same attempt of the same worker did not end well either: an earlier try of the statement may have
/// committed without anybody hearing of it.
const NOT_COMPLETED: &str = "
SELECT h.id FROM unnest($1, $2) AS h (id, attempt) WHERE NOT EXISTS (
    SELECT FROM jobs j WHERE j.id = h.id AND j.attempt = h.attempt AND j.worker = $3 AND j.state = 'succeeded')";

const LOCK_HELD: &str = "
SELECT j.id, j.attempt, j.attempt_limit, j.max_attempts, j.cancel_requested_at IS NOT NULL AS cancel_requested
FROM jobs j JOIN unnest($1, $2) AS h (id, attempt) ON j.id = h.id AND j.attempt = h.attempt
WHERE j.worker = $3 AND j.state = 'running' ORDER BY j.id FOR UPDATE OF j";

const SAVE: &str = "
UPDATE jobs j SET state = e.state, attempt_limit = e.attempt_limit, lease_until = NULL,
    run_at = CASE e.state WHEN 'waiting' THEN statement_timestamp() + e.wait * interval '1 microsecond' ELSE j.run_at END,
    finished_at = CASE e.state WHEN 'waiting' THEN NULL ELSE statement_timestamp() END
FROM unnest($1, $2, $3, $4) AS e (id, state, attempt_limit, wait) WHERE j.id = e.id";

const KEEP_ERRORS: &str = "
INSERT INTO job_errors (job_id, attempt, at, worker, message)
SELECT e.id, e.attempt, statement_timestamp(), j.worker, e.message
FROM unnest($1, $2, $3) AS e (id, attempt, message) JOIN jobs j ON j.id = e.id";

#[derive(QueryableByName)]
struct JobId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// A running job that is locked.
#[derive(QueryableByName)]
pub(super) struct Locked {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
    #[diesel(sql_type = Integer)]
    pub attempt_limit: i32,
    #[diesel(sql_type = Integer)]
    pub max_attempts: i32,
    #[diesel(sql_type = Bool)]
    pub cancel_requested: bool,
}

impl Locked {
    fn after(&self, event: JobEvent) -> DbResult<JobLife> {
        let life = JobLife {
            state: JobState::Running,
            attempt: self.attempt.unsigned_abs(),
            attempt_limit: self.attempt_limit.unsigned_abs(),
            max_attempts: self.max_attempts.unsigned_abs(),
            cancel_requested: self.cancel_requested,
        };
        life.after(event)
            .map_err(|error| DbError::Statement(error.to_string()))
    }
}

/// Ends attempts well. Answers the jobs that were not held any more, whose end does not count.
///
/// # Errors
/// When the database refuses; the same again is safe.
pub async fn complete(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    attempts: &[Attempt],
) -> DbResult<Vec<Uuid>> {
    let (ids, numbers): (Vec<Uuid>, Vec<i32>) = attempts.iter().copied().unzip();
    let completed = sql_query(COMPLETE)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Integer>, _>(&numbers)
        .bind::<SqlUuid, _>(worker)
        .execute(conn)
        .await?;
    if completed == attempts.len() {
        return Ok(Vec::new());
    }
    let lost: Vec<JobId> = sql_query(NOT_COMPLETED)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Integer>, _>(&numbers)
        .bind::<SqlUuid, _>(worker)
        .load(conn)
        .await?;
    Ok(lost.into_iter().map(|job| job.id).collect())
}

/// Ends attempts otherwise, as the rules of [`JobLife`] say. Answers what became of those that were still held.
///
/// # Errors
/// As [`complete`].
pub async fn settle(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    endings: &[Ending],
) -> DbResult<Vec<(Uuid, JobState)>> {
    let ids: Vec<Uuid> = endings.iter().map(|ending| ending.id).collect();
    let numbers: Vec<i32> = endings.iter().map(|ending| ending.attempt).collect();
    conn.transaction(async |conn| {
        let locked: Vec<Locked> = sql_query(LOCK_HELD)
            .bind::<Array<SqlUuid>, _>(&ids)
            .bind::<Array<Integer>, _>(&numbers)
            .bind::<SqlUuid, _>(worker)
            .load(conn)
            .await?;
        save(conn, &locked, endings).await
    })
    .await
}

/// Writes how locked jobs go on.
pub(super) async fn save(
    conn: &mut AsyncPgConnection,
    locked: &[Locked],
    endings: &[Ending],
) -> DbResult<Vec<(Uuid, JobState)>> {
    if locked.is_empty() {
        return Ok(Vec::new());
    }
    let endings: HashMap<Uuid, &Ending> =
        endings.iter().map(|ending| (ending.id, ending)).collect();
    let mut next = Vec::with_capacity(locked.len());
    for job in locked {
        if let Some(ending) = endings.get(&job.id) {
            next.push((*ending, job.after(ending.event)?));
        }
    }
    write_states(conn, &next).await?;
    keep_errors(conn, &next).await?;
    Ok(next
        .iter()
        .map(|(ending, life)| (ending.id, life.state))
        .collect())
}

async fn write_states(conn: &mut AsyncPgConnection, next: &[(&Ending, JobLife)]) -> DbResult<()> {
    let limit = |life: &JobLife| i32::try_from(life.attempt_limit).unwrap_or(i32::MAX);
    let ids: Vec<Uuid> = next.iter().map(|(ending, _)| ending.id).collect();
    let states: Vec<&str> = next.iter().map(|(_, life)| life.state.as_str()).collect();
    let limits: Vec<i32> = next.iter().map(|(_, life)| limit(life)).collect();
    let waits: Vec<i64> = next.iter().map(|(ending, _)| micros(ending.wait)).collect();
    sql_query(SAVE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(states)
        .bind::<Array<Integer>, _>(limits)
        .bind::<Array<BigInt>, _>(waits)
        .execute(conn)
        .await?;
    Ok(())
}

async fn keep_errors(conn: &mut AsyncPgConnection, next: &[(&Ending, JobLife)]) -> DbResult<()> {
    let failed: Vec<(&Ending, &str)> = next
        .iter()
        .filter_map(|(ending, _)| Some((*ending, ending.message.as_deref()?)))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = failed.iter().map(|(ending, _)| ending.id).collect();
    let numbers: Vec<i32> = failed.iter().map(|(ending, _)| ending.attempt).collect();
    let messages: Vec<&str> = failed.iter().map(|(_, message)| *message).collect();
    sql_query(KEEP_ERRORS)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Integer>, _>(numbers)
        .bind::<Array<Text>, _>(messages)
        .execute(conn)
        .await?;
    Ok(())
}
