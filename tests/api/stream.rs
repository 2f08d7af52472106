//! Live changes by server-sent events.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_db::notifications::{Channel, Notice, notify};
use viral_engine_test_support::{TestApp, TestClient};

/// Longest wait for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
struct Events {
    response: Response,
    buffer: String,
}

impl Events {
    async fn open(client: &TestClient) -> Self {
        let request = client.request(Method::GET, "/v1/stream");
        let request = match client.cookie("__Host-ve_access") {
            Some(access) => request.header("cookie", format!("__Host-ve_access={access}")),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self {
            response,
            buffer: String::new(),
        }
    }

    /// The next event and its data; `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.map(str::trim).map(str::to_owned)
                };
                let event = field("event:").zip(field("data:"));
                self.buffer = rest.to_owned();
                if let Some((name, data)) = event {
                    return Some((name, serde_json::from_str(&data).expect("JSON")));
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let chunk = chunk.await.expect("something comes in time").ok()??;
            self.buffer
                .push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// The data of the next event of this name.
    async fn next_of(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self.next().await.expect("the stream goes on");
            if event == name {
                return data;
            }
        }
    }
}

/// Waits until the app hears what nodes tell.
async fn listening(app: &TestApp) {
    let mut notices = app.context.notices.subscribe();
    let heard = async {
        loop {
            let mut conn = app.db().connection().await;
            notify(&mut conn, Channel::Settings, "probe")
                .await
                .expect("told");
            let next = tokio::time::timeout(Duration::from_millis(100), notices.recv());
            if let Ok(Ok(Notice::Changed { .. })) = next.await {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, heard)
        .await
        .expect("it listens");
}

async fn violate(key: &TestClient) {
    let reel = json!({ "student": "student-1", "reel_data": "ann@example.com" });
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_and_an_alert_are_hinted_at() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    listening(&app).await;
    let mut events = Events::open(&app.operator(Role::Viewer).await).await;
    violate(&key).await;
    let changed = events.next_of("data_changed").await;
    assert_eq!(changed["kind"], "data_changed");
    assert!(
        changed["version"]
            .as_i64()
            .is_some_and(|version| version > 0)
    );

    key.get("/v1/guardrails/alerts").await.assert_status(200);
    let alert = events.next_of("alert_changed").await["alert"].clone();
    assert_eq!(
        (&alert["type"], &alert["status"]),
        (&json!("coppa_violation"), &json!("open"))
    );
    let id = alert["id"].as_str().expect("an id");
    key.post(&format!("/v1/alerts/{id}/acknowledge"), &json!({}))
        .await
        .assert_status(200);
    let changed = events.next_of("alert_changed").await;
    assert_eq!(changed["alert"]["status"], "acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writes_are_one_hint_a_second() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    listening(&app).await;
    let mut events = Events::open(&key).await;
    let start = std::time::Instant::now();
    for _ in 0..30 {
        violate(&key).await;
    }
    let mut conn = app.db().connection().await;
    let last = crate::world::number(&mut conn, "SELECT last_value FROM data_version").await;
    let mut hints = 0;
    while events.next_of("data_changed").await["version"] != json!(last) {
        hints += 1;
    }
    let seconds = start.elapsed().as_secs() + 1;
    assert!(hints <= seconds, "{hints} hints in {seconds} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_with_the_session() {
    let app = TestApp::new().await;
    listening(&app).await;
    let operator = app.insert_operator(Role::Viewer).await;
    let browser = app.sign_in(&operator).await;
    let mut ending = Events::open(&browser).await;
    let mut staying = Events::open(&app.operator(Role::Viewer).await).await;
    browser
        .post("/v1/auth/logout", &json!({}))
        .await
        .assert_status(204);
    assert_eq!(ending.next().await, None);
    let key = app.key(&["*"]).await;
    violate(&key).await;
    staying.next_of("data_changed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draining_server_ends_streams_and_takes_no_new_one() {
    let app = TestApp::new().await;
    let key = app.key(&["guardrails:read"]).await;
    let mut events = Events::open(&key).await;
    app.context.stream.close();
    assert_eq!(events.next().await, None);
    key.get("/v1/stream")
        .await
        .assert_problem(503, "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_read_guardrails_may_listen() {
    let app = TestApp::new().await;
    app.key(&["links:read"])
        .await
        .get("/v1/stream")
        .await
        .assert_problem(403, "forbidden");
}
