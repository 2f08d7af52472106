//! Mail: the outbox, delivery by a mail server, and who gets none.

mod alerts;
mod delivery;
mod outbox;
mod suppression;

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use diesel::sql_query;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_domain::emails::Address;
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions, registry};
use viral_engine_service::emails::{
    Figure, FigureName, Mail, NewEmail, QueuedEmail, ReportPeriod, ReportReady, queue_email,
};
use viral_engine_service::{Context, ServiceResult};
use viral_engine_test_support::{MailServer, TestApp, TestClient};

/// Longest time that something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// An app that sends by `server`.
async fn app_with(server: &MailServer) -> TestApp {
    TestApp::with(|settings| settings.service.email = server.config()).await
}

/// A worker for mail that notices everything at once.
async fn worker(app: &TestApp) -> Worker {
    let options = WorkerOptions {
        queues: vec![(Queue::Email, 4)],
        lease: Duration::from_millis(800),
        heartbeat: Duration::from_millis(100),
        poll: Duration::from_millis(50),
        reap: Duration::from_millis(100),
    };
    Worker::start(&app.context, registry(), options)
        .await
        .expect("a worker")
}

fn report(subject: &str, to: &str, name: Option<&str>) -> NewEmail {
    let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
    NewEmail {
        about: Vec::new(),
        mail: Mail::ReportReady(ReportReady {
            report: Uuid::nil(),
            period: ReportPeriod::Weekly,
            from: day(9),
            to: day(15),
            figures: vec![Figure {
                name: FigureName::KFactor,
                value: 0.62,
                change_pct: Some(8.4),
            }],
            insights: vec!["K is 0.62 <b>&</b> rising.".to_owned()],
            recommendations: Vec::new(),
        }),
        subject_key: subject.to_owned(),
        to: Address::parse(to).expect("an address"),
        name: name.map(str::to_owned),
        locale: EmailLocale::En,
    }
}

async fn try_queue(context: &Context, email: &NewEmail) -> ServiceResult<QueuedEmail> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| queue_email(conn, context, email).await)
        .await
}

async fn queue(app: &TestApp, email: &NewEmail) -> QueuedEmail {
    try_queue(&app.context, email).await.expect("queued")
}

/// The email as an operator sees it.
async fn shown(client: &TestClient, id: impl std::fmt::Display) -> Value {
    let answer = client.get(&format!("/v1/emails/{id}")).await;
    answer.assert_status(200);
    answer.json()["email"].clone()
}

/// Waits until an email is in a state.
async fn until(client: &TestClient, id: impl std::fmt::Display, state: &str) -> Value {
    let begun = Instant::now();
    loop {
        let email = shown(client, &id).await;
        if email["state"] == state {
            return email;
        }
        assert!(begun.elapsed() < PATIENCE, "not {state}: {email:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until something holds.
async fn until_true(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes jobs that wait for another attempt due.
async fn hurry(app: &TestApp) {
    sql_query("UPDATE jobs SET run_at = now() WHERE state = 'waiting'")
        .execute(&mut *app.db().connection().await)
        .await
        .expect("an update");
}
