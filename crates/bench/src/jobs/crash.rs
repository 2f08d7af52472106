//! Jobs while their workers are killed and frozen and their database is: every job reaches its end, no effect is
//! written twice, none is lost, and what kills its process does not go on for ever.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use rand::RngExt as _;
use viral_engine_db::Connection;
use viral_engine_service::jobs::{JobPayload, enqueue_all};
use viral_engine_service::{Context, ServiceError};

use super::LEFT;
use super::database::{BenchDatabase, signal};
use super::worker::LEASE;
use super::workload::{EFFECTS, Effect, Plain, Poison};
use crate::report;

/// Worker processes at a time.
const WORKERS: usize = 3;
/// Jobs in one transaction.
const BATCH: usize = 500;
/// One kill in so many freezes a worker beyond its lease instead, and lets it wake.
const FREEZE_EVERY: usize = 10;
/// Longest time without any job ending.
const PATIENCE: Duration = Duration::from_secs(120);

/// As the index has them.
const ENDED: &str =
    "SELECT count(*) FROM jobs WHERE state IN ('succeeded', 'discarded', 'cancelled')";
/// Between two looks at how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How much is run and killed.
#[derive(Clone, Copy, Debug)]
pub struct CrashPlan {
    /// Ordinary jobs: half of them write an effect, half are only to end.
    pub jobs: usize,
    /// kill -9 of a worker, and freezes.
    pub kills: usize,
    /// kill -9 of PostgreSQL.
    pub database_kills: usize,
    /// Jobs that kill their process.
    pub poison: usize,
}

/// Runs the plan, and fails when a job was lost, done twice or not ended.
pub async fn run(plan: CrashPlan) -> Result<()> {
    let database = BenchDatabase::start().await?;
    let context = database.context()?;
    let mut conn = context.database.connection().await?;
    conn.batch_execute(EFFECTS).await?;
    let begun = Instant::now();
    let mut crew = Crew::start(database.url())?;
    enqueue(&context, plan).await?;
    for kill in 0..plan.kills {
        let goal = plan.jobs * (kill + 1) / (plan.kills + 1);
        wait(&database, &context, &mut crew, ENDED, |ended| {
            ended >= goal as i64
        })
        .await?;
        if plan.database_kills > 0 && kill % (plan.kills / plan.database_kills).max(1) == 0 {
            database.kill()?;
        }
        crew.harm(kill % FREEZE_EVERY == FREEZE_EVERY - 1).await?;
    }
    wait(&database, &context, &mut crew, LEFT, |left| left == 0).await?;
    let took = begun.elapsed();
    let deaths = crew.deaths;
    drop(crew);
    let verdict = verify(&database, &context, plan).await;
    drop(conn);
    database.stop().await?;
    report::heading("Jobs under kill -9")?;
    report::table(
        &[
            "jobs",
            "kills",
            "of PostgreSQL",
            "workers that jobs killed",
            "took",
            "attempts beyond the first",
            "most attempts",
            "errors kept",
        ],
        &[verdict?.row(plan, deaths, took)],
    )
}

/// Enqueues all of it, with transactions in between that roll back.
async fn enqueue(context: &Context, plan: CrashPlan) -> Result<()> {
    let half = plan.jobs / 2;
    let effects: Vec<Effect> = (0..half).map(|n| Effect { n: n as i64 }).collect();
    let plain: Vec<Plain> = (half..plan.jobs).map(|n| Plain { n: n as i64 }).collect();
    let poison: Vec<Poison> = (0..plan.poison).map(|n| Poison { n: n as i64 }).collect();
    let mut conn = context.database.connection().await?;
    store(&mut conn, &effects).await?;
    store(&mut conn, &plain).await?;
    store(&mut conn, &poison).await?;
    let never: Vec<Effect> = (0..50).map(|n| Effect { n: -1 - n }).collect();
    let rolled_back = conn
        .transaction(async |conn| {
            enqueue_all(conn, &never).await?;
            Err::<(), _>(ServiceError::Conflict("rolled back on purpose".to_owned()))
        })
        .await;
    ensure!(
        rolled_back.is_err(),
        "a transaction committed that was to roll back"
    );
    Ok(())
}

async fn store<P: JobPayload>(conn: &mut AsyncPgConnection, jobs: &[P]) -> Result<()> {
    for batch in jobs.chunks(BATCH) {
        conn.transaction(async |conn| enqueue_all(conn, batch).await)
            .await?;
    }
    Ok(())
}

