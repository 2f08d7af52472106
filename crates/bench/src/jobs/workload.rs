//! Kinds of jobs that are measured and killed.

use std::time::Duration;
use viral_engine_domain::consents::Gate;

use chrono::TimeDelta;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use serde::{Deserialize, Serialize};
use viral_engine_domain::jobs::Backoff;
use viral_engine_jobs::{Job, JobContext, JobResult, Registry};
use viral_engine_service::jobs::{JobPayload, Queue};

/// Where effects are written.
pub const EFFECTS: &str =
    "CREATE TABLE bench_effects (n bigint NOT NULL, job uuid NOT NULL, attempt integer NOT NULL)";

/// A job may be killed with its worker many times before it must have ended.
const PATIENT: u32 = 200;

/// Everything a bench's worker can run.
pub fn registry() -> Registry {
    Registry::new()
        .with::<Nothing>()
        .with::<Effect>()
        .with::<Plain>()
        .with::<Poison>()
}

fn quick() -> Backoff {
    Backoff::Exponential {
        base: TimeDelta::milliseconds(20),
        most: TimeDelta::milliseconds(200),
    }
}

/// Does nothing.
#[derive(Serialize, Deserialize)]
pub struct Nothing {}

impl JobPayload for Nothing {
    const KIND: &'static str = "bench_nothing";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Batch;
}

impl Job for Nothing {
    async fn run(self, cx: JobContext) -> JobResult {
        cx.done()
    }
}

/// Writes a row in the transaction that ends it.
#[derive(Serialize, Deserialize)]
pub struct Effect {
    pub n: i64,
}

impl JobPayload for Effect {
    const KIND: &'static str = "bench_effect";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Batch;
    const MAX_ATTEMPTS: u32 = PATIENT;
}

impl Job for Effect {
    fn backoff() -> Backoff {
        quick()
    }

    async fn run(self, cx: JobContext) -> JobResult {
        let before = Duration::from_micros(rand::random_range(0..3_000));
        tokio::time::sleep(before).await;
        let mut conn = cx.service.connection().await?;
        conn.transaction(async |conn| {
            let finished = cx.finish(conn).await?;
            sql_query("INSERT INTO bench_effects (n, job, attempt) VALUES ($1, $2, $3)")
                .bind::<BigInt, _>(self.n)
                .bind::<SqlUuid, _>(cx.id())
                .bind::<Integer, _>(cx.attempt())
                .execute(conn)
                .await?;
            Ok(finished)
        })
        .await
    }
}

/// Takes a moment; its worker writes its end.
#[derive(Serialize, Deserialize)]
pub struct Plain {
    pub n: i64,
}

impl JobPayload for Plain {
    const KIND: &'static str = "bench_plain";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Default;
    const MAX_ATTEMPTS: u32 = PATIENT;
}

impl Job for Plain {
    fn backoff() -> Backoff {
        quick()
    }

    async fn run(self, cx: JobContext) -> JobResult {
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..3_000))).await;
        cx.done()
    }
}

/// Kills its process.
#[derive(Serialize, Deserialize)]
pub struct Poison {
    pub n: i64,
}

impl JobPayload for Poison {
    const KIND: &'static str = "bench_poison";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Recaps;
    const MAX_ATTEMPTS: u32 = 2;
}

impl Job for Poison {
    fn backoff() -> Backoff {
        quick()
    }

    async fn run(self, _: JobContext) -> JobResult {
        std::process::abort()
    }
}
