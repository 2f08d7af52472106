//! Asking for work, in the transaction of whatever needs it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    Array, BigInt, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_domain::jobs::{Priority, Queue};

use super::micros;
use crate::error::DbResult;
use crate::notifications::{Channel, notify};

/// A job to enqueue.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// What it does.
    pub kind: &'static str,
    /// Where it waits.
    pub queue: Queue,
    /// Ids and options, never personal data.
    pub payload: Value,
    /// Which of the due jobs is first.
    pub priority: Priority,
    /// The attempt after which it is discarded, at least 1.
    pub max_attempts: u32,
    /// Not before.
    pub when: When,
    /// Whether another one like it makes it needless.
    pub unique: Option<Unique>,
}

/// When a job is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// At once.
    #[default]
    Now,
    /// So long from now, by the database's clock.
    After(TimeDelta),
    /// Then.
    At(DateTime<Utc>),
}

/// What makes two jobs of a kind the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Equal for jobs that do the same.
    pub key: String,
    /// So long after the first, further ones are not enqueued.
    pub period: TimeDelta,
}

/// What became of a job that was to be enqueued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It has this id.
    New(Uuid),
    /// The job of this id does for it, see [`Unique`].
    Existing(Uuid),
}

impl Enqueued {
    /// The job that does the work.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::New(id) | Self::Existing(id) => id,
        }
    }
}

/// In the order of the keys, as whoever takes several must, or two could wait for each other. The clock is asked after
/// a wait for another transaction that holds the key.
const TAKE_KEYS: &str = "
INSERT INTO job_unique AS u (kind, key, until, job_id)
SELECT n.kind, n.key, clock_timestamp() + n.period * interval '1 microsecond', n.id
FROM unnest($1, $2, $3, $4) AS n (kind, key, period, id) ORDER BY n.kind, n.key
ON CONFLICT (kind, key) DO UPDATE SET until = excluded.until, job_id = excluded.job_id
    WHERE u.until <= clock_timestamp()
RETURNING kind, key, job_id";

const HOLDERS: &str = "
SELECT kind, key, job_id FROM job_unique JOIN unnest($1, $2) AS n (kind, key) USING (kind, key)";

const INSERT: &str = "
INSERT INTO jobs (id, kind, queue, payload, state, priority, attempt_limit, max_attempts, created_at, run_at)
SELECT n.id, n.kind, n.queue, n.payload, 'waiting', n.priority, n.max_attempts, n.max_attempts, statement_timestamp(),
       coalesce(n.run_at, statement_timestamp() + n.delay * interval '1 microsecond')
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS n (id, kind, queue, payload, priority, max_attempts, run_at, delay)";

/// Kind and key.
type Key<'a> = (&'static str, &'a str);

#[derive(QueryableByName)]
struct Holder {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = SqlUuid)]
    job_id: Uuid,
}

/// Stores jobs in the caller's transaction and, once it commits, wakes workers. Answers in the order of `jobs`.
///
/// A unique job waits for a transaction that is enqueueing the same.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(conn: &mut AsyncPgConnection, jobs: &[NewJob]) -> DbResult<Vec<Enqueued>> {
    let mut named: Vec<(Uuid, &NewJob)> = jobs.iter().map(|job| (Uuid::now_v7(), job)).collect();
    let holders = take_keys(conn, &named).await?;
    let outcomes = named
        .iter()
        .map(
            |(id, job)| match key_of(job).and_then(|key| holders.get(&key)) {
                Some(holder) if holder != id => Enqueued::Existing(*holder),
                _ => Enqueued::New(*id),
            },
        )
        .collect();
    named.retain(|(id, job)| key_of(job).is_none_or(|key| holders.get(&key) == Some(id)));
    insert(conn, &named).await?;
    let due = named.iter().filter(|(_, job)| job.when == When::Now);
    let queues: BTreeSet<&str> = due.map(|(_, job)| job.queue.as_str()).collect();
    for queue in queues {
        notify(conn, Channel::Jobs, queue).await?;
    }
    Ok(outcomes)
}

fn key_of(job: &NewJob) -> Option<Key<'_>> {
    Some((job.kind, job.unique.as_ref()?.key.as_str()))
}

/// Which job holds each key; of equal ones among `jobs` the first has the chance.
async fn take_keys<'a>(
    conn: &mut AsyncPgConnection,
    jobs: &[(Uuid, &'a NewJob)],
) -> DbResult<HashMap<Key<'a>, Uuid>> {
    let mut wanted: HashMap<Key<'a>, (Uuid, i64)> = HashMap::new();
    for (id, job) in jobs {
        if let (Some(key), Some(unique)) = (key_of(job), &job.unique) {
            wanted.entry(key).or_insert((*id, micros(unique.period)));
        }
    }
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds: Vec<&str> = wanted.keys().map(|(kind, _)| *kind).collect();
    let keys: Vec<&str> = wanted.keys().map(|(_, key)| *key).collect();
    let periods: Vec<i64> = wanted.values().map(|(_, period)| *period).collect();
    let ids: Vec<Uuid> = wanted.values().map(|(id, _)| *id).collect();
    let mut rows: Vec<Holder> = sql_query(TAKE_KEYS)
        .bind::<Array<Text>, _>(&kinds)
        .bind::<Array<Text>, _>(&keys)
        .bind::<Array<BigInt>, _>(&periods)
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(conn)
        .await?;
    if rows.len() < wanted.len() {
        // A statement of its own: it sees what the other one had to wait for.
        rows = sql_query(HOLDERS)
            .bind::<Array<Text>, _>(&kinds)
            .bind::<Array<Text>, _>(&keys)
            .load(conn)
            .await?;
    }
    let holders: HashMap<(&str, &str), Uuid> = rows
        .iter()
        .map(|row| ((row.kind.as_str(), row.key.as_str()), row.job_id))
        .collect();
    Ok(wanted
        .into_keys()
        .filter_map(|key| Some((key, *holders.get(&key)?)))
        .collect())
}

async fn insert(conn: &mut AsyncPgConnection, jobs: &[(Uuid, &NewJob)]) -> DbResult<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let run_at = |when| match when {
        When::At(at) => Some(at),
        When::Now | When::After(_) => None,
    };
    let delay = |when| match when {
        When::After(delay) => micros(delay),
        When::Now | When::At(_) => 0,
    };
    let attempts = |job: &NewJob| i32::try_from(job.max_attempts).unwrap_or(i32::MAX / 2);
    sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(column(jobs, |(id, _)| *id))
        .bind::<Array<Text>, _>(column(jobs, |(_, job)| job.kind))
        .bind::<Array<Text>, _>(column(jobs, |(_, job)| job.queue.as_str()))
        .bind::<Array<Jsonb>, _>(column(jobs, |(_, job)| job.payload.clone()))
        .bind::<Array<SmallInt>, _>(column(jobs, |(_, job)| job.priority.rank()))
        .bind::<Array<Integer>, _>(column(jobs, |(_, job)| attempts(job)))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(jobs, |(_, job)| run_at(job.when)))
        .bind::<Array<BigInt>, _>(column(jobs, |(_, job)| delay(job.when)))
        .execute(conn)
        .await?;
    Ok(())
}

fn column<'a, T>(
    jobs: &'a [(Uuid, &'a NewJob)],
    value: impl Fn(&'a (Uuid, &'a NewJob)) -> T,
) -> Vec<T> {
    jobs.iter().map(value).collect()
}
