//! Searching, verifying and exporting by the API.

use serde_json::{Value, json};
use viral_engine_api_types::audit::AuditVerification;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::audit::seal_audit_entries;
use viral_engine_test_support::TestApp;

use super::{findings_in, forge_now, public_keys, record_some};

async fn objects(client: &viral_engine_test_support::TestClient, query: &str) -> Vec<String> {
    let page = client
        .get(&format!("/v1/audit-entries?{query}"))
        .await
        .json();
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|item| item["object_id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_each_of_their_parts() {
    let app = TestApp::new().await;
    let auditor = app.operator(Role::Safety).await;
    record_some(&app, 7).await;
    let all = "limit=100";
    assert_eq!(objects(&auditor, all).await.len(), 7);
    let found = objects(&auditor, "action=update_setting").await;
    assert_eq!(found, ["object-4", "object-1"]);
    assert_eq!(objects(&auditor, "object_kind=setting").await, found);
    assert_eq!(objects(&auditor, "actor_kind=system").await, found);
    assert_eq!(objects(&auditor, "object_id=object-3").await, ["object-3"]);
    let ada = "actor_id=01930000-0000-7000-8000-000000000007";
    assert_eq!(objects(&auditor, ada).await.len(), 5);
    assert_eq!(
        objects(&auditor, "request_id=req-ada&action=create_link")
            .await
            .len(),
        3
    );
    assert_eq!(objects(&auditor, "request_id=req-nobody").await.len(), 0);
    let from = "from=2026-03-16T12:00:06Z";
    assert_eq!(objects(&auditor, from).await, ["object-6", "object-5"]);
    auditor
        .get("/v1/audit-entries?actor_kind=nobody")
        .await
        .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_has_its_place_once_it_is_sealed() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 1).await;
    let first = async || admin.get("/v1/audit-entries").await.json()["items"][0]["seq"].clone();
    assert_eq!(first().await, Value::Null);
    seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!(first().await, json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_tells_that_nothing_was_changed_and_then_what_was() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 9).await;
    admin
        .post("/v1/audit/heads", &json!({}))
        .await
        .assert_status(201);
    let verify =
        async || -> AuditVerification { admin.post("/v1/audit/verify", &json!({})).await.read() };
    let fine = verify().await;
    assert_eq!((fine.leaves, fine.heads_held, fine.unsealed), (9, 1, 1));
    assert_eq!((fine.next_seq, fine.findings_total), (None, 0));
    forge_now(
        &app,
        "UPDATE audit_entries SET action = 'other' WHERE object_id = 'object-4'",
    )
    .await;
    let tampered = serde_json::to_value(verify().await).expect("JSON");
    assert_eq!(tampered["verdict"], "tampered");
    assert_eq!(tampered["findings"][0]["fault"], "entry_changed");
    assert_eq!(tampered["findings"][0]["seq"], 4);
    assert_eq!(tampered["findings_total"], 1);
    // From behind the fault on all is well.
    let rest: AuditVerification = admin
        .post("/v1/audit/verify", &json!({ "from_seq": 5 }))
        .await
        .read();
    assert_eq!((rest.leaves, rest.findings_total), (4, 0));
    let behind = admin
        .post("/v1/audit/verify", &json!({ "from_seq": 10 }))
        .await;
    behind.assert_problem(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_verified_without_the_engine() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 9).await;
    let head = admin.post("/v1/audit/heads", &json!({})).await.json();
    let head = head["note"]
        .as_str()
        .expect("a note")
        .parse()
        .expect("a head");
    seal_audit_entries(&app.context).await.expect("sealing");
    let answer = admin.get("/v1/audit/export").await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    assert_eq!(text.lines().count(), 11);
    assert_eq!(findings_in(&text, &[head], &public_keys(&app.context)), []);
    admin
        .get("/v1/audit/export?from_seq=11")
        .await
        .assert_problem(400, "malformed_request");
}
