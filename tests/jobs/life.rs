//! What becomes of jobs, row by row: the database does what the rules say, and workers that were given up are not
//! listened to.

use chrono::TimeDelta;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use viral_engine_db::jobs::{
    Ending, Held, Pulse, complete, finish_held, hold, job_errors, prolong_all, prune_jobs, reap,
    settle,
};
use viral_engine_domain::jobs::{JobEvent, JobLife, JobState, Queue};
use viral_engine_service::jobs::{cancel_job, delete_job, get_job, prune_jobs as prune, retry_job};
use viral_engine_service::{Caller, ServiceError};

use crate::world::{World, note};

fn ending(id: Uuid, attempt: i32, event: JobEvent) -> Ending {
    Ending {
        id,
        attempt,
        event,
        wait: TimeDelta::zero(),
        message: (event != JobEvent::GivenBack).then(|| format!("attempt {attempt} failed")),
    }
}

/// Ends a job after one failed attempt.
async fn discarded(world: &World, n: i64) -> Uuid {
    let id = world.enqueue(note(n)).await;
    let worker = Uuid::now_v7();
    world.claim(worker, Queue::Default, 1).await;
    let endings = [ending(id, 1, JobEvent::FailedForGood)];
    settle(&mut *world.conn().await, worker, &endings)
        .await
        .expect("settled");
    assert_eq!(world.state(id).await, JobState::Discarded);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_given_up_and_wakes_is_not_listened_to() {
    let world = World::new().await;
    let id = world.enqueue(note(1)).await;
    let (frozen, other) = (Uuid::now_v7(), Uuid::now_v7());
    world.claim(frozen, Queue::Default, 1).await;
    world.expire_leases().await;
    let mut conn = world.conn().await;
    let reaped = reap(&mut conn, 10, |_| TimeDelta::zero())
        .await
        .expect("reaped");
    assert_eq!(
        (reaped[0].0.worker, reaped[0].1),
        (frozen, JobState::Waiting)
    );
    assert_eq!(world.claim(other, Queue::Default, 1).await[0].attempt, 2);

    let lease = TimeDelta::seconds(30);
    for attempt in [1, 2] {
        let held = Held {
            id,
            worker: frozen,
            attempt,
        };
        assert_eq!(
            complete(&mut conn, frozen, &[(id, attempt)])
                .await
                .expect("asked"),
            [id]
        );
        assert!(!finish_held(&mut conn, held).await.expect("asked"));
        assert!(!hold(&mut conn, held, lease).await.expect("asked"));
        let endings = [ending(id, attempt, JobEvent::FailedForGood)];
        assert!(
            settle(&mut conn, frozen, &endings)
                .await
                .expect("asked")
                .is_empty()
        );
    }
    let pulse = prolong_all(&mut conn, frozen, &[(id, 1)], lease)
        .await
        .expect("asked");
    assert_eq!(pulse.lost, [(id, 1)]);
    // Nor is an attempt of the same worker that was given up before.
    world.expire_leases().await;
    reap(&mut conn, 10, |_| TimeDelta::zero())
        .await
        .expect("reaped");
    assert_eq!(world.claim(other, Queue::Default, 1).await[0].attempt, 3);
    assert_eq!(
        complete(&mut conn, other, &[(id, 2)]).await.expect("asked"),
        [id]
    );
    assert_eq!(world.state(id).await, JobState::Running);
    assert!(
        complete(&mut conn, other, &[(id, 3)])
            .await
            .expect("asked")
            .is_empty()
    );
    assert_eq!(world.state(id).await, JobState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_written_without_anybody_hearing_of_it_can_be_written_again() {
    let world = World::new().await;
    let id = world.enqueue(note(1)).await;
    let worker = Uuid::now_v7();
    world.claim(worker, Queue::Default, 1).await;
    let mut conn = world.conn().await;
    for _ in 0..2 {
        let lost = complete(&mut conn, worker, &[(id, 1)])
            .await
            .expect("completed");
        assert!(lost.is_empty());
    }
    assert_eq!(job_errors(&mut conn, id).await.expect("errors"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_keeps_jobs_and_tells_which_are_cancelled() {
    let world = World::new().await;
    let (kept, cancelled) = (world.enqueue(note(1)).await, world.enqueue(note(2)).await);
    let worker = Uuid::now_v7();
    assert_eq!(world.claim(worker, Queue::Default, 2).await.len(), 2);
    cancel_job(&world.context, &Caller::system(), cancelled.into())
        .await
        .expect("asked");
    world.expire_leases().await;
    let mut conn = world.conn().await;
    let held = [(kept, 1), (cancelled, 1)];
    let pulse = prolong_all(&mut conn, worker, &held, TimeDelta::seconds(30))
        .await
        .expect("prolonged");
    assert_eq!(
        pulse,
        Pulse {
            cancelled: vec![(cancelled, 1)],
            lost: vec![]
        }
    );
    assert!(
        reap(&mut conn, 10, |_| TimeDelta::zero())
            .await
            .expect("asked")
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_every_worker_ends_discarded_with_every_error() {
    let world = World::new().await;
    let id = world.enqueue(note(1)).await;
    for attempt in 1..=3 {
        assert_eq!(
            world.claim(Uuid::now_v7(), Queue::Default, 1).await[0].attempt,
            attempt
        );
        world.expire_leases().await;
        reap(&mut *world.conn().await, 10, |_| TimeDelta::zero())
            .await
            .expect("reaped");
    }
    let details = get_job(&world.context, id.into()).await.expect("the job");
    assert_eq!(world.state(id).await, JobState::Discarded);
    let attempts: Vec<i32> = details.errors.iter().map(|error| error.attempt).collect();
    assert_eq!(attempts, [3, 2, 1]);
    assert!(details.errors[0].message.contains("not heard of"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_job_can_be_retried_or_deleted_and_others_can_not() {
    let world = World::new().await;
    let caller = Caller::system();
    let id = discarded(&world, 1).await;
    let retried = retry_job(&world.context, &caller, id.into())
        .await
        .expect("retried");
    assert_eq!((retried.job.attempt, retried.job.max_attempts), (1, 4));
    assert_eq!(retried.errors.len(), 1, "what went wrong stays known");
    for refused in [
        retry_job(&world.context, &caller, id.into())
            .await
            .map(drop),
        delete_job(&world.context, &caller, id.into()).await,
    ] {
        assert!(
            matches!(refused, Err(ServiceError::Conflict(_))),
            "{refused:?}"
        );
    }
    assert_eq!(
        world.claim(Uuid::now_v7(), Queue::Default, 1).await[0].attempt,
        2
    );

    let id = discarded(&world, 2).await;
    delete_job(&world.context, &caller, id.into())
        .await
        .expect("deleted");
    let gone = get_job(&world.context, id.into()).await;
    assert!(matches!(gone, Err(ServiceError::NotFound("job"))));
    let left = format!("SELECT count(*) FROM job_errors WHERE job_id = '{id}'");
    assert_eq!(world.number(&left).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_forgotten_after_a_week_and_discarded_ones_after_a_month() {
    let world = World::new().await;
    for (n, days) in [(1, 6), (2, 8), (3, 29), (4, 31)] {
        let id = discarded(&world, n).await;
        let succeeded = world.enqueue(note(n)).await;
        world
            .run_sql(&format!(
                "UPDATE jobs SET finished_at = now() - interval '{days} days' WHERE id = '{id}';
                 UPDATE jobs SET state = 'succeeded', finished_at = now() - interval '{days} days' WHERE id = '{succeeded}'"
            ))
            .await;
    }
    let waiting = world.enqueue(note(5)).await;
    world
        .run_sql(&format!(
            "UPDATE jobs SET run_at = now() - interval '90 days' WHERE id = '{waiting}'"
        ))
        .await;
    assert_eq!(prune(&world.context).await.expect("pruned"), 4);
    let left = "SELECT count(*) FROM jobs WHERE state = ";
    assert_eq!(world.number(&format!("{left}'succeeded'")).await, 1);
    assert_eq!(world.number(&format!("{left}'discarded'")).await, 3);
    assert_eq!(world.state(waiting).await, JobState::Waiting);

    let mut conn = world.conn().await;
    let states = [JobState::Discarded];
    let pruned = prune_jobs(&mut conn, &states, TimeDelta::zero(), 2)
        .await
        .expect("pruned");
    assert_eq!(pruned, 2, "no more at once than were asked for");
}

/// The same random events to a row and to the rules.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_follows_the_rules_whatever_happens() {
    let world = World::new().await;
    let mut dice = SmallRng::seed_from_u64(20_260_316);
    let events = [
        JobEvent::Claimed,
        JobEvent::Claimed,
        JobEvent::Succeeded,
        JobEvent::Failed,
        JobEvent::FailedForGood,
        JobEvent::Lost,
        JobEvent::GivenBack,
        JobEvent::Cancelled,
        JobEvent::Retried,
    ];
    for round in 0..25 {
        let id = world.enqueue(note(round)).await;
        let mut life = JobLife::new(3);
        let mut worker = Uuid::now_v7();
        for _ in 0..25 {
            let event = events[dice.random_range(0..events.len())];
            let expected = life.after(event);
            let happened = happen(&world, id, life, event, &mut worker).await;
            assert_eq!(happened, expected.is_ok(), "{event:?} after {life:?}");
            life = expected.unwrap_or(life);
            assert_eq!(world.job(id).await.life(), Some(life), "after {event:?}");
        }
        world
            .run_sql(&format!("DELETE FROM jobs WHERE id = '{id}'"))
            .await;
    }
}

/// Lets an event happen to a row; whether it did.
async fn happen(
    world: &World,
    id: Uuid,
    life: JobLife,
    event: JobEvent,
    worker: &mut Uuid,
) -> bool {
    let attempt = i32::try_from(life.attempt).expect("a number");
    let caller = Caller::system();
    let mut conn = world.conn().await;
    match event {
        JobEvent::Claimed => {
            let claimant = Uuid::now_v7();
            let claimed = world.claim(claimant, Queue::Default, 1).await;
            if !claimed.is_empty() {
                *worker = claimant;
            }
            !claimed.is_empty()
        }
        JobEvent::Succeeded => {
            // Having succeeded once may be told again.
            let lost = complete(&mut conn, *worker, &[(id, attempt)])
                .await
                .expect("asked");
            lost.is_empty() && life.state == JobState::Running
        }
        JobEvent::Failed | JobEvent::FailedForGood | JobEvent::GivenBack => {
            let endings = [ending(id, attempt, event)];
            !settle(&mut conn, *worker, &endings)
                .await
                .expect("asked")
                .is_empty()
        }
        JobEvent::Lost => {
            world.expire_leases().await;
            !reap(&mut conn, 1, |_| TimeDelta::zero())
                .await
                .expect("asked")
                .is_empty()
        }
        JobEvent::Cancelled => cancel_job(&world.context, &caller, id.into()).await.is_ok(),
        JobEvent::Retried => retry_job(&world.context, &caller, id.into()).await.is_ok(),
    }
}
