//! Workers in this process: what they run, how it ends, and how they stop.

use std::sync::LazyLock;
use std::time::Duration;
use viral_engine_domain::consents::Gate;

use chrono::TimeDelta;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use uuid::Uuid;
use viral_engine_db::jobs::{NewJob, enqueue};
use viral_engine_domain::jobs::{Backoff, JobState, Queue};
use viral_engine_jobs::{Job, JobContext, JobError, JobResult, Registry, registry};
use viral_engine_service::Caller;
use viral_engine_service::jobs::{JobPayload, cancel_job, get_job, list_queues};

use crate::world::{World, note};

/// What a `note` does, by its number.
const FAIL: i64 = -1;
const FAIL_FOR_GOOD: i64 = -2;
const PANIC: i64 = -3;
const HANG: i64 = -4;
const FAIL_ONCE: i64 = -5;
const STARVE: i64 = -6;
const COUNT: i64 = -7;

const DEFAULT: &[(Queue, u32)] = &[(Queue::Default, 4)];
const EFFECTS: &str = "SELECT count(*) FROM effects";
const RUNNING: &str = "SELECT count(*) FROM jobs WHERE state = 'running'";
const SUCCEEDED: &str = "SELECT count(*) FROM jobs WHERE state = 'succeeded'";

/// What those that hang wait for.
static NEVER: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(0));

#[derive(Serialize, Deserialize)]
struct Note {
    n: i64,
}

impl JobPayload for Note {
    const KIND: &'static str = "note";
    const GATE: Gate = Gate::Nothing;
}

impl Job for Note {
    const TIMEOUT: Duration = Duration::from_secs(5);

    fn backoff() -> Backoff {
        Backoff::Exponential {
            base: TimeDelta::milliseconds(10),
            most: TimeDelta::milliseconds(50),
        }
    }

    async fn run(self, cx: JobContext) -> JobResult {
        match self.n {
            FAIL => Err(JobError::Failed(format!("attempt {}", cx.attempt()))),
            FAIL_FOR_GOOD => Err(JobError::ForGood("hopeless".to_owned())),
            PANIC => panic!("out of luck"),
            HANG => hang(&cx).await,
            FAIL_ONCE if cx.attempt() == 1 => Err(JobError::Failed("once".to_owned())),
            STARVE => starve(&cx).await,
            COUNT => {
                cx.progress(3, Some(10)).await?;
                hang(&cx).await
            }
            n => write_effect(&cx, n).await,
        }
    }
}

async fn hang(cx: &JobContext) -> JobResult {
    let _permit = NEVER.acquire().await;
    cx.done()
}

/// Takes every connection there is for as long as it runs.
async fn starve(cx: &JobContext) -> JobResult {
    let mut connections = Vec::new();
    while let Ok(conn) = cx.service.database.connection().await {
        connections.push(conn);
        if connections.len() == cx.service.database.usage().1 {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            break;
        }
    }
    cx.done()
}

async fn write_effect(cx: &JobContext, n: i64) -> JobResult {
    let mut conn = cx.service.connection().await?;
    conn.transaction(async |conn| {
        let finished = cx.finish(conn).await?;
        insert_effect(conn, n, cx.id()).await?;
        Ok(finished)
    })
    .await
}

async fn insert_effect(conn: &mut AsyncPgConnection, n: i64, job: Uuid) -> Result<(), JobError> {
    sql_query("INSERT INTO effects (n, job) VALUES ($1, $2)")
        .bind::<BigInt, _>(n)
        .bind::<SqlUuid, _>(job)
        .execute(conn)
        .await?;
    Ok(())
}

