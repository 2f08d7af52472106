//! What becomes of reports, mails and deliveries whose jobs end without having done them.

use std::marker::PhantomData;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::emails::SendTestEmail;
use viral_engine_api_types::reports::{CreateReport, ReportType};
use viral_engine_api_types::webhooks::{CreateWebhook, WebhookEventType};
use viral_engine_db::jobs::NewJob;
use viral_engine_domain::consents::Gate;
use viral_engine_domain::jobs::{Backoff, JobState, Queue};
use viral_engine_jobs::{Job, JobContext, JobResult, Registry, registry};
use viral_engine_service::Caller;
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::emails::{SendEmail, send_test_email};
use viral_engine_service::jobs::{JobPayload, JobQuery, cancel_job, list_jobs, retry_job};
use viral_engine_service::reports::{GenerateReport, create_report};
use viral_engine_service::webhooks::{DeliverWebhook, create_webhook, test_webhook};

use crate::world::{World, note};

const ALL: &[(Queue, u32)] = &[(Queue::Reports, 1), (Queue::Email, 1), (Queue::Webhooks, 1)];
const RUNNING: &str = "SELECT count(*) FROM jobs WHERE state = 'running'";

/// A job of the kind of `P` that never does its work: it panics, or else it hangs.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Useless<P, const PANICS: bool>(Value, PhantomData<P>);

impl<P: JobPayload, const PANICS: bool> JobPayload for Useless<P, PANICS> {
    const KIND: &'static str = P::KIND;
    const GATE: Gate = P::GATE;
    const QUEUE: Queue = P::QUEUE;
}

impl<P: JobPayload, const PANICS: bool> Job for Useless<P, PANICS> {
    fn backoff() -> Backoff {
        Backoff::Exponential {
            base: TimeDelta::milliseconds(10),
            most: TimeDelta::milliseconds(50),
        }
    }

    async fn run(self, _cx: JobContext) -> JobResult {
        assert!(!PANICS, "out of luck");
        std::future::pending().await
    }
}

fn useless<const PANICS: bool>() -> Registry {
    Registry::new()
        .with::<Useless<GenerateReport, PANICS>>()
        .with::<Useless<SendEmail, PANICS>>()
        .with::<Useless<DeliverWebhook, PANICS>>()
}

/// Asks for a report, a mail and a delivery, and answers their jobs.
async fn ask(world: &World) -> Vec<Uuid> {
    let (context, caller) = (&world.context, Caller::system());
    let report = CreateReport {
        report_type: ReportType::Weekly,
        from: None,
        to: None,
        time_zone: None,
    };
    create_report(context, &caller, report)
        .await
        .expect("a report");
    let mail = SendTestEmail {
        to: "ada@example.org".to_owned(),
        locale: None,
    };
    send_test_email(context, &caller, &mail)
        .await
        .expect("a mail");
    let webhook = CreateWebhook {
        url: "https://nowhere.invalid/".to_owned(),
        description: String::new(),
        event_types: vec![WebhookEventType::ReportReady],
    };
    let webhook = create_webhook(context, &caller, webhook)
        .await
        .expect("a webhook");
    test_webhook(context, &caller, webhook.webhook.id)
        .await
        .expect("a test");
    let page = PageRequest::parse(None, None).expect("a page");
    let jobs = list_jobs(context, JobQuery::default(), page)
        .await
        .expect("jobs");
    assert_eq!(jobs.items.len(), 3);
    jobs.items.into_iter().map(|job| job.id.0).collect()
}

async fn cancel(world: &World, jobs: &[Uuid]) {
    for job in jobs {
        cancel_job(&world.context, &Caller::system(), (*job).into())
            .await
            .expect("cancelled");
    }
}

async fn until_all_are(world: &World, jobs: &[Uuid], state: JobState) {
    for job in jobs {
        world.until_state(*job, state).await;
    }
}

