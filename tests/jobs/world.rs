//! What the tests of jobs share: a database, kinds of jobs that do something visible, and quick workers.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;
use viral_engine_db::jobs::{Claim, ClaimedJob, JobRow, NewJob, When, claim, enqueue, find_job};
use viral_engine_db::{Connection, Database};
use viral_engine_domain::jobs::{JobState, Priority, Queue};
use viral_engine_jobs::{Registry, Worker, WorkerOptions};
use viral_engine_service::Context;
use viral_engine_service::notifications::follow_other_nodes;
use viral_engine_test_support::TestDb;
use viral_engine_test_support::test_app::{keys, service_config};

/// Longest time that something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database of its own with the use cases' context on it.
pub struct World {
    pub context: Context,
    _stop: DropGuard,
    db: TestDb,
}

impl World {
    pub async fn new() -> Self {
        let db = TestDb::new().await;
        let context = Context::new(
            db.database().clone(),
            keys(),
            service_config(),
            Arc::new(Utc::now),
        );
        let stop = CancellationToken::new();
        tokio::spawn(follow_other_nodes(context.clone(), stop.clone()));
        let world = Self {
            context,
            _stop: stop.drop_guard(),
            db,
        };
        world
            .run_sql("CREATE TABLE effects (n bigint NOT NULL, job uuid NOT NULL)")
            .await;
        world
    }

    pub async fn conn(&self) -> Connection {
        self.db.connection().await
    }

    pub fn database(&self) -> &Database {
        self.db.database()
    }

    pub async fn run_sql(&self, sql: &str) {
        let mut conn = self.conn().await;
        conn.batch_execute(sql).await.expect("a statement");
    }

    pub async fn number(&self, sql: &str) -> i64 {
        number(&mut *self.conn().await, sql).await
    }

    /// Enqueues one job and answers its id.
    pub async fn enqueue(&self, job: NewJob) -> Uuid {
        let enqueued = enqueue(&mut *self.conn().await, &[job])
            .await
            .expect("enqueued");
        enqueued[0].id()
    }

    pub async fn job(&self, id: Uuid) -> JobRow {
        find_job(&mut *self.conn().await, id)
            .await
            .expect("the job")
    }

    pub async fn state(&self, id: Uuid) -> JobState {
        JobState::parse(&self.job(id).await.state).expect("a state")
    }

    /// Claims up to `free` jobs of a queue for a worker.
    pub async fn claim(&self, worker: Uuid, queue: Queue, free: u32) -> Vec<ClaimedJob> {
        let wanted = Claim {
            worker,
            free: &[(queue, free)],
            kinds: &["note"],
            lease: TimeDelta::seconds(30),
        };
        claim(&mut *self.conn().await, wanted)
            .await
            .expect("a claim")
    }

    /// Lets the leases of all running jobs run out.
    pub async fn expire_leases(&self) {
        self.run_sql(
            "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE state = 'running'",
        )
        .await;
    }

    /// Starts a worker that notices everything at once.
    pub async fn worker(&self, registry: Registry, queues: &[(Queue, u32)]) -> Worker {
        let options = WorkerOptions {
            queues: queues.to_vec(),
            lease: Duration::from_millis(600),
            heartbeat: Duration::from_millis(100),
            poll: Duration::from_millis(100),
            reap: Duration::from_millis(100),
        };
        Worker::start(&self.context, registry, options)
            .await
            .expect("a worker")
    }

    /// Waits until a query's number is `expected`.
    pub async fn until(&self, sql: &str, expected: i64) {
        let mut conn = self.conn().await;
        let begun = std::time::Instant::now();
        loop {
            let now = number(&mut conn, sql).await;
            if now == expected {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{sql}: {now}, not {expected}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn until_state(&self, id: Uuid, state: JobState) {
        let sql = format!(
            "SELECT count(*) FROM jobs WHERE id = '{id}' AND state = '{}'",
            state.as_str()
        );
        self.until(&sql, 1).await;
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn number(conn: &mut AsyncPgConnection, sql: &str) -> i64 {
    let row: Number = sql_query(sql).get_result(conn).await.expect(sql);
    row.count
}

/// A job of the kind `note` in the default queue.
pub fn note(n: i64) -> NewJob {
    NewJob {
        kind: "note",
        queue: Queue::Default,
        payload: json!({ "n": n }),
        priority: Priority::Normal,
        max_attempts: 3,
        when: When::Now,
        unique: None,
    }
}

/// What the payload of a `note` holds.
pub fn n_of(job: &ClaimedJob) -> i64 {
    job.payload["n"].as_i64().expect("a number")
}