/// Waits until a number is as it should be, starting workers anew that jobs have killed.
async fn wait(
    database: &BenchDatabase,
    context: &Context,
    crew: &mut Crew,
    sql: &str,
    reached: impl Fn(i64) -> bool,
) -> Result<()> {
    let (mut last, mut moved) = (-1, Instant::now());
    loop {
        crew.replace_dead()?;
        // A database that is being started again is waited for.
        if let Ok(number) = ask(database, context, sql).await {
            if reached(number) {
                return Ok(());
            }
            if number != last {
                (last, moved) = (number, Instant::now());
            }
        }
        if moved.elapsed() > PATIENCE {
            bail!("nothing ended for {PATIENCE:?}; {sql} is {last}");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn ask(database: &BenchDatabase, context: &Context, sql: &str) -> Result<i64> {
    let mut conn: Connection = context.database.connection().await?;
    database.number(&mut conn, sql).await
}

/// What was found in the end.
struct Verdict {
    retried: i64,
    most_attempts: i64,
    errors: i64,
}

impl Verdict {
    fn row(&self, plan: CrashPlan, deaths: usize, took: Duration) -> Vec<String> {
        vec![
            plan.jobs.to_string(),
            plan.kills.to_string(),
            plan.database_kills.to_string(),
            deaths.to_string(),
            format!("{:.0} s", took.as_secs_f64()),
            self.retried.to_string(),
            self.most_attempts.to_string(),
            self.errors.to_string(),
        ]
    }
}

async fn verify(database: &BenchDatabase, context: &Context, plan: CrashPlan) -> Result<Verdict> {
    let number = async |sql: &str| ask(database, context, sql).await;
    let half = (plan.jobs / 2) as i64;
    let expect = async |what: &str, sql: &str, expected: i64| {
        let found = number(sql).await?;
        ensure!(found == expected, "{what}: {found}, not {expected}");
        Ok(())
    };
    expect(
        "effects that were written",
        "SELECT count(*) FROM bench_effects",
        half,
    )
    .await?;
    expect(
        "different effects",
        "SELECT count(DISTINCT n) FROM bench_effects",
        half,
    )
    .await?;
    let ordinary = "SELECT count(*) FROM jobs WHERE kind IN ('bench_effect', 'bench_plain')";
    expect("ordinary jobs", ordinary, plan.jobs as i64).await?;
    let succeeded = format!("{ordinary} AND state = 'succeeded'");
    expect("ordinary jobs that succeeded", &succeeded, plan.jobs as i64).await?;
    let by_end = "SELECT count(*) FROM jobs j JOIN bench_effects e ON e.job = j.id AND e.attempt = j.attempt";
    expect("effects of the attempt that ended the job", by_end, half).await?;
    let given_up = "SELECT count(*) FROM jobs WHERE kind = 'bench_poison' AND state = 'discarded' AND attempt = 2";
    expect(
        "jobs that kill their process and were given up",
        given_up,
        plan.poison as i64,
    )
    .await?;
    let kept =
        "SELECT count(*) FROM job_errors JOIN jobs ON id = job_id WHERE kind = 'bench_poison'";
    expect("errors of theirs", kept, 2 * plan.poison as i64).await?;
    Ok(Verdict {
        retried: number("SELECT coalesce(sum(attempt - 1), 0)::bigint AS count FROM jobs").await?,
        most_attempts: number("SELECT max(attempt)::bigint AS count FROM jobs").await?,
        errors: number("SELECT count(*) FROM job_errors").await?,
    })
}

/// The running workers.
struct Crew {
    url: String,
    workers: Vec<Child>,
    /// Workers that ended without being killed from here.
    deaths: usize,
}

impl Crew {
    fn start(url: &str) -> Result<Self> {
        let mut crew = Self {
            url: url.to_owned(),
            workers: Vec::new(),
            deaths: 0,
        };
        for _ in 0..WORKERS {
            crew.workers.push(crew.hire()?);
        }
        Ok(crew)
    }

    /// Starts a worker and waits until it runs.
    fn hire(&self) -> Result<Child> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["jobs-worker", "--database", &self.url])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(child)
    }

    /// Kills one of the workers, or freezes it until it was given up, and lets it wake.
    async fn harm(&mut self, freeze: bool) -> Result<()> {
        let victim = rand::rng().random_range(0..self.workers.len());
        // At any moment of a claim, a run or an end.
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..5_000))).await;
        let worker = &mut self.workers[victim];
        if freeze {
            let pid = worker.id().to_string();
            signal("-STOP", &pid)?;
            tokio::time::sleep(LEASE * 2).await;
            return signal("-CONT", &pid);
        }
        worker.kill()?;
        worker.wait()?;
        self.workers[victim] = self.hire()?;
        Ok(())
    }

    fn replace_dead(&mut self) -> Result<()> {
        for index in 0..self.workers.len() {
            if self.workers[index].try_wait()?.is_some() {
                self.deaths += 1;
                self.workers[index] = self.hire()?;
            }
        }
        Ok(())
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}
