//! Forgetting what ended long ago.

use chrono::TimeDelta;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_domain::jobs::JobState;

use super::micros;
use crate::error::DbResult;

/// The states first as the index has them, so that it can be used.
const PRUNE: &str = "
DELETE FROM jobs WHERE id IN (
    SELECT id FROM jobs
    WHERE state IN ('succeeded', 'discarded', 'cancelled') AND state = ANY ($1)
      AND finished_at < statement_timestamp() - $2 * interval '1 microsecond'
    ORDER BY finished_at LIMIT $3 FOR UPDATE SKIP LOCKED)";

const PRUNE_KEYS: &str = "DELETE FROM job_unique WHERE until < statement_timestamp()";

/// Removes at most `most` jobs that ended in one of `states` more than `kept` ago; answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn prune_jobs(
    conn: &mut AsyncPgConnection,
    states: &[JobState],
    kept: TimeDelta,
    most: i64,
) -> DbResult<usize> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    Ok(sql_query(PRUNE)
        .bind::<Array<Text>, _>(states)
        .bind::<BigInt, _>(micros(kept))
        .bind::<BigInt, _>(most)
        .execute(conn)
        .await?)
}

/// Removes keys that hold nobody back any more; answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn prune_keys(conn: &mut AsyncPgConnection) -> DbResult<usize> {
    Ok(sql_query(PRUNE_KEYS).execute(conn).await?)
}
