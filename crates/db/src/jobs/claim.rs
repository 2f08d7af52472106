//! Handing due jobs to a worker.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_domain::jobs::Queue;

use super::micros;
use crate::error::{DbError, DbResult};

/// What a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The worker.
    pub worker: Uuid,
    /// Its free slots by queue.
    pub free: &'a [(Queue, u32)],
    /// Kinds it can run: a node of an older version leaves those it does not know alone.
    pub kinds: &'a [&'a str],
    /// How long it holds them without prolonging.
    pub lease: TimeDelta,
}

/// A job that the worker holds now.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct ClaimedJob {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What it does.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Where it waited.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// What it is about.
    #[diesel(sql_type = Jsonb)]
    pub payload: Value,
    /// Number of this attempt, from 1.
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
    /// Since when it could have run.
    #[diesel(sql_type = Timestamptz)]
    pub run_at: DateTime<Utc>,
    /// When it began to run.
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Asked first, since a look costs no write and most find nothing.
const DUE: &str = "
SELECT q.name FROM unnest($1) AS q (name) WHERE EXISTS (
    SELECT FROM jobs WHERE queue = q.name AND state = 'waiting' AND priority = ANY ('{0,1,2}')
      AND run_at <= statement_timestamp())";

/// One worker at a time counts what runs in a queue, and nobody pauses it meanwhile. By name, so that no two wait for
/// each other.
const LOCK_QUEUES: &str =
    "SELECT name FROM job_queues WHERE name = ANY ($1) ORDER BY name FOR NO KEY UPDATE";

/// A search for each priority: within one, the index leads to the due jobs whatever waits for later.
const CLAIM: &str = "
WITH room AS MATERIALIZED (
    SELECT q.name, least(f.free, q.concurrency - (SELECT count(*) FROM jobs r WHERE r.queue = q.name AND r.state = 'running')) AS n
    FROM unnest($1, $2) AS f (name, free) JOIN job_queues q ON q.name = f.name WHERE q.paused_at IS NULL
), due AS MATERIALIZED (
    SELECT job.id FROM room CROSS JOIN LATERAL (
        SELECT first.id FROM (VALUES (0::smallint), (1::smallint), (2::smallint)) AS p (priority) CROSS JOIN LATERAL (
            SELECT id FROM jobs
            WHERE queue = room.name AND state = 'waiting' AND priority = p.priority AND run_at <= statement_timestamp()
              AND kind = ANY ($3)
            ORDER BY run_at, id LIMIT greatest(room.n, 0) FOR UPDATE SKIP LOCKED
        ) first LIMIT greatest(room.n, 0)
    ) job
)
UPDATE jobs j SET state = 'running', attempt = j.attempt + 1, worker = $4, started_at = statement_timestamp(),
    lease_until = statement_timestamp() + $5 * interval '1 microsecond', progress_done = NULL, progress_total = NULL
FROM due WHERE j.id = due.id
RETURNING j.id, j.kind, j.queue, j.payload, j.attempt, j.run_at, j.started_at";

/// Claims due jobs, at most as many as the worker has slots free and as a queue's limit over all workers leaves room.
///
/// # Errors
/// When the database refuses.
pub async fn claim(conn: &mut AsyncPgConnection, claim: Claim<'_>) -> DbResult<Vec<ClaimedJob>> {
    let names: Vec<&str> = claim.free.iter().map(|(queue, _)| queue.as_str()).collect();
    let due: Vec<Name> = sql_query(DUE)
        .bind::<Array<Text>, _>(&names)
        .load(conn)
        .await?;
    let due: Vec<String> = due.into_iter().map(|row| row.name).collect();
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let free = claim
        .free
        .iter()
        .filter(|(queue, _)| due.iter().any(|name| name == queue.as_str()));
    let (names, slots): (Vec<&str>, Vec<i64>) = free
        .map(|(queue, free)| (queue.as_str(), i64::from(*free)))
        .unzip();
    conn.transaction(async |conn| {
        sql_query(LOCK_QUEUES)
            .bind::<Array<Text>, _>(&names)
            .execute(conn)
            .await?;
        let jobs = sql_query(CLAIM)
            .bind::<Array<Text>, _>(&names)
            .bind::<Array<BigInt>, _>(&slots)
            .bind::<Array<Text>, _>(claim.kinds)
            .bind::<SqlUuid, _>(claim.worker)
            .bind::<BigInt, _>(micros(claim.lease))
            .load(conn)
            .await?;
        Ok::<_, DbError>(jobs)
    })
    .await
}
