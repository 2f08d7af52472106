//! Operators, and that there is always an admin who can sign in.

use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::auth::create_admin;
use viral_engine_test_support::{TestApp, TestClient};

const PASSWORD: &str = "correct horse battery staple";

/// An admin who changes whatever version there is.
async fn admin(app: &TestApp) -> TestClient {
    let admin = app.operator(Role::Admin).await;
    admin.with_header("if-match", "*")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_signs_in_one_operator_however_it_is_written() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    let body = json!({ "email": "grace@example.org", "name": "Grace", "role": "viewer" });
    let created = admin.post("/v1/operators", &body).await;
    created.assert_status(201);
    let location = created.header("location").expect("a location").to_owned();
    assert_eq!(admin.get(&location).await.json()["name"], "Grace");
    let body = json!({ "email": "Grace@Example.org", "name": "Grace", "role": "viewer" });
    admin
        .post("/v1/operators", &body)
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_from_the_next_request_and_disabling_ends_all_sessions() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    let row = app.insert_operator(Role::Viewer).await;
    let browser = app.sign_in(&row).await;
    let path = format!("/v1/operators/{}", row.id);
    browser
        .get("/v1/audit-entries")
        .await
        .assert_problem(403, "forbidden");
    admin
        .patch(&path, &json!({ "role": "safety" }))
        .await
        .assert_status(200);
    browser.get("/v1/audit-entries").await.assert_status(200);
    let disabled = admin.patch(&path, &json!({ "disabled": true })).await;
    assert_eq!(disabled.json()["status"], "disabled");
    browser
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
    admin
        .patch(&path, &json!({ "disabled": false }))
        .await
        .assert_status(200);
    browser
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_who_change_an_operator_the_second_must_read_it_again() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let row = app.insert_operator(Role::Viewer).await;
    let path = format!("/v1/operators/{}", row.id);
    let body = json!({ "role": "safety" });
    admin
        .patch(&path, &body)
        .await
        .assert_problem(428, "precondition_required");
    let tag = admin.get(&path).await.header("etag").map(str::to_owned);
    assert_eq!(tag.as_deref(), Some("\"1\""));
    let reader = admin.with_header("if-match", "\"1\"");
    let changed = reader.patch(&path, &body).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!(changed.json()["version"], 2);
    for body in [body, json!({ "disabled": true })] {
        reader
            .patch(&path, &body)
            .await
            .assert_problem(412, "precondition_failed");
    }
    // Signing in is no change that somebody could overwrite.
    app.sign_in(&row).await.get("/v1/auth/me").await;
    assert_eq!(reader.get(&path).await.header("etag"), Some("\"2\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_who_can_sign_in_stays() {
    let app = TestApp::new().await;
    // This one has no password, so it does not count.
    let admin = admin(&app).await;
    let last = create_admin(&app.context, "last@example.org", "Last", PASSWORD)
        .await
        .expect("an admin");
    let path = format!("/v1/operators/{}", last.id);
    for body in [json!({ "disabled": true }), json!({ "role": "safety" })] {
        admin
            .patch(&path, &body)
            .await
            .assert_problem(409, "conflict");
    }
    admin
        .patch(&path, &json!({ "name": "Still here" }))
        .await
        .assert_status(200);
    create_admin(&app.context, "next@example.org", "Next", PASSWORD)
        .await
        .expect("an admin");
    admin
        .patch(&path, &json!({ "disabled": true }))
        .await
        .assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_can_not_disable_each_other_at_once() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    let mut paths = Vec::new();
    for email in ["one@example.org", "two@example.org"] {
        let admin = create_admin(&app.context, email, "Admin", PASSWORD)
            .await
            .expect("an admin");
        paths.push(format!("/v1/operators/{}", admin.id));
    }
    let body = json!({ "disabled": true });
    let (one, two) = tokio::join!(admin.patch(&paths[0], &body), admin.patch(&paths[1], &body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_and_ends_the_sessions_of_others() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    let row = app.insert_operator(Role::Viewer).await;
    let browser = app.sign_in(&row).await;
    let path = format!("/v1/operators/{}/sessions", row.id);
    let list = admin.get(&path).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    admin.delete(&path).await.assert_status(204);
    browser
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_on_and_back_through_all_operators_once() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    for _ in 0..6 {
        app.insert_operator(Role::Viewer).await;
    }
    let mut seen = Vec::new();
    let mut path = "/v1/operators?limit=3".to_owned();
    let mut last_page;
    loop {
        last_page = admin.get(&path).await.json();
        let items = last_page["items"].as_array().expect("items");
        seen.extend(items.iter().map(|item| item["id"].to_string()));
        match last_page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/operators?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    sorted.reverse();
    assert_eq!(seen, sorted, "newest first, each once");
    let back = last_page["prev_cursor"].as_str().expect("a way back");
    let back = admin
        .get(&format!("/v1/operators?limit=3&cursor={back}"))
        .await
        .json();
    let ids: Vec<String> = back["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].to_string())
        .collect();
    assert_eq!(ids, seen[3..6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_admins_do_is_in_the_audit_trail_without_names_and_secrets() {
    let app = TestApp::new().await;
    let admin = admin(&app).await;
    let body = json!({ "email": "grace@example.org", "name": "Grace", "role": "viewer" });
    let created = admin.post("/v1/operators", &body).await;
    let id = created.json()["operator"]["id"].clone();
    let path = format!("/v1/operators/{}", id.as_str().expect("an id"));
    admin
        .patch(&path, &json!({ "name": "Grace Hopper", "role": "analyst" }))
        .await
        .assert_status(200);
    let list = admin
        .get("/v1/audit-entries?object_kind=operator&limit=10")
        .await;
    let text = String::from_utf8_lossy(&list.body).into_owned();
    assert!(
        !text.contains("Grace") && !text.contains("setup#"),
        "{text}"
    );
    let items = list.json()["items"].clone();
    assert_eq!(items[0]["action"], "update_operator");
    assert_eq!(
        items[0]["changes"],
        json!({ "name": "changed", "role": "analyst" })
    );
    assert_eq!(items[0]["object_id"], id);
    assert_eq!(items[0]["actor_kind"], "operator");
    assert_eq!(items[0]["ip_prefix"], "127.0.0.0/24");
    assert_eq!(items[1]["action"], "create_operator");
    assert_eq!(
        items[1]["request_id"].as_str(),
        created.header("x-request-id")
    );
}
