//! `Idempotency-Key`: repeated requests are answered as the first was.

use chrono::TimeDelta;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{Answer, TestApp, TestClient};

fn users(name: &str) -> Value {
    json!({ "users": [{ "external_id": name, "persona": "student" }] })
}

async fn post(client: &TestClient, path: &str, key: &str, body: &Value) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header("idempotency-key", key)
        .json(body);
    client.send(request).await
}

async fn count_audit_entries(app: &TestApp, action: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let count: Count =
        diesel::sql_query("SELECT count(*) AS n FROM audit_entries WHERE action = $1")
            .bind::<diesel::sql_types::Text, _>(action)
            .get_result(&mut *app.db().connection().await)
            .await
            .expect("a count");
    count.n
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_answered_byte_for_byte_and_done_once() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    let first = post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    first.assert_status(200);
    app.clock.advance(TimeDelta::hours(23));
    let second = post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    assert_eq!(second.status, 200);
    assert_eq!(second.body, first.body);
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(count_audit_entries(&app, "upsert_users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_the_key_is_free_again() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    app.clock
        .advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let other = post(&key, "/v1/users/bulk", "k1", &users("b")).await;
    other.assert_status(200);
    assert_eq!(other.header("idempotency-replayed"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_body_with_the_same_key_is_refused() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    post(&key, "/v1/users/bulk", "k1", &users("b"))
        .await
        .assert_problem(422, "idempotency_mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_different_callers_never_meet() {
    let app = TestApp::new().await;
    let (one, two) = (
        app.key(&["users:write"]).await,
        app.key(&["users:write"]).await,
    );
    post(&one, "/v1/users/bulk", "k1", &users("a")).await;
    let answer = post(&two, "/v1/users/bulk", "k1", &users("b")).await;
    answer.assert_status(200);
    assert_eq!(answer.header("idempotency-replayed"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_runs_and_the_others_wait_or_are_replayed() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    let body = users("a");
    let requests = (0..16).map(|_| post(&key, "/v1/users/bulk", "k1", &body));
    let answers = futures_util::future::join_all(requests).await;
    let ran =
        |answer: &&Answer| answer.status == 200 && answer.header("idempotency-replayed").is_none();
    assert_eq!(answers.iter().filter(ran).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert_problem(409, "idempotency_in_flight");
    }
    assert_eq!(count_audit_entries(&app, "upsert_users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_refused_gives_its_key_back() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    post(&key, "/v1/users/bulk", "k1", &json!({ "users": [] }))
        .await
        .assert_problem(422, "validation_failed");
    post(&key, "/v1/users/bulk", "k1", &users("a"))
        .await
        .assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_showed_a_secret_is_not_kept() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "name": "Backend", "scopes": ["*"] });
    let first = post(&admin, "/v1/api-keys", "k1", &body).await;
    first.assert_status(201);
    post(&admin, "/v1/api-keys", "k1", &body)
        .await
        .assert_problem(409, "idempotency_not_replayable");
    let secret = first.json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        row: String,
    }
    let rows: Vec<Row> = diesel::sql_query("SELECT k::text AS row FROM idempotency_keys k")
        .load(&mut *app.db().connection().await)
        .await
        .expect("rows");
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].row.contains(&secret) && !rows[0].row.contains(&hex::encode(&secret)));
    assert_eq!(count_audit_entries(&app, "create_api_key").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_process_died_is_taken_over_after_its_lease() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    // As a process leaves it that dies between claim and answer.
    diesel::sql_query("UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL")
        .execute(&mut *app.db().connection().await)
        .await
        .expect("updated");
    post(&key, "/v1/users/bulk", "k1", &users("a"))
        .await
        .assert_problem(409, "idempotency_in_flight");
    app.clock.advance(TimeDelta::seconds(91));
    post(&key, "/v1/users/bulk", "k1", &users("b"))
        .await
        .assert_problem(422, "idempotency_mismatch");
    let again = post(&key, "/v1/users/bulk", "k1", &users("a")).await;
    again.assert_status(200);
    assert_eq!(again.header("idempotency-replayed"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_needs_the_permission_of_what_it_repeats() {
    let app = TestApp::new().await;
    let row = app.insert_operator(Role::Admin).await;
    let admin = app.operator(Role::Admin).await.with_header("if-match", "*");
    let browser = app.sign_in(&row).await;
    post(&browser, "/v1/users/bulk", "k1", &users("a"))
        .await
        .assert_status(200);
    admin
        .patch(
            &format!("/v1/operators/{}", row.id),
            &json!({ "role": "viewer" }),
        )
        .await
        .assert_status(200);
    post(&browser, "/v1/users/bulk", "k1", &users("a"))
        .await
        .assert_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_empty_or_too_long_is_refused() {
    let app = TestApp::new().await;
    let key = app.key(&["users:write"]).await;
    for bad in ["", "two words", &"k".repeat(129)] {
        post(&key, "/v1/users/bulk", bad, &users("a"))
            .await
            .assert_problem(400, "malformed_request");
    }
}
