//! The parents' weekly recaps: what is computed, for whom and when, what is sent, and the parent's page.
//!
//! The app's clock stands at noon UTC of Monday, 16 March 2026: the week from 9 to 15 March is over.

mod api;
mod generation;
mod mail;
mod oracle;
mod page;

use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::Page;
use viral_engine_api_types::recaps::Recap;
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions, registry};
use viral_engine_service::Context;
use viral_engine_service::recaps::{ChunkDone, GenerateRecaps, begin_recaps, generate_recaps};
use viral_engine_test_support::mail_server::Received;
use viral_engine_test_support::{MailServer, TestApp, TestClient};

use crate::world::texts;

/// The Monday of the week that is over.
const WEEK: &str = "2026-03-09";

async fn app_and_key() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let key = key(&app).await;
    (app, key)
}

async fn key(app: &TestApp) -> TestClient {
    app.key(&[
        "users:write",
        "users:read",
        "tutoring_sessions:write",
        "inputs:write",
        "recaps:read",
        "recaps:write",
    ])
    .await
}

/// An app whose messages arrive at a server.
async fn delivering() -> (TestApp, TestClient, MailServer, Worker) {
    let server = MailServer::start().await;
    let app = TestApp::with(|settings| settings.service.email = server.config()).await;
    let key = key(&app).await;
    let options = WorkerOptions {
        queues: vec![(Queue::Email, 4)],
        ..WorkerOptions::default()
    };
    let worker = Worker::start(&app.context, registry(), options).await;
    (app, key, server, worker.expect("a worker"))
}

/// The path of the page that a message leads to.
fn page_in(message: &Received) -> String {
    // Quoted-printable breaks lines by `=`.
    let body = message.message.replace("=\r\n", "");
    let (_, link) = body
        .split_once("https://go.example.org/r/")
        .expect("a link to the page");
    let token: String = link.chars().take(48).collect();
    format!("/r/{token}")
}

/// A parent with an address, and a child of each name.
async fn family(key: &TestClient, parent: &str, zone: Option<&str>, children: &[(&str, &str)]) {
    let fields = json!({
        "persona": "parent", "age_band": "adult", "name": "Ada Parent",
        "email": format!("{parent}@example.org"), "time_zone": zone,
    });
    put(key, parent, &fields).await;
    for (child, name) in children {
        let fields = json!({
            "persona": "student", "age_band": "13_to_15", "guardian": parent, "name": name,
        });
        put(key, child, &fields).await;
    }
}

async fn put(key: &TestClient, user: &str, fields: &Value) {
    let answer = key.put(&format!("/v1/users/{user}"), fields).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
}

/// Reports a session of 45 minutes.
async fn taught(key: &TestClient, id: &str, student: &str, at: &str, more: Value) {
    let mut body = json!({
        "external_id": id, "tutor": "tutor-1", "student": student, "subject": "Mathematics",
        "started_at": at, "duration_minutes": 45,
    });
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let answer = key.post("/v1/sessions", &body).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
}

/// Does a run to its end, and answers parents, recaps and messages in all.
async fn run(context: &Context, job: &GenerateRecaps) -> (i64, usize, usize) {
    let mut run = begin_recaps(context, job).await.expect("a run");
    let mut sums = (0, 0, 0);
    loop {
        let mut conn = context.connection().await.expect("a connection");
        let chunk: ChunkDone = conn
            .transaction(async |conn| generate_recaps(conn, context, &run).await)
            .await
            .expect("a chunk");
        sums.0 += chunk.parents;
        sums.1 += chunk.recaps;
        sums.2 += chunk.emails;
        if !run.advance(chunk) {
            return sums;
        }
    }
}

async fn run_due(app: &TestApp) -> (i64, usize, usize) {
    run(&app.context, &GenerateRecaps::due()).await
}

/// A week, done again.
fn again(week: &str) -> GenerateRecaps {
    GenerateRecaps {
        week: Some(week.parse().expect("a day")),
        parent: None,
        send: true,
    }
}

/// All recaps, by parent, child and week.
async fn recaps(key: &TestClient) -> Vec<Recap> {
    let mut all = Vec::new();
    let mut path = "/v1/recaps?limit=100".to_owned();
    loop {
        let page: Page<Recap> = key.get(&path).await.read();
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => path = format!("/v1/recaps?limit=100&cursor={cursor}"),
            None => break,
        }
    }
    all.sort_by(|a, b| {
        let key = |one: &Recap| (one.parent.clone(), one.week, one.child.clone());
        key(a).cmp(&key(b))
    });
    all
}

/// Our id of a user.
async fn id_of(app: &TestApp, user: &str) -> Uuid {
    let sql = format!("SELECT id FROM users WHERE external_id = '{user}'");
    let found = texts(&mut *app.db().connection().await, &sql).await;
    let text = found.first().expect("a user").trim_matches(['(', ')']);
    text.parse().expect("an id")
}
