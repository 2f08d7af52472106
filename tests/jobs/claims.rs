//! Handing jobs to workers: limits over all of them, pauses, cancellations, and who is first.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures_util::future::join_all;
use uuid::Uuid;
use viral_engine_db::jobs::{
    Claim, NewJob, When, claim, complete, enqueue, find_queue, pause_queue, resume_queue,
    set_concurrency,
};
use viral_engine_domain::jobs::{JobState, Priority, Queue};
use viral_engine_service::jobs::cancel_job;
use viral_engine_service::{Caller, ServiceError};

use crate::world::{World, note};

async fn enqueue_notes(world: &World, queue: Queue, count: i64) {
    let jobs: Vec<NewJob> = (0..count).map(|n| NewJob { queue, ..note(n) }).collect();
    enqueue(&mut *world.conn().await, &jobs)
        .await
        .expect("enqueued");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_handed_to_one_worker_alone() {
    let world = World::new().await;
    enqueue_notes(&world, Queue::Batch, 200).await;
    world
        .run_sql("UPDATE job_queues SET concurrency = 1000")
        .await;
    let rounds = (0..8).map(|_| async {
        let (worker, mut ids) = (Uuid::now_v7(), Vec::new());
        for _ in 0..10 {
            ids.extend(
                world
                    .claim(worker, Queue::Batch, 3)
                    .await
                    .iter()
                    .map(|job| job.id),
            );
        }
        ids
    });
    let claimed: Vec<Uuid> = join_all(rounds).await.concat();
    let distinct: HashSet<&Uuid> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_never_runs_more_than_its_limit_over_all_workers() {
    let world = World::new().await;
    enqueue_notes(&world, Queue::Reports, 100).await;
    let limit = i64::from(Queue::Reports.default_concurrency());
    let running = "SELECT count(*) FROM jobs WHERE state = 'running'";
    let rounds = (0..6).map(|_| async {
        let worker = Uuid::now_v7();
        for _ in 0..20 {
            let jobs = world.claim(worker, Queue::Reports, 4).await;
            assert!(world.number(running).await <= limit);
            let mut conn = world.conn().await;
            for job in jobs {
                let lost = complete(&mut conn, worker, &[(job.id, job.attempt)]).await;
                assert!(lost.expect("completed").is_empty());
            }
        }
    });
    join_all(rounds).await;
    world
        .until("SELECT count(*) FROM jobs WHERE state = 'succeeded'", 100)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_takes_nothing_from_another() {
    let world = World::new().await;
    enqueue_notes(&world, Queue::Batch, 500).await;
    enqueue_notes(&world, Queue::Email, 3).await;
    let wanted = Claim {
        worker: Uuid::now_v7(),
        free: &[(Queue::Batch, 1_000), (Queue::Email, 1_000)],
        kinds: &["note"],
        lease: TimeDelta::seconds(30),
    };
    let jobs = claim(&mut *world.conn().await, wanted)
        .await
        .expect("a claim");
    let of = |queue: Queue| {
        jobs.iter()
            .filter(|job| job.queue == queue.as_str())
            .count()
    };
    assert_eq!((of(Queue::Batch), of(Queue::Email)), (50, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_can_be_changed_while_jobs_run() {
    let world = World::new().await;
    enqueue_notes(&world, Queue::Recaps, 10).await;
    let worker = Uuid::now_v7();
    assert_eq!(world.claim(worker, Queue::Recaps, 10).await.len(), 2);
    let mut conn = world.conn().await;
    set_concurrency(&mut conn, &[(Queue::Recaps, 5)])
        .await
        .expect("set");
    assert_eq!(world.claim(worker, Queue::Recaps, 10).await.len(), 3);
    set_concurrency(&mut conn, &[(Queue::Recaps, 1)])
        .await
        .expect("set");
    assert!(world.claim(worker, Queue::Recaps, 10).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_queue_is_paused_nothing_of_it_is_claimed() {
    let world = World::new().await;
    enqueue_notes(&world, Queue::Batch, 400).await;
    world
        .run_sql("UPDATE job_queues SET concurrency = 10000")
        .await;
    let claims = (0..6).map(|_| async {
        let worker = Uuid::now_v7();
        let mut claimed = 0;
        for _ in 0..40 {
            claimed += world.claim(worker, Queue::Batch, 1).await.len();
        }
        claimed
    });
    let pausing = async {
        tokio::task::yield_now().await;
        let mut conn = world.conn().await;
        assert!(
            pause_queue(&mut conn, Queue::Batch, "ada")
                .await
                .expect("paused")
        );
        world
            .number("SELECT count(*) FROM jobs WHERE state = 'running'")
            .await
    };
    let (claimed, when_paused) = tokio::join!(join_all(claims), pausing);
    let claimed: usize = claimed.iter().sum();
    assert_eq!(i64::try_from(claimed).expect("a number"), when_paused);

    let mut conn = world.conn().await;
    assert!(
        !pause_queue(&mut conn, Queue::Batch, "bob")
            .await
            .expect("asked")
    );
    let queue = find_queue(&mut conn, Queue::Batch)
        .await
        .expect("the queue");
    assert_eq!(queue.paused_by.as_deref(), Some("ada"));
    assert!(
        resume_queue(&mut conn, Queue::Batch)
            .await
            .expect("resumed")
    );
    let claimed = world.claim(Uuid::now_v7(), Queue::Batch, 1).await;
    assert_eq!(claimed.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_cancelled_or_claimed_and_never_both() {
    let world = World::new().await;
    for round in 0..20 {
        let id = world.enqueue(note(round)).await;
        let worker = Uuid::now_v7();
        let caller = Caller::system();
        let (cancelled, claimed) = tokio::join!(
            cancel_job(&world.context, &caller, id.into()),
            world.claim(worker, Queue::Default, 1),
        );
        let state = cancelled.expect("cancelled").job.state;
        let row = world.job(id).await;
        match claimed.first() {
            // Claimed before: its worker is told.
            Some(job) => {
                assert_eq!(
                    (row.state.as_str(), row.cancel_requested_at.is_some()),
                    ("running", true)
                );
                complete(&mut *world.conn().await, worker, &[(job.id, job.attempt)])
                    .await
                    .expect("completed");
            }
            None => assert_eq!(
                (row.state.as_str(), row.attempt),
                ("cancelled", 0),
                "{state:?}"
            ),
        }
    }
    let ended = world.enqueue(note(0)).await;
    world
        .run_sql("UPDATE jobs SET state = 'succeeded', finished_at = now() WHERE state = 'waiting'")
        .await;
    let refused = cancel_job(&world.context, &Caller::system(), ended.into()).await;
    assert!(matches!(refused, Err(ServiceError::Conflict(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_that_a_worker_does_not_know_are_left_to_others() {
    let world = World::new().await;
    let unknown = world
        .enqueue(NewJob {
            kind: "of_a_newer_version",
            ..note(1)
        })
        .await;
    world.enqueue(note(2)).await;
    assert_eq!(
        world.claim(Uuid::now_v7(), Queue::Default, 10).await.len(),
        1
    );
    assert_eq!(world.state(unknown).await, JobState::Waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_wait_for_later_do_not_hide_one_that_is_due() {
    let world = World::new().await;
    let later: Vec<NewJob> = (0..5_000)
        .map(|n| NewJob {
            priority: Priority::High,
            when: When::After(TimeDelta::hours(1)),
            ..note(n)
        })
        .collect();
    enqueue(&mut *world.conn().await, &later)
        .await
        .expect("enqueued");
    let due = world
        .enqueue(NewJob {
            priority: Priority::Low,
            ..note(7)
        })
        .await;
    let claimed = world.claim(Uuid::now_v7(), Queue::Default, 10).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [due]);
}
