//! Queues: their limits over all workers, and whether they are paused.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_domain::jobs::Queue;

use crate::error::DbResult;
use crate::schema::job_queues;

/// A queue as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = job_queues, check_for_backend(diesel::pg::Pg))]
pub struct QueueRow {
    /// Its name.
    pub name: String,
    /// Most jobs that run at a time, over all workers.
    pub concurrency: i32,
    /// When it was paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// By whom.
    pub paused_by: Option<String>,
}

/// By name, as whoever claims locks them. Writes nothing that is as it should be.
const SET_CONCURRENCY: &str = "
INSERT INTO job_queues AS q (name, concurrency) SELECT * FROM unnest($1, $2) AS n (name, concurrency) ORDER BY name
ON CONFLICT (name) DO UPDATE SET concurrency = excluded.concurrency WHERE q.concurrency <> excluded.concurrency";

const PAUSE: &str = "
UPDATE job_queues SET paused_at = statement_timestamp(), paused_by = $2 WHERE name = $1 AND paused_at IS NULL";

const RESUME: &str = "
UPDATE job_queues SET paused_at = NULL, paused_by = NULL WHERE name = $1 AND paused_at IS NOT NULL";

/// Sets how many jobs run at a time in queues, over all workers.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn set_concurrency(
    conn: &mut AsyncPgConnection,
    queues: &[(Queue, u32)],
) -> DbResult<()> {
    let (names, limits): (Vec<&str>, Vec<i32>) = queues
        .iter()
        .map(|(queue, limit)| (queue.as_str(), i32::try_from(*limit).unwrap_or(i32::MAX)))
        .unzip();
    sql_query(SET_CONCURRENCY)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Integer>, _>(limits)
        .execute(conn)
        .await?;
    Ok(())
}

/// All queues, by name.
pub async fn list_queues(conn: &mut AsyncPgConnection) -> DbResult<Vec<QueueRow>> {
    Ok(job_queues::table
        .order(job_queues::name)
        .select(QueueRow::as_select())
        .load(conn)
        .await?)
}

/// A queue.
pub async fn find_queue(conn: &mut AsyncPgConnection, queue: Queue) -> DbResult<QueueRow> {
    Ok(job_queues::table
        .find(queue.as_str())
        .select(QueueRow::as_select())
        .first(conn)
        .await?)
}

/// Keeps jobs of a queue from being claimed, from the moment this commits; whether they were not kept already.
pub async fn pause_queue(conn: &mut AsyncPgConnection, queue: Queue, by: &str) -> DbResult<bool> {
    let rows = sql_query(PAUSE)
        .bind::<Text, _>(queue.as_str())
        .bind::<Text, _>(by)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Lets jobs of a queue be claimed again; whether they were kept.
pub async fn resume_queue(conn: &mut AsyncPgConnection, queue: Queue) -> DbResult<bool> {
    let rows = sql_query(RESUME)
        .bind::<Text, _>(queue.as_str())
        .execute(conn)
        .await?;
    Ok(rows > 0)
}
