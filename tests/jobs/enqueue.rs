//! Asking for work.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::DbError;
use viral_engine_db::jobs::{Enqueued, NewJob, Unique, When, enqueue, prune_keys};
use viral_engine_domain::consents::Gate;
use viral_engine_domain::jobs::{Priority, Queue};
use viral_engine_service::jobs::{self as service, JobPayload};

use crate::world::{World, n_of, note};

fn unique(n: i64, key: &str) -> NewJob {
    NewJob {
        unique: Some(Unique {
            key: key.to_owned(),
            period: TimeDelta::seconds(60),
        }),
        ..note(n)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_transaction_rolls_back_was_never_there() {
    let world = World::new().await;
    let mut conn = world.conn().await;
    let rolled_back = conn
        .transaction(async |conn| {
            enqueue(conn, &[note(1), unique(2, "k")]).await?;
            Err::<(), _>(DbError::NotFound)
        })
        .await;
    assert!(rolled_back.is_err());
    assert_eq!(world.number("SELECT count(*) FROM jobs").await, 0);
    let again = enqueue(&mut conn, &[unique(2, "k")])
        .await
        .expect("enqueued");
    assert!(matches!(again[0], Enqueued::New(_)), "its key went with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_at_once_each_is_there_in_its_order() {
    let world = World::new().await;
    let jobs: Vec<NewJob> = (0..1_000).map(note).collect();
    let enqueued = enqueue(&mut *world.conn().await, &jobs)
        .await
        .expect("enqueued");
    assert_eq!(enqueued.len(), 1_000);
    world
        .run_sql("UPDATE job_queues SET concurrency = 1000")
        .await;
    let mut claimed = world.claim(Uuid::now_v7(), Queue::Default, 1_000).await;
    claimed.sort_by_key(|job| job.id);
    let numbers: Vec<i64> = claimed.iter().map(n_of).collect();
    assert_eq!(numbers, (0..1_000).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn within_its_period_a_unique_job_is_enqueued_once() {
    let world = World::new().await;
    let mut conn = world.conn().await;
    let batch = [unique(1, "a"), unique(2, "b"), unique(3, "a"), note(4)];
    let first = enqueue(&mut conn, &batch).await.expect("enqueued");
    assert_eq!(first[2], Enqueued::Existing(first[0].id()));
    assert!(matches!(first[1], Enqueued::New(_)));
    let second = enqueue(&mut conn, &[unique(5, "a")])
        .await
        .expect("enqueued");
    assert_eq!(second, [Enqueued::Existing(first[0].id())]);
    assert_eq!(world.number("SELECT count(*) FROM jobs").await, 3);

    world
        .run_sql("UPDATE job_unique SET until = now() - interval '1 second' WHERE key = 'a'")
        .await;
    let third = enqueue(&mut conn, &[unique(6, "a")])
        .await
        .expect("enqueued");
    assert!(matches!(third[0], Enqueued::New(_)), "the period is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_enqueue_the_same_at_once_one_does() {
    let world = World::new().await;
    let enqueue_one = async |n: i64| {
        // Both keys, in either order: nobody waits in a circle.
        let mut jobs = vec![unique(n, "left"), unique(n, "right")];
        if n % 2 == 0 {
            jobs.reverse();
        }
        let database = world.database().clone();
        let mut conn = database.connection().await.expect("a connection");
        conn.transaction(async |conn| {
            let enqueued = enqueue(conn, &jobs).await?;
            Ok::<_, DbError>(enqueued)
        })
        .await
        .expect("enqueued")
    };
    let all: Vec<Enqueued> = join_all((0..40).map(enqueue_one)).await.concat();
    let new = all.iter().filter(|one| matches!(one, Enqueued::New(_)));
    assert_eq!(new.count(), 2);
    assert_eq!(world.number("SELECT count(*) FROM jobs").await, 2);
    let ids: std::collections::HashSet<Uuid> = all.iter().map(|one| one.id()).collect();
    assert_eq!(ids.len(), 2, "everybody was told of the same two");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_hold_nobody_back_are_forgotten() {
    let world = World::new().await;
    let mut conn = world.conn().await;
    enqueue(&mut conn, &[unique(1, "a"), unique(2, "b")])
        .await
        .expect("enqueued");
    assert_eq!(prune_keys(&mut conn).await.expect("pruned"), 0);
    world
        .run_sql("UPDATE job_unique SET until = now() - interval '1 second' WHERE key = 'a'")
        .await;
    assert_eq!(prune_keys(&mut conn).await.expect("pruned"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_not_run_before_its_time_and_the_first_by_priority_is_first() {
    let world = World::new().await;
    let later = |when| NewJob { when, ..note(9) };
    world.enqueue(later(When::After(TimeDelta::hours(1)))).await;
    world
        .enqueue(later(When::At(chrono::Utc::now() + TimeDelta::hours(1))))
        .await;
    for (n, priority) in [
        (1, Priority::Low),
        (2, Priority::Normal),
        (3, Priority::High),
        (4, Priority::High),
    ] {
        world
            .enqueue(NewJob {
                priority,
                ..note(n)
            })
            .await;
    }
    let worker = Uuid::now_v7();
    let mut order = Vec::new();
    for _ in 0..5 {
        order.extend(
            world
                .claim(worker, Queue::Default, 1)
                .await
                .iter()
                .map(n_of),
        );
    }
    assert_eq!(order, [3, 4, 2, 1]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct SendReport {
    report: Uuid,
    copies: u32,
}

impl JobPayload for SendReport {
    const KIND: &'static str = "note";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Reports;
    const MAX_ATTEMPTS: u32 = 3;
    const UNIQUE_FOR: Option<TimeDelta> = Some(TimeDelta::seconds(60));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_says_queue_attempts_and_what_makes_two_the_same() {
    let world = World::new().await;
    let mut conn = world.conn().await;
    let payload = |copies| SendReport {
        report: Uuid::nil(),
        copies,
    };
    let first = service::enqueue(&mut conn, &payload(1))
        .await
        .expect("enqueued");
    let same = service::enqueue(&mut conn, &payload(1))
        .await
        .expect("enqueued");
    let other = service::enqueue(&mut conn, &payload(2))
        .await
        .expect("enqueued");
    assert!(first.is_new && other.is_new && !same.is_new);
    assert_eq!(first.id, same.id);
    let row = world.job(first.id.0).await;
    assert_eq!((row.queue.as_str(), row.attempt_limit), ("reports", 3));
    assert_eq!(
        serde_json::from_value::<SendReport>(row.payload).expect("the payload"),
        payload(1)
    );
}