fn notes() -> Registry {
    Registry::new().with::<Note>()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_run_by_several_workers_and_each_effect_is_written_once() {
    let world = World::new().await;
    let jobs: Vec<NewJob> = (0..300).map(note).collect();
    enqueue(&mut *world.conn().await, &jobs)
        .await
        .expect("enqueued");
    let workers = [
        world.worker(notes(), DEFAULT).await,
        world.worker(notes(), DEFAULT).await,
    ];
    world.until(SUCCEEDED, 300).await;
    assert_eq!(world.number(EFFECTS).await, 300);
    assert_eq!(
        world.number("SELECT count(DISTINCT n) FROM effects").await,
        300
    );
    for worker in workers {
        worker.stop(Duration::from_secs(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_is_tried_again_and_one_that_always_fails_is_discarded() {
    let world = World::new().await;
    let _worker = world.worker(notes(), DEFAULT).await;
    let [once, always, hopeless, panics] = [FAIL_ONCE, FAIL, FAIL_FOR_GOOD, PANIC].map(note);
    let [once, always] = [world.enqueue(once).await, world.enqueue(always).await];
    let [hopeless, panics] = [world.enqueue(hopeless).await, world.enqueue(panics).await];
    world.until_state(once, JobState::Succeeded).await;
    for discarded in [always, hopeless, panics] {
        world.until_state(discarded, JobState::Discarded).await;
    }
    let messages = async |id: Uuid| {
        let details = get_job(&world.context, id.into()).await.expect("the job");
        details
            .errors
            .into_iter()
            .map(|error| error.message)
            .collect::<Vec<_>>()
    };
    assert_eq!(messages(once).await, ["once"]);
    assert_eq!(
        messages(always).await,
        ["attempt 3", "attempt 2", "attempt 1"]
    );
    assert_eq!(messages(hopeless).await, ["hopeless"]);
    assert_eq!(messages(panics).await[0], "it panicked: out of luck");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_can_not_be_read_is_discarded_at_once() {
    let world = World::new().await;
    let _worker = world.worker(notes(), DEFAULT).await;
    let id = world
        .enqueue(NewJob {
            payload: serde_json::json!({ "m": 1 }),
            ..note(1)
        })
        .await;
    world.until_state(id, JobState::Discarded).await;
    assert_eq!(world.job(id).await.attempt, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_hangs_fails_when_its_time_is_over() {
    let world = World::new().await;
    let _worker = world.worker(notes(), DEFAULT).await;
    let id = world
        .enqueue(NewJob {
            max_attempts: 1,
            ..note(HANG)
        })
        .await;
    world.until_state(id, JobState::Discarded).await;
    let details = get_job(&world.context, id.into()).await.expect("the job");
    assert_eq!(details.errors[0].message, "it took longer than 5s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_tells_its_progress_and_ends_when_it_is_cancelled() {
    let world = World::new().await;
    let _worker = world.worker(notes(), DEFAULT).await;
    let id = world.enqueue(note(COUNT)).await;
    world
        .until(
            "SELECT count(*) FROM jobs WHERE progress_done = 3 AND progress_total = 10",
            1,
        )
        .await;
    let asked = cancel_job(&world.context, &Caller::system(), id.into())
        .await
        .expect("asked");
    assert!(asked.job.cancel_requested);
    world.until_state(id, JobState::Cancelled).await;
    let details = get_job(&world.context, id.into()).await.expect("the job");
    assert_eq!(details.errors, [], "nothing went wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_worker_that_vanished_are_run_by_another() {
    let world = World::new().await;
    let vanishing = world.worker(notes(), DEFAULT).await;
    let id = world.enqueue(note(HANG)).await;
    world.until(RUNNING, 1).await;
    drop(vanishing);
    // The other one makes it an effect.
    world
        .run_sql("UPDATE jobs SET payload = '{\"n\": 7}'")
        .await;
    let other = world.worker(notes(), DEFAULT).await;
    world.until_state(id, JobState::Succeeded).await;
    let row = world.job(id).await;
    assert_eq!((row.worker, row.attempt), (Some(other.id()), 2));
    let details = get_job(&world.context, id.into()).await.expect("the job");
    assert_eq!(details.errors.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_held_long_stays_with_its_worker() {
    let world = World::new().await;
    let _one = world.worker(notes(), DEFAULT).await;
    let _two = world.worker(notes(), DEFAULT).await;
    let id = world.enqueue(note(HANG)).await;
    world.until(RUNNING, 1).await;
    // Three times the lease.
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    let row = world.job(id).await;
    assert_eq!((row.attempt, row.state.as_str()), (1, "running"));
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_use_up_the_pool_do_not_lose_their_lease() {
    let world = World::new().await;
    let _worker = world.worker(notes(), DEFAULT).await;
    let mut conn = world.conn().await;
    // This connection goes back, for the job wants them all.
    let id = enqueue(&mut conn, &[note(STARVE)]).await.expect("enqueued")[0].id();
    drop(conn);
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    world.until_state(id, JobState::Succeeded).await;
    assert_eq!(world.job(id).await.attempt, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_worker_finishes_what_it_can_and_gives_the_rest_back() {
    let world = World::new().await;
    let worker = world.worker(notes(), DEFAULT).await;
    let hanging = world
        .enqueue(NewJob {
            max_attempts: 1,
            ..note(HANG)
        })
        .await;
    world.until(RUNNING, 1).await;
    worker.stop(Duration::from_millis(300)).await;
    let row = world.job(hanging).await;
    assert_eq!(
        (row.state.as_str(), row.attempt, row.attempt_limit),
        ("waiting", 1, 2)
    );
    let details = get_job(&world.context, hanging.into())
        .await
        .expect("the job");
    assert_eq!(details.errors, [], "nothing went wrong");

    let late = world.enqueue(note(1)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        world.state(late).await,
        JobState::Waiting,
        "nothing is claimed after the end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_queue_does_not_hold_up_another() {
    let world = World::new().await;
    let _worker = world
        .worker(notes(), &[(Queue::Batch, 2), (Queue::Email, 2)])
        .await;
    let hanging: Vec<NewJob> = (0..50)
        .map(|_| NewJob {
            queue: Queue::Batch,
            ..note(HANG)
        })
        .collect();
    enqueue(&mut *world.conn().await, &hanging)
        .await
        .expect("enqueued");
    world.until(RUNNING, 2).await;
    let mail = world
        .enqueue(NewJob {
            queue: Queue::Email,
            ..note(1)
        })
        .await;
    world.until_state(mail, JobState::Succeeded).await;
    let queues = list_queues(&world.context).await.expect("queues").items;
    let batch = queues
        .iter()
        .find(|queue| queue.concurrency == 2 && queue.running == 2)
        .expect("batch");
    assert_eq!(batch.due, 48);
    assert!(batch.lag_seconds > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_job_that_the_clock_asks_for_runs() {
    let world = World::new().await;
    let _worker = world
        .worker(registry(), &Queue::ALL.map(|queue| (queue, 2)))
        .await;
    for schedule in viral_engine_service::schedules::SCHEDULES {
        world
            .enqueue((schedule.job)(chrono::Utc::now()).expect("a job"))
            .await;
    }
    world
        .until("SELECT count(*) FROM jobs WHERE state <> 'succeeded'", 0)
        .await;
    assert_eq!(
        world.number("SELECT count(*) FROM health_snapshots").await,
        1
    );
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass";
    assert!(world.number(partitions).await >= 3);
}