async fn assert_given_up(world: &World, report: &str, mail: &str) {
    let report = format!("SELECT count(*) FROM reports WHERE failure LIKE '{report}%'");
    let mail =
        format!("SELECT count(*) FROM emails WHERE state = 'failed' AND last_error LIKE '{mail}%'");
    let delivery = "SELECT count(*) FROM webhook_deliveries WHERE status = 'failed' AND finished_at IS NOT NULL";
    for sql in [report.as_str(), mail.as_str(), delivery] {
        assert_eq!(world.number(sql).await, 1, "{sql}");
    }
}

const CANCELLED: (&str, &str) = ("Its job was cancelled", "its job was cancelled");
const GIVEN_UP: (&str, &str) = ("It could not be computed", "its job was given up");

#[tokio::test(flavor = "multi_thread")]
async fn what_waiting_jobs_were_about_ends_when_they_are_cancelled() {
    let world = World::new().await;
    let jobs = ask(&world).await;
    cancel(&world, &jobs).await;
    assert_given_up(&world, CANCELLED.0, CANCELLED.1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_running_jobs_were_about_ends_when_they_are_cancelled() {
    let world = World::new().await;
    let jobs = ask(&world).await;
    let _worker = world.worker(useless::<false>(), ALL).await;
    world.until(RUNNING, 3).await;
    cancel(&world, &jobs).await;
    until_all_are(&world, &jobs, JobState::Cancelled).await;
    assert_given_up(&world, CANCELLED.0, CANCELLED.1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_jobs_that_always_panic_were_about_ends_with_them() {
    let world = World::new().await;
    let jobs = ask(&world).await;
    let _worker = world.worker(useless::<true>(), ALL).await;
    until_all_are(&world, &jobs, JobState::Discarded).await;
    assert_given_up(&world, GIVEN_UP.0, GIVEN_UP.1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_jobs_were_about_ends_when_their_last_worker_is_killed() {
    let world = World::new().await;
    let jobs = ask(&world).await;
    world.run_sql("UPDATE jobs SET attempt_limit = 1").await;
    let killed = world.worker(useless::<false>(), ALL).await;
    world.until(RUNNING, 3).await;
    drop(killed);
    let _other = world.worker(Registry::new(), ALL).await;
    until_all_are(&world, &jobs, JobState::Discarded).await;
    assert_given_up(&world, GIVEN_UP.0, GIVEN_UP.1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_tried_again_do_what_they_were_asked_for() {
    let world = World::new().await;
    let jobs = ask(&world).await;
    cancel(&world, &jobs).await;
    let _worker = world.worker(registry(), ALL).await;
    for job in &jobs {
        retry_job(&world.context, &Caller::system(), (*job).into())
            .await
            .expect("retried");
    }
    until_all_are(&world, &jobs, JobState::Succeeded).await;
    for sql in [
        "SELECT count(*) FROM reports WHERE inputs IS NOT NULL",
        "SELECT count(*) FROM emails WHERE state = 'sent'",
        // Nobody is there to take it, but it was tried.
        "SELECT count(*) FROM webhook_deliveries WHERE status = 'failed' AND tries = 1",
    ] {
        assert_eq!(world.number(sql).await, 1, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_subject_is_gone_or_can_not_be_read_ends_all_the_same() {
    let world = World::new().await;
    let gone = serde_json::json!({ "email": Uuid::now_v7() });
    let unreadable = serde_json::json!({ "emial": 1 });
    let mut jobs = Vec::new();
    for payload in [gone, unreadable] {
        let job = NewJob {
            kind: SendEmail::KIND,
            queue: Queue::Email,
            payload,
            ..note(1)
        };
        jobs.push(world.enqueue(job).await);
    }
    let worker = world.worker(useless::<true>(), ALL).await;
    until_all_are(&world, &jobs, JobState::Discarded).await;
    worker.stop(Duration::from_secs(5)).await;
}
