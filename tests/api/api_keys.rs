//! API keys.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

async fn create(admin: &TestClient, body: &Value) -> Value {
    let created = admin.post("/v1/api-keys", body).await;
    created.assert_status(201);
    created.json()
}

fn client(app: &TestApp, created: &Value) -> TestClient {
    let secret = created["secret"].as_str().expect("a secret");
    app.anonymous()
        .with_header("authorization", &format!("Bearer {secret}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_known_by_its_first_characters() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let created = create(&admin, &json!({ "name": "Backend", "scopes": ["*"] })).await;
    let secret = created["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("ve_live_"));
    assert_eq!(secret.len(), "ve_live_".len() + 43);
    let list = admin.get("/v1/api-keys").await;
    assert!(!String::from_utf8_lossy(&list.body).contains(secret));
    let prefix = list.json()["items"][0]["prefix"].clone();
    assert_eq!(prefix, secret[..14]);
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_that_only_people_have_can_not_be_given_to_a_key() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for scope in [
        "operators:write",
        "settings:write",
        "audit:read",
        "made:up",
        "",
    ] {
        let body = json!({ "name": "Backend", "scopes": ["links:read", scope] });
        let problem = admin
            .post("/v1/api-keys", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/scopes/1", "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_when_it_expires_and_at_once_when_it_is_revoked() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "name": "Short", "scopes": ["*"], "expires_in_days": 1 });
    let short = client(&app, &create(&admin, &body).await);
    let body = json!({ "name": "Long", "scopes": ["*"] });
    let created = create(&admin, &body).await;
    let long = client(&app, &created);
    // A key can do nothing to keys, so what it may not do shows that it is known.
    short
        .get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");
    long.get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");

    let id = created["api_key"]["id"].as_str().expect("an id");
    let path = format!("/v1/api-keys/{id}");
    admin.delete(&path).await.assert_status(204);
    admin.delete(&path).await.assert_status(204);
    long.get("/v1/api-keys")
        .await
        .assert_problem(401, "unauthenticated");
    app.clock.advance(TimeDelta::minutes(14));
    short
        .get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");
    app.clock.advance(TimeDelta::hours(24));
    short
        .get("/v1/api-keys")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_keys_work_until_the_overlap_ends() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let created = create(&admin, &json!({ "name": "Backend", "scopes": ["*"] })).await;
    let old = client(&app, &created);
    let id = created["api_key"]["id"].as_str().expect("an id");
    let path = format!("/v1/api-keys/{id}/rotate");
    let rotated = admin.post(&path, &json!({ "overlap_hours": 1 })).await;
    rotated.assert_status(201);
    let new = client(&app, &rotated.json());
    assert_eq!(rotated.json()["api_key"]["scopes"], json!(["*"]));
    old.get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");
    new.get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");
    app.clock.advance(TimeDelta::hours(1));
    old.get("/v1/api-keys")
        .await
        .assert_problem(401, "unauthenticated");
    new.get("/v1/api-keys")
        .await
        .assert_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused() {
    let app = TestApp::new().await;
    for header in [
        "Bearer ve_live_nonsense",
        "Basic dXNlcjpwYXNz",
        "ve_live_x",
        "Bearer ",
    ] {
        app.anonymous()
            .with_header("authorization", header)
            .get("/v1/api-keys")
            .await
            .assert_problem(401, "unauthenticated");
    }
}
