//! The job engine: how many trivial jobs it runs a second and how soon one begins, and, apart, whether any is lost or
//! done twice while its workers are killed.

mod crash;
pub mod database;
mod peer;
mod worker;
mod workload;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use diesel_async::AsyncConnection as _;
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions};
use viral_engine_service::jobs::{enqueue, enqueue_all};

use crate::report;
use database::BenchDatabase;
use workload::Nothing;

pub use crash::{CrashPlan, run as crash};
pub use worker::run as worker;

/// Jobs enqueued in one transaction.
const BATCH: usize = 1_000;
/// Longest time that a round may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// Jobs enqueued one by one to an idle worker.
const SINGLE_JOBS: usize = 200;
/// Not 0 while jobs are left; found out without counting them.
const LEFT: &str = "
SELECT (SELECT count(*) FROM (SELECT FROM jobs WHERE state = 'waiting' LIMIT 1) waiting)
     + (SELECT count(*) FROM (SELECT FROM jobs WHERE state = 'running' LIMIT 1) running) AS count";

/// Measures up to `jobs` trivial jobs `rounds` times for each number of slots, and as many by the peer in a folder.
pub async fn run(jobs: usize, rounds: usize, peer: Option<&Path>) -> Result<()> {
    let database = BenchDatabase::start().await?;
    let mut rows = Vec::new();
    for slots in [10, 100, 1_000, 4_000] {
        let mut rates = Vec::new();
        for _ in 0..rounds {
            // Few slots are slow by nature: each waits for the database twice a job.
            rates.push(throughput(&database, jobs.min(slots * 50), slots).await?);
        }
        rows.push(row(&format!("Viral Engine, {slots} slots"), &mut rates));
    }
    if let Some(folder) = peer {
        let mut rates = Vec::new();
        for _ in 0..rounds {
            rates.push(peer::throughput(folder, database.url(), jobs)?);
        }
        rows.push(row("graphile-worker, local queue and batches", &mut rates));
    }
    let (median, worst) = pickup(&database).await?;
    database.stop().await?;
    report::heading("Jobs")?;
    report::table(&["", "trivial jobs/s, median", "least", "most"], &rows)?;
    report::line(&format!(
        "\nA single job on an idle engine begins {median:.1} ms (median) to {worst:.1} ms (p99) after its commit."
    ))
}

fn row(name: &str, rates: &mut [f64]) -> Vec<String> {
    rates.sort_by(f64::total_cmp);
    let at = |index: usize| {
        rates
            .get(index)
            .map_or_else(String::new, |rate| format!("{rate:.0}"))
    };
    vec![
        name.to_owned(),
        at(rates.len() / 2),
        at(0),
        at(rates.len() - 1),
    ]
}

/// Jobs a second from the start of the worker until the last end is written.
async fn throughput(database: &BenchDatabase, jobs: usize, slots: usize) -> Result<f64> {
    let context = database.context()?;
    let mut conn = context.database.connection().await?;
    database.clear(&mut conn).await?;
    let payloads: Vec<Nothing> = (0..jobs).map(|_| Nothing {}).collect();
    for batch in payloads.chunks(BATCH) {
        conn.transaction(async |conn| enqueue_all(conn, batch).await)
            .await?;
    }
    let options = WorkerOptions {
        queues: vec![(Queue::Batch, u32::try_from(slots)?)],
        ..WorkerOptions::default()
    };
    let begun = Instant::now();
    let worker = Worker::start(&context, workload::registry(), options).await?;
    while database.number(&mut conn, LEFT).await? > 0 {
        if begun.elapsed() > PATIENCE {
            bail!("jobs were left after {PATIENCE:?}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rate = jobs as f64 / begun.elapsed().as_secs_f64();
    worker.stop(Duration::from_secs(5)).await;
    Ok(rate)
}

/// Milliseconds from the commit of a single job until it begins, by the database's clock: median and p99.
async fn pickup(database: &BenchDatabase) -> Result<(f64, f64)> {
    let context = database.context()?;
    let mut conn = context.database.connection().await?;
    database.clear(&mut conn).await?;
    let _listening = database::listen(&context);
    let worker = Worker::start(&context, workload::registry(), WorkerOptions::default()).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..SINGLE_JOBS {
        enqueue(&mut conn, &Nothing {}).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    while database.number(&mut conn, LEFT).await? > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    worker.stop(Duration::from_secs(5)).await;
    let median = database.number(&mut conn, &began_after(0.5)).await?;
    let worst = database.number(&mut conn, &began_after(0.99)).await?;
    Ok((median as f64 / 1_000.0, worst as f64 / 1_000.0))
}

/// The microseconds within which a share of the jobs began.
fn began_after(share: f64) -> String {
    format!(
        "SELECT (1000000 * percentile_cont({share}) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - created_at)))::bigint AS count
         FROM jobs"
    )
}
