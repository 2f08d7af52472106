//! Rates, load and time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::TestApp;

/// Begins a request whose body never comes to its end.
fn begin_upload(app: &TestApp) -> TcpStream {
    let address = app.base_url().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).expect("connected");
    let head = format!(
        "POST /v1/auth/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\nconnection: close\r\n\r\n{{\"email\""
    );
    socket.write_all(head.as_bytes()).expect("sent");
    socket
}

fn rest_of(mut socket: TcpStream) -> String {
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("answered");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_beyond_its_rate_is_told_when_to_come_back_and_others_are_not_slowed() {
    let app = TestApp::with(|settings| settings.http.requests_per_second_per_key = 5).await;
    let (busy, calm) = (
        app.key(&["users:read"]).await,
        app.key(&["users:read"]).await,
    );
    let answers = futures_util::future::join_all((0..40).map(|_| busy.get("/v1/users"))).await;
    let answered = answers.iter().filter(|answer| answer.status == 200);
    assert!((5..40).contains(&answered.count()));
    let refused = answers
        .iter()
        .find(|answer| answer.status == 429)
        .expect("a refusal");
    refused.assert_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("ratelimit-limit"), Some("5"));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    let calm = calm.get("/v1/users").await;
    calm.assert_status(200);
    assert_eq!(calm.header("ratelimit-remaining"), Some("4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_guesses_keys_is_slowed_and_health_checks_are_not() {
    let app = TestApp::with(|settings| settings.http.requests_per_second_per_ip = 5).await;
    let guesser = app
        .anonymous()
        .with_header("authorization", "Bearer ve_live_guess");
    let answers = futures_util::future::join_all((0..40).map(|_| guesser.get("/v1/users"))).await;
    assert!(answers.iter().any(|answer| answer.status == 429));
    assert!(
        answers
            .iter()
            .all(|answer| [401, 429].contains(&answer.status))
    );
    app.anonymous().get("/healthz").await.assert_status(200);
    app.anonymous().get("/readyz").await.assert_status(200);
    // A key that is known has its own rate.
    app.key(&["users:read"])
        .await
        .get("/v1/users")
        .await
        .assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_address_is_believed_from_a_trusted_proxy_only() {
    let app = TestApp::with(|settings| {
        settings.http.requests_per_second_per_ip = 1;
        settings.http.trusted_proxies = "127.0.0.1".parse().expect("a list");
    })
    .await;
    for n in 0..10 {
        app.anonymous()
            .with_header("x-forwarded-for", &format!("198.51.100.{n}"))
            .get("/v1/about")
            .await
            .assert_status(200);
    }
    let app = TestApp::with(|settings| settings.http.requests_per_second_per_ip = 1).await;
    let mut statuses = Vec::new();
    for n in 0..10 {
        let client = app
            .anonymous()
            .with_header("x-forwarded-for", &format!("198.51.100.{n}"));
        statuses.push(client.get("/v1/about").await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_engine_sheds_dashboards_first_and_still_says_that_it_lives() {
    let app = TestApp::with(|settings| settings.http.max_in_flight = 2).await;
    let upload = begin_upload(&app);
    let browser = app.operator(Role::Viewer).await;
    // The upload is being worked on as soon as a second browser is refused.
    let shed = loop {
        let answer = browser.get("/v1/auth/me").await;
        if answer.status == 503 {
            break answer;
        }
        answer.assert_status(200);
    };
    shed.assert_problem(503, "unavailable");
    assert_eq!(shed.header("retry-after"), Some("1"));
    app.anonymous().get("/healthz").await.assert_status(200);
    drop(upload);
    while browser.get("/v1/auth/me").await.status == 503 {}
    browser.get("/v1/auth/me").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_finish_its_request_is_not_waited_for() {
    let app = TestApp::with(|settings| {
        settings.http.request_timeout = Duration::from_millis(100);
    })
    .await;
    let socket = begin_upload(&app);
    let answer = tokio::task::spawn_blocking(move || rest_of(socket))
        .await
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    assert!(answer.contains("\"code\":\"timeout\""), "{answer}");
    assert!(answer.contains("x-request-id: "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_ours_tells_the_caller_its_id_and_nothing_else() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    diesel_async::RunQueryDsl::execute(
        diesel::sql_query("ALTER TABLE api_keys RENAME TO api_keys_gone"),
        &mut *app.db().connection().await,
    )
    .await
    .expect("renamed");
    let body = json!({ "name": "n", "scopes": ["*"] });
    let answer = admin.post("/v1/api-keys", &body).await;
    let problem = answer.assert_problem(500, "internal");
    assert_eq!(
        problem["request_id"].as_str(),
        answer.header("x-request-id")
    );
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    for secret in ["api_keys_gone", "relation", "SQL", "query", "INSERT"] {
        assert!(!text.contains(secret), "{text}");
    }
}
