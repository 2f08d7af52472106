//! What a worker holds: prolonging it, and acting on it while nobody else was given it.

use std::collections::HashSet;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::micros;
use crate::error::DbResult;

/// One attempt of a job by a worker. What is done in its name counts only while the worker holds the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// The job.
    pub id: Uuid,
    /// The worker.
    pub worker: Uuid,
    /// Number of the attempt.
    pub attempt: i32,
}

/// A job and the number of an attempt.
pub type Attempt = (Uuid, i32);

/// What a worker learns when it prolongs what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// To be ended: an operator does not want them any more.
    pub cancelled: Vec<Attempt>,
    /// Not held any more.
    pub lost: Vec<Attempt>,
}

/// A row that is locked is being ended or acted on by its own worker, who must not be waited for in the order of
/// this statement: that could be a circle. Its lease does not run out before the lock is gone either.
const PROLONG_ALL: &str = "
WITH held AS MATERIALIZED (
    SELECT j.id FROM jobs j JOIN unnest($1, $2) AS h (id, attempt) ON j.id = h.id AND j.attempt = h.attempt
    WHERE j.worker = $3 AND j.state = 'running' FOR UPDATE OF j SKIP LOCKED
)
UPDATE jobs j SET lease_until = statement_timestamp() + $4 * interval '1 microsecond'
FROM held WHERE j.id = held.id RETURNING j.id, j.attempt, j.cancel_requested_at IS NOT NULL AS cancelled";

const STILL_HELD: &str = "
SELECT j.id, j.attempt, j.cancel_requested_at IS NOT NULL AS cancelled
FROM jobs j JOIN unnest($1, $2) AS h (id, attempt) ON j.id = h.id AND j.attempt = h.attempt
WHERE j.worker = $3 AND j.state = 'running'";

const HOLD: &str = "
UPDATE jobs SET lease_until = statement_timestamp() + $4 * interval '1 microsecond'
WHERE id = $1 AND worker = $2 AND attempt = $3 AND state = 'running'";

const FINISH: &str = "
UPDATE jobs SET state = 'succeeded', finished_at = statement_timestamp(), lease_until = NULL
WHERE id = $1 AND worker = $2 AND attempt = $3 AND state = 'running'";

const PROGRESS: &str = "
UPDATE jobs SET progress_done = $4, progress_total = $5
WHERE id = $1 AND worker = $2 AND attempt = $3 AND state = 'running'";

#[derive(QueryableByName)]
struct Beat {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Bool)]
    cancelled: bool,
}

impl Beat {
    fn attempt(&self) -> Attempt {
        (self.id, self.attempt)
    }
}

/// Prolongs all that a worker holds.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn prolong_all(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    held: &[Attempt],
    lease: TimeDelta,
) -> DbResult<Pulse> {
    let (ids, attempts): (Vec<Uuid>, Vec<i32>) = held.iter().copied().unzip();
    let mut beats: Vec<Beat> = sql_query(PROLONG_ALL)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Integer>, _>(&attempts)
        .bind::<SqlUuid, _>(worker)
        .bind::<BigInt, _>(micros(lease))
        .load(conn)
        .await?;
    if beats.len() < ids.len() {
        beats = sql_query(STILL_HELD)
            .bind::<Array<SqlUuid>, _>(&ids)
            .bind::<Array<Integer>, _>(&attempts)
            .bind::<SqlUuid, _>(worker)
            .load(conn)
            .await?;
    }
    let known: HashSet<Attempt> = beats.iter().map(Beat::attempt).collect();
    let cancelled = beats.iter().filter(|beat| beat.cancelled);
    let lost = held.iter().filter(|attempt| !known.contains(attempt));
    Ok(Pulse {
        cancelled: cancelled.map(Beat::attempt).collect(),
        lost: lost.copied().collect(),
    })
}

/// Keeps a job held until the transaction ends, and for `lease` from now; whether it still was.
pub async fn hold(conn: &mut AsyncPgConnection, held: Held, lease: TimeDelta) -> DbResult<bool> {
    let rows = sql_query(HOLD)
        .bind::<SqlUuid, _>(held.id)
        .bind::<SqlUuid, _>(held.worker)
        .bind::<Integer, _>(held.attempt)
        .bind::<BigInt, _>(micros(lease))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Ends one job well, in the transaction of what it did; whether it was still held.
pub async fn finish_held(conn: &mut AsyncPgConnection, held: Held) -> DbResult<bool> {
    let rows = sql_query(FINISH)
        .bind::<SqlUuid, _>(held.id)
        .bind::<SqlUuid, _>(held.worker)
        .bind::<Integer, _>(held.attempt)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Says how much of a job is done; whether it was still held.
pub async fn set_progress(
    conn: &mut AsyncPgConnection,
    held: Held,
    done: i64,
    total: Option<i64>,
) -> DbResult<bool> {
    let rows = sql_query(PROGRESS)
        .bind::<SqlUuid, _>(held.id)
        .bind::<SqlUuid, _>(held.worker)
        .bind::<Integer, _>(held.attempt)
        .bind::<BigInt, _>(done)
        .bind::<Nullable<BigInt>, _>(total)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}
