//! Slots: one job each over all nodes, the latest of missed ones, none while paused.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures_util::future::join_all;
use viral_engine_db::schedules::database_now;
use viral_engine_jobs::Ticker;
use viral_engine_service::schedules::{
    SCHEDULES, Schedule, Timetable, Zone, enqueue_due_at, list_schedules, pause_schedule, register,
    resume_schedule, run_schedule,
};
use viral_engine_service::{Caller, ServiceError};

use crate::world::{World, note};

const HOURLY: Schedule = Schedule {
    name: "hourly_note",
    purpose: "Notes the hour.",
    cron: "0 * * * *",
    zone: Zone::Utc,
    job: |slot| Ok(note(slot.timestamp())),
};

const JOBS: &str = "SELECT count(*) FROM jobs";
const SLOTS: &str = "SELECT count(*) FROM schedule_slots";

fn timetable() -> Timetable {
    Timetable::new(&[HOURLY], Tz::UTC).expect("a timetable")
}

/// Some slots into the future, as if the schedule had been there for long.
async fn hours(world: &World) -> impl Fn(i64) -> DateTime<Utc> + use<> {
    register(&world.context, &timetable())
        .await
        .expect("registered");
    let now = database_now(&mut *world.conn().await).await.expect("now");
    let first = timetable().next(now).expect("a slot");
    move |hours| first + TimeDelta::hours(hours)
}

async fn look(world: &World, now: DateTime<Utc>) -> usize {
    enqueue_due_at(&mut *world.conn().await, &timetable(), now)
        .await
        .expect("a look")
}

/// Lets every job end.
async fn run_all(world: &World) {
    world
        .run_sql("UPDATE jobs SET state = 'succeeded', finished_at = now()")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_served_once_over_all_nodes() {
    let world = World::new().await;
    let hour = hours(&world).await;
    let looks = (0..8).map(|_| look(&world, hour(0)));
    let served: usize = join_all(looks).await.iter().sum();
    assert_eq!(served, 1);
    assert_eq!(world.number(JOBS).await, 1);
    assert_eq!(look(&world, hour(0) + TimeDelta::minutes(59)).await, 0);
    run_all(&world).await;
    assert_eq!(look(&world, hour(1)).await, 1);
    assert_eq!(world.number(JOBS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_missed_slots_the_latest_alone_is_made_up_for() {
    let world = World::new().await;
    let hour = hours(&world).await;
    assert_eq!(look(&world, hour(0)).await, 1);
    run_all(&world).await;
    assert_eq!(look(&world, hour(30) + TimeDelta::minutes(7)).await, 1);
    assert_eq!(world.number(JOBS).await, 2);
    let expected = format!(
        "SELECT count(*) FROM jobs WHERE (payload->>'n')::bigint = {}",
        hour(30).timestamp()
    );
    assert_eq!(world.number(&expected).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_schedule_makes_up_for_nothing() {
    let world = World::new().await;
    let hour = hours(&world).await;
    assert_eq!(look(&world, hour(0) - TimeDelta::seconds(1)).await, 0);
    assert_eq!(world.number(JOBS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_still_waits_does_for_the_next_slot_too() {
    let world = World::new().await;
    let hour = hours(&world).await;
    for slot in 0..5 {
        assert_eq!(look(&world, hour(slot)).await, 1);
    }
    assert_eq!(world.number(SLOTS).await, 5);
    assert_eq!(world.number(JOBS).await, 1, "no backlog of the same work");
}

#[tokio::test(flavor = "multi_thread")]
async fn slots_pass_while_a_schedule_is_paused_and_are_not_made_up_for() {
    let world = World::new().await;
    register(
        &world.context,
        &Timetable::new(SCHEDULES, Tz::UTC).expect("a timetable"),
    )
    .await
    .expect("registered");
    let (context, caller) = (&world.context, Caller::system());
    let name = "evaluate_alerts";
    let paused = pause_schedule(context, &caller, name)
        .await
        .expect("paused");
    assert!(paused.paused_at.is_some() && paused.next_run_at.is_none());
    let again = pause_schedule(context, &caller, name).await;
    assert!(matches!(again, Err(ServiceError::Conflict(_))));

    let minutely = SCHEDULES
        .iter()
        .find(|schedule| schedule.name == name)
        .expect("it");
    let timetable = Timetable::new(&[*minutely], Tz::UTC).expect("a timetable");
    let mut conn = world.conn().await;
    let now = database_now(&mut conn).await.expect("now");
    let served = enqueue_due_at(&mut conn, &timetable, now + TimeDelta::minutes(10)).await;
    assert_eq!(served.expect("a look"), 0);
    resume_schedule(context, &caller, name)
        .await
        .expect("resumed");
    let served = enqueue_due_at(&mut conn, &timetable, now).await;
    assert_eq!(served.expect("a look"), 0);
    let served = enqueue_due_at(&mut conn, &timetable, now + TimeDelta::minutes(2)).await;
    assert_eq!(served.expect("a look"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_can_be_run_now_and_says_when_it_ran_and_will() {
    let world = World::new().await;
    let (context, caller) = (&world.context, Caller::system());
    let before = list_schedules(context).await.expect("the list");
    assert_eq!(before.items.len(), SCHEDULES.len());
    assert!(
        before
            .items
            .is_sorted_by_key(|schedule| schedule.name.clone())
    );
    let job = run_schedule(context, &caller, "prune_jobs")
        .await
        .expect("run");
    assert_eq!(job.job.kind, "prune_jobs");
    let after = list_schedules(context).await.expect("the list");
    let of = after
        .items
        .iter()
        .find(|schedule| schedule.name == "prune_jobs")
        .expect("it");
    assert_eq!(of.last_job_id, Some(job.job.id));
    assert!(of.next_run_at > of.last_run_at && of.last_run_at.is_some());
    let unknown = run_schedule(context, &caller, "nothing").await;
    assert!(matches!(unknown, Err(ServiceError::NotFound("schedule"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_clocks_make_one_job_of_a_missed_slot() {
    let world = World::new().await;
    let _hour = hours(&world).await;
    world
        .run_sql("UPDATE schedules SET counted_from = now() - interval '5 hours'")
        .await;
    let mut tickers = Vec::new();
    for _ in 0..3 {
        tickers.push(
            Ticker::start(&world.context, &[HOURLY])
                .await
                .expect("a clock"),
        );
    }
    world.until(SLOTS, 1).await;
    for ticker in tickers {
        ticker.stop().await;
    }
    assert_eq!(world.number(JOBS).await, 1);
}
