//! Personal information found and redacted for the platform: in order, by place and kind, never by value.

use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

use crate::users::put;

const SCAN: &str = "/v1/pii/scan";
const REDACT: &str = "/v1/pii/redact";

async fn ada(app: &TestApp) -> TestClient {
    let key = app.key(&["users:write", "pii:scan"]).await;
    let guardian = json!({ "persona": "parent", "age_band": "adult", "name": "Annabella Byron", "email": "a.byron@example.org" });
    put(&key, "p1", guardian).await;
    let child = json!({
        "persona": "student", "age_band": "under_13", "guardian": "p1", "name": "Ada Lovelace",
        "handle": "countess_42", "institution": "analytical-engine-school",
    });
    put(&key, "s1", child).await;
    key
}

fn types(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| finding["type"].as_str().expect("a type"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_places_and_kinds_in_the_order_of_the_items() {
    let app = TestApp::new().await;
    let key = app.key(&["pii:scan"]).await;
    let body = json!({ "items": [
        { "id": "one", "text": "é mail joe@example.com" },
        { "id": "two", "text": "nothing here" },
        { "id": "three", "json": { "note": "call 555-123-4567", "joe@example.com": 5, "password": "x" } },
        { "id": "four", "text": "My name is Emma, born on 3/4/2012, 12 Main Street, see www.example.org from 203.0.113.9" },
        { "id": "five", "text": "SSN 123-45-6789, card 4111 1111 1111 1111, snap: @emma_07, at Lincoln Elementary School" },
    ] });
    let answer: Value = key.post(SCAN, &body).await.read();
    let items = answer["items"].as_array().expect("items");
    let ids: Vec<_> = items
        .iter()
        .map(|item| item["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids, ["one", "two", "three", "four", "five"]);
    assert_eq!(
        items[0]["findings"],
        json!([{ "type": "email", "start": 7, "end": 22, "confidence": 0.99 }])
    );
    assert_eq!(items[1]["findings"], json!([]));
    let in_json = items[2]["findings"].as_array().expect("findings");
    let paths: Vec<_> = in_json
        .iter()
        .map(|found| (found["path"].as_str(), found["in_key"].as_bool()))
        .collect();
    assert!(paths.contains(&(Some("/[EMAIL]"), Some(true))), "{paths:?}");
    assert!(paths.contains(&(Some("/note"), None)), "{paths:?}");
    assert_eq!(types(&items[3]), ["name", "dob", "address", "url", "ip"]);
    assert_eq!(types(&items[4]), ["ssn", "card", "handle", "school"]);
    for value in ["joe", "example.com", "555", "Emma", "4111", "Lincoln"] {
        assert!(!answer.to_string().contains(value), "{value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redacted_items_stand_beside_their_findings_and_scan_clean() {
    let app = TestApp::new().await;
    let key = app.key(&["pii:scan"]).await;
    let body = json!({ "items": [
        { "id": "a", "text": "mail joe [at] example [dot] com or +49 30 901820" },
        { "id": "b", "json": { "email": "x", "notes": ["I'm Emma", 7] } },
    ] });
    let answer: Value = key.post(REDACT, &body).await.read();
    assert_eq!(answer["items"][0]["text"], "mail [EMAIL] or [PHONE]");
    assert_eq!(
        answer["items"][1]["json"],
        json!({ "email": "[EMAIL]", "notes": ["I'm [NAME]", 7] })
    );
    assert_eq!(types(&answer["items"][0]), ["email", "phone"]);
    let again = json!({ "items": [
        { "id": "a", "text": answer["items"][0]["text"] },
        { "id": "b", "json": answer["items"][1]["json"] },
    ] });
    let scanned: Value = key.post(SCAN, &again).await.read();
    assert_eq!(scanned["items"][0]["findings"], json!([]));
    assert_eq!(scanned["items"][1]["findings"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_record_of_the_subject_is_found_however_it_is_spelt() {
    let app = TestApp::new().await;
    let key = ada(&app).await;
    let text =
        "ask lovelace, a.d.a. or countess.42 of Analytical Engine School (a byron at example org)";
    let body = |subject: Option<&str>| json!({ "items": [{ "id": "a", "text": text }], "subject": subject });
    let known: Value = key.post(REDACT, &body(Some("s1"))).await.read();
    let redacted = known["items"][0]["text"]
        .as_str()
        .expect("a text")
        .to_lowercase();
    for value in ["lovelace", "countess", "analytical", "byron"] {
        assert!(!redacted.contains(value), "{redacted}");
    }
    let unknown: Value = key.post(REDACT, &body(None)).await.read();
    let left = unknown["items"][0]["text"].as_str().expect("a text");
    assert!(
        left.contains("lovelace") && left.contains("countess"),
        "{left}"
    );
    let adult = json!({ "items": [{ "id": "a", "text": "My name is Emma" }], "subject": "p1" });
    let adult: Value = key.post(REDACT, &adult).await.read();
    assert_eq!(adult["items"][0]["text"], "My name is Emma");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_by_pointer() {
    let app = TestApp::new().await;
    let key = app.key(&["pii:scan"]).await;
    for (body, pointer, code) in [
        (json!({ "items": [] }), "/items", "length"),
        (
            json!({ "items": [{ "id": "a" }] }),
            "/items/0",
            "text_or_json",
        ),
        (
            json!({ "items": [{ "id": "a", "text": "x", "json": 1 }] }),
            "/items/0",
            "text_or_json",
        ),
        (
            json!({ "items": [{ "id": "", "text": "x" }] }),
            "/items/0/id",
            "length",
        ),
        (
            json!({ "items": [{ "id": "a", "text": "x" }], "subject": "nobody" }),
            "/subject",
            "unknown_user",
        ),
    ] {
        for path in [SCAN, REDACT] {
            let answer = key.post(path, &body).await;
            let problem = answer.assert_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
            assert_eq!(problem["errors"][0]["code"], code, "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_read_personal_fields_may_ask() {
    let app = TestApp::new().await;
    let body = json!({ "items": [{ "id": "a", "text": "joe@example.com" }] });
    for (role, status) in [
        (Role::Admin, 200),
        (Role::Safety, 200),
        (Role::Analyst, 403),
        (Role::Viewer, 403),
    ] {
        let operator = app.operator(role).await;
        operator.post(SCAN, &body).await.assert_status(status);
        operator.post(REDACT, &body).await.assert_status(status);
    }
    app.key(&["users:read"])
        .await
        .post(SCAN, &body)
        .await
        .assert_problem(403, "forbidden");
}
