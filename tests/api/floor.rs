//! What holds for every request, whatever its area.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::housekeeping::sweep;
use viral_engine_test_support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_route_is_a_problem_with_a_request_id() {
    let app = TestApp::new().await;
    let answer = app
        .anonymous()
        .with_header("x-request-id", "5d41402a-bc4b2a76")
        .get("/v1/nothing?secret=1")
        .await;
    let problem = answer.assert_problem(404, "not_found");
    assert_eq!(problem["instance"], "/v1/nothing");
    assert_eq!(problem["request_id"], "5d41402a-bc4b2a76");
    assert_eq!(answer.header("x-request-id"), Some("5d41402a-bc4b2a76"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("strict-transport-security").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_could_forge_log_lines_is_replaced() {
    let app = TestApp::new().await;
    for forged in [
        "a b c d e f g",
        "emma-lee-was-here",
        "<script>alert(1)</script>",
        "short",
        &"x".repeat(65),
    ] {
        let answer = app
            .anonymous()
            .with_header("x-request-id", forged)
            .get("/healthz")
            .await;
        let id = answer.header("x-request-id").expect("an id");
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{forged}: {id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_names_the_right_ones() {
    let app = TestApp::new().await;
    let answer = app.anonymous().delete("/v1/about").await;
    answer.assert_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_in_the_place_of_an_id_has_only_its_own_methods() {
    let app = TestApp::new().await;
    for (path, own) in [
        ("/v1/links/bulk", "POST"),
        ("/v1/links/export", "GET"),
        // A user may be called so.
        ("/v1/users/bulk", "POST, GET, PUT"),
    ] {
        for method in [Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let caller = app.anonymous();
            let answer = caller.send(caller.request(method, path)).await;
            answer.assert_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some(own), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_the_headers_of_get() {
    let app = TestApp::new().await;
    let answer = app.anonymous().head("/v1/about").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_engine_is_ready_and_says_that_it_needs_its_first_admin() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    client.get("/healthz").await.assert_status(200);
    let ready = client.get("/readyz").await;
    ready.assert_status(200);
    let checks = ["database", "migrations", "serving", "shipping"].map(|name| (name, "ok"));
    assert_eq!(ready.json()["checks"], json!(BTreeMap::from(checks)));
    assert_eq!(ready.json()["unshipped_hits"], 0);
    let about = client.get("/v1/about").await.json();
    assert_eq!(about["needs_setup"], true);
    assert_eq!(about["email_transport"], "outbox");
    assert_eq!(about["now"], "2026-03-16T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_requests_by_route_and_never_by_path() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    client.get("/v1/about").await;
    client.get("/v1/made-up-by-an-attacker").await;
    let metrics = String::from_utf8(client.get("/metrics").await.body).expect("text");
    assert!(metrics.contains("route=\"/v1/about\""), "{metrics}");
    assert!(!metrics.contains("made-up"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_hits_by_what_one_request_can_tell() {
    let app = TestApp::new().await;
    let metrics = String::from_utf8(app.anonymous().get("/metrics").await.body).expect("text");
    let verdicts: BTreeSet<&str> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("viral_engine_redirects_total{verdict=\""))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let told = ["bot", "person", "prefetch", "preview", "rejected"];
    assert_eq!(verdicts, BTreeSet::from(told), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn housekeeping_removes_what_is_over_and_nothing_else() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let wrong = json!({ "email": "nobody@example.org", "password": "wrong" });
    app.anonymous().post("/v1/auth/login", &wrong).await;
    let body = json!({ "name": "Backend", "scopes": ["*"] });
    let request = admin
        .request(reqwest::Method::POST, "/v1/api-keys")
        .header("idempotency-key", "k1")
        .json(&body);
    admin.send(request).await.assert_status(201);

    let swept = || sweep(&app.context);
    assert_eq!(swept().await.expect("swept"), 0);
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(
        swept().await.expect("swept"),
        2,
        "the address and the network"
    );
    app.clock.advance(TimeDelta::hours(23));
    assert_eq!(swept().await.expect("swept"), 1, "the kept answer");
    app.clock.advance(TimeDelta::days(37));
    assert_eq!(swept().await.expect("swept"), 1, "the session");
}
