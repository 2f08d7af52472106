//! Taking jobs from workers that are not heard of any more.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::jobs::{JobEvent, JobState};

use super::settle::{Ending, Locked, save};
use crate::error::{DbError, DbResult};

/// A job whose lease has run out.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct LostJob {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What it does.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Who had it.
    #[diesel(sql_type = SqlUuid)]
    pub worker: Uuid,
    /// Number of the attempt.
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
    #[diesel(sql_type = Integer)]
    attempt_limit: i32,
    #[diesel(sql_type = Integer)]
    max_attempts: i32,
    #[diesel(sql_type = Bool)]
    cancel_requested: bool,
}

const LOCK_EXPIRED: &str = "
SELECT id, kind, worker, attempt, attempt_limit, max_attempts, cancel_requested_at IS NOT NULL AS cancel_requested
FROM jobs WHERE state = 'running' AND lease_until < statement_timestamp()
ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED";

/// Ends the attempts of at most `most` jobs whose lease has run out, each to wait as `wait` says. The attempt counts.
/// Answers what became of them.
///
/// # Errors
/// When the database refuses.
pub async fn reap(
    conn: &mut AsyncPgConnection,
    most: i64,
    wait: impl Fn(&LostJob) -> TimeDelta + Send + Sync,
) -> DbResult<Vec<(LostJob, JobState)>> {
    conn.transaction(async |conn| {
        let lost: Vec<LostJob> = sql_query(LOCK_EXPIRED)
            .bind::<BigInt, _>(most)
            .load(conn)
            .await?;
        let endings: Vec<Ending> = lost.iter().map(|job| ending(job, wait(job))).collect();
        let locked: Vec<Locked> = lost.iter().map(locked).collect();
        let states = save(conn, &locked, &endings).await?;
        // In the order of what was given.
        let states = states.into_iter().map(|(_, state)| state);
        Ok::<_, DbError>(lost.into_iter().zip(states).collect())
    })
    .await
}

fn ending(job: &LostJob, wait: TimeDelta) -> Ending {
    Ending {
        id: job.id,
        attempt: job.attempt,
        event: JobEvent::Lost,
        wait,
        message: Some(format!(
            "Worker {} was not heard of any more while it ran this: it was killed, froze or lost the database.",
            job.worker
        )),
    }
}

fn locked(job: &LostJob) -> Locked {
    Locked {
        id: job.id,
        attempt: job.attempt,
        attempt_limit: job.attempt_limit,
        max_attempts: job.max_attempts,
        cancel_requested: job.cancel_requested,
    }
}
