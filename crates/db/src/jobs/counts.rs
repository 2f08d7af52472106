//! How much waits and runs.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Double, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// Jobs of one queue that have not ended well.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct QueueCounts {
    /// The queue.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// Due, and not claimed.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
    /// Not due yet.
    #[diesel(sql_type = BigInt)]
    pub later: i64,
    /// Being run.
    #[diesel(sql_type = BigInt)]
    pub running: i64,
    /// Given up.
    #[diesel(sql_type = BigInt)]
    pub discarded: i64,
    /// How long the job that is due longest has been waiting, in seconds.
    #[diesel(sql_type = Nullable<Double>)]
    pub lag_seconds: Option<f64>,
}

/// A part for each partial index.
const COUNT: &str = "
SELECT queue, sum(due)::bigint AS due, sum(later)::bigint AS later, sum(running)::bigint AS running,
       sum(discarded)::bigint AS discarded,
       extract(epoch FROM statement_timestamp() - min(oldest))::double precision AS lag_seconds
FROM (
    SELECT queue, count(*) FILTER (WHERE run_at <= statement_timestamp()) AS due,
           count(*) FILTER (WHERE run_at > statement_timestamp()) AS later, 0 AS running, 0 AS discarded,
           min(run_at) FILTER (WHERE run_at <= statement_timestamp()) AS oldest
    FROM jobs WHERE state = 'waiting' GROUP BY queue
    UNION ALL SELECT queue, 0, 0, count(*), 0, NULL FROM jobs WHERE state = 'running' GROUP BY queue
    UNION ALL SELECT queue, 0, 0, 0, count(*), NULL FROM jobs WHERE state = 'discarded' GROUP BY queue
) parts GROUP BY queue ORDER BY queue";

/// Counts jobs by queue; queues without any are left out.
///
/// # Errors
/// When the database refuses.
pub async fn count_jobs(conn: &mut AsyncPgConnection) -> DbResult<Vec<QueueCounts>> {
    Ok(sql_query(COUNT).load(conn).await?)
}
