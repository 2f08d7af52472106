//! Deleting users: who may, what is answered, what stays.

use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::data_requests::{begin_deletion, delete_next};
use viral_engine_test_support::{TestApp, TestClient};

use super::{completed, delete};
use crate::consents::family::Family;
use crate::world::number;

async fn count(app: &TestApp, sql: &str) -> i64 {
    number(&mut *app.db().connection().await, sql).await
}

fn rows(request: &Value, store: &str) -> i64 {
    let stores = request["receipt"]["stores"].as_array().expect("stores");
    let found = stores.iter().find(|one| one["store"] == store);
    found.map_or(0, |one| one["rows"].as_i64().expect("a number"))
}

async fn ask(key: &TestClient, user: &str) -> Value {
    let body = json!({ "kind": "deletion", "user": user });
    key.post("/v1/data-requests", &body)
        .await
        .assert_status(202)
        .json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_child_is_nobody_any_more_and_what_counts_stays() {
    let family = Family::new().await;
    let (app, key) = (&family.app, &family.key);
    family.consented().await;
    family.granted_by_card("invite_friend").await;
    family.granted_by_card("disclose:school-cloud").await;
    family.taught().await;
    let link = family.link().await.assert_status(201).json();
    let referred = json!({ "type": "conversion", "referee": "friend", "link": link["token"] });
    key.post("/v1/events", &referred).await;
    let events = count(app, "SELECT count(*) FROM events").await;
    let asked = ask(key, "ada").await;
    assert_eq!(asked["state"], "waiting");
    assert_eq!(asked["user"], "ada");
    let done = completed(key, &asked).await;

    assert_eq!(done["user"], Value::Null);
    assert_eq!(done["receipt"]["keys_destroyed"], 1);
    assert_eq!(done["receipt"]["recipients"], json!(["school-cloud"]));
    assert_eq!(done["receipt"]["consents_ended"], 4);
    assert_eq!((rows(&done, "users"), rows(&done, "links")), (1, 1));
    assert_eq!(rows(&done, "tutoring_sessions"), 1);
    key.get("/v1/users/ada").await.assert_status(404);
    assert_eq!(count(app, "SELECT count(*) FROM events").await, events);
    assert_eq!(
        count(app, "SELECT count(*) FROM tutoring_sessions").await,
        0
    );
    assert_eq!(
        count(
            app,
            "SELECT count(*) FROM consents WHERE state <> 'deleted'"
        )
        .await,
        0
    );
    assert_eq!(
        count(
            app,
            "SELECT count(*) FROM users WHERE external_id LIKE 'erased-%'"
        )
        .await,
        1
    );
    let stopped = key
        .get(&format!(
            "/v1/links/{}",
            link["id"].as_str().expect("an id")
        ))
        .await
        .json();
    assert_eq!(stopped["status"], "disabled");
    let token = link["token"].as_str().expect("a token");
    assert_eq!(
        app.anonymous().get(&format!("/l/{token}")).await.status,
        410
    );
    // The mother is not deleted, and her page does not fail.
    let path = family.path_in_mail("mum@example.org", 2).await;
    family.page(&path).await;
    // Whoever is reported again is somebody new.
    let again = key
        .put(
            "/v1/users/ada",
            &json!({ "persona": "student", "name": "Ada" }),
        )
        .await;
    again.assert_status(201);
    assert_eq!(family.states("ada").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_names_users_by_what_ends_with_them() {
    let family = Family::new().await;
    let (app, key) = (&family.app, &family.key);
    let admin = app.operator(Role::Admin).await;
    let path = "/v1/audit-entries?object_kind=user&object_id=ada";
    let found = admin.get(path).await.json();
    assert_eq!(found["items"][0]["action"], "upsert_user");
    let subject = found["items"][0]["object_id"]
        .as_str()
        .expect("a subject")
        .to_owned();
    assert!(subject.starts_with("subject:"), "{subject}");
    assert_eq!(count(app, "SELECT count(*) FROM audit_entries a JOIN users u ON a.object_id = u.id::text OR strpos(a.changes::text, u.id::text) > 0").await, 0);
    delete(key, "ada").await;
    assert_eq!(admin.get(path).await.json()["items"], json!([]));
    // The entry stands, about somebody whom nobody can name.
    let kept = admin
        .get(&format!("/v1/audit-entries?object_id={subject}"))
        .await
        .json();
    assert_eq!(kept["items"][0]["action"], "upsert_user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_is_interrupted_after_any_step_begins_again() {
    let family = Family::new().await;
    let (app, key) = (&family.app, &family.key);
    family.ask(&["core_use"]).await;
    family.taught().await;
    let pause = key.post("/v1/queues/default/pause", &json!({})).await;
    pause.assert_status(200);
    let asked = ask(key, "ada").await;
    let id = asked["id"].as_str().expect("an id").parse().expect("an id");
    let mut steps = 1;
    loop {
        // As after a kill: whoever comes next knows what is stored alone.
        let mut run = begin_deletion(&app.context, id)
            .await
            .expect("begun")
            .expect("not over");
        let mut is_over = false;
        for _ in 0..steps {
            is_over = !delete_next(&app.context, &mut run).await.expect("a step");
            if is_over {
                break;
            }
        }
        if is_over {
            break;
        }
        steps += 1;
    }
    assert!(
        begin_deletion(&app.context, id)
            .await
            .expect("asked")
            .is_none()
    );
    let done = key.get(&format!("/v1/data-requests/{id}")).await.json();
    assert_eq!(done["state"], "completed");
    assert_eq!(rows(&done, "tutoring_sessions"), 1);
    assert_eq!(done["receipt"]["keys_destroyed"], 1);
    assert_eq!(count(app, "SELECT count(*) FROM users WHERE num_nonnulls(name_cipher, email_hash, institution, key_slot) > 0 AND deleted_at IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_is_deleted_ends_what_was_allowed() {
    let family = Family::new().await;
    family.consented().await;
    delete(&family.key, "mum").await;
    let ended = [
        ("core_use", "deleted"),
        ("progress_reel_to_parent", "deleted"),
    ];
    let ended = ended.map(|(scope, state)| (scope.to_owned(), state.to_owned()));
    assert_eq!(family.states("ada").await, ended);
    let ada = family.key.get("/v1/users/ada").await.json();
    assert_eq!(ada["guardian"], Value::Null);
    assert_eq!(ada["personal"]["name"], "Ada Lovelace");
    let sealed =
        "SELECT count(*) FROM emails WHERE num_nonnulls(address_cipher, content_cipher) > 0";
    assert_eq!(count(&family.app, sealed).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_not_told_what_was_erased() {
    let family = Family::new().await;
    let key = &family.key;
    let writer = family
        .app
        .key(&["*"])
        .await
        .with_header("idempotency-key", "once");
    let body = json!({ "external_id": "s-9", "tutor": "tutor-1", "student": "ada", "subject": "Physics",
        "started_at": "2026-03-10T15:00:00Z", "duration_minutes": 45 });
    writer.post("/v1/sessions", &body).await.assert_status(201);
    delete(key, "ada").await;
    let replay = writer.post("/v1/sessions", &body).await;
    replay.assert_problem(409, "idempotency_not_replayable");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_checked_listed_and_one_at_a_time() {
    let family = Family::new().await;
    let (app, key) = (&family.app, &family.key);
    let pause = key.post("/v1/queues/default/pause", &json!({})).await;
    pause.assert_status(200);
    let body = json!({ "kind": "deletion", "user": "nobody" });
    let problem = key
        .post("/v1/data-requests", &body)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/user");
    assert_eq!(problem["errors"][0]["code"], "unknown_user");
    let body = json!({ "kind": "forget", "user": "ada" });
    assert_eq!(key.post("/v1/data-requests", &body).await.status, 422);
    let asked = ask(key, "ada").await;
    let again = key
        .post(
            "/v1/data-requests",
            &json!({ "kind": "deletion", "user": "ada" }),
        )
        .await;
    again.assert_problem(409, "conflict");
    let listed = key
        .get("/v1/data-requests?kind=deletion&state=waiting&user=ada")
        .await
        .json();
    assert_eq!(listed["items"], json!([asked]));
    let none = key.get("/v1/data-requests?user=nobody").await.json();
    assert_eq!(none["items"], json!([]));
    let reader = app.operator(Role::Analyst).await;
    reader.get("/v1/data-requests").await.assert_status(403);
    let safety = app.operator(Role::Safety).await;
    safety.get("/v1/data-requests").await.assert_status(200);
    key.get("/v1/data-requests/0193a7a0-0000-7000-8000-000000000000")
        .await
        .assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_allowed_from_the_moment_at_which_a_deletion_is_asked_for() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    family.link().await.assert_status(201);
    ask(&family.key, "ada").await;
    let refused = family.link().await.assert_status(403).json();
    assert_eq!(refused["code"], "user_erased", "{refused}");
}

/// What each message says.
async fn mails(key: &TestClient) -> Vec<Value> {
    let list = key.get("/v1/emails?limit=100").await.json();
    let mut shown = Vec::new();
    for mail in list["items"].as_array().expect("mails") {
        let path = format!("/v1/emails/{}", mail["id"].as_str().expect("an id"));
        shown.push(key.get(&path).await.assert_status(200).json()["preview"].clone());
    }
    shown
}

async fn child(key: &TestClient, id: &str, name: &str) {
    let child = json!({ "persona": "student", "age_band": "under_13", "name": name });
    let answer = key.put(&format!("/v1/users/{id}"), &child).await;
    answer.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_to_others_stay_as_they_are_and_arrive() {
    let family = Family::new().await;
    let key = &family.key;
    family.consented().await;
    family.message("mum@example.org", 2).await;
    key.post("/v1/queues/email/pause", &json!({}))
        .await
        .assert_status(200);
    let more = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    family.try_ask(more).await.assert_status(201);
    // Words of the names are those of our fields.
    child(key, "ben", "Ben Kind Consent Mail").await;
    let before = mails(key).await;
    assert_eq!(before.len(), 4);
    delete(key, "ben").await;
    assert_eq!(mails(key).await, before);
    key.post("/v1/queues/email/resume", &json!({}))
        .await
        .assert_status(200);
    family.message("dad@example.org", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_s_id_goes_from_what_is_told_of_others() {
    let family = Family::new().await;
    let key = &family.key;
    let peer = json!({ "persona": "student", "age_band": "under_13" });
    key.put("/v1/users/platform-7788", &peer)
        .await
        .assert_status(201);
    let told = json!({ "peer": "platform-7788", "who": "met platform-7788 today", "platform-7788": 1,
        "other": "platform-77889" });
    let activity = json!({ "user": "ada", "kind": "practice", "properties": told });
    key.post("/v1/activities", &activity).await;
    delete(key, "platform-7788").await;
    let left = json!({ "peer": "[USER]", "who": "met [USER] today", "[USER]": 1, "other": "platform-77889" });
    let sql = format!("SELECT count(*) FROM activities WHERE properties = '{left}'::jsonb");
    assert_eq!(count(&family.app, &sql).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_ours_in_messages_are_no_names() {
    let family = Family::new().await;
    let key = &family.key;
    key.post("/v1/queues/email/pause", &json!({}))
        .await
        .assert_status(200);
    family
        .ask(&[
            "core_use",
            "public_display",
            "invite_friend",
            "disclose:acme",
        ])
        .await;
    let before = mails(key).await;
    assert!(before[0].to_string().contains("acme"), "{before:?}");
    for (id, name) in [
        ("al", "Al Acme"),
        ("public", "Public Display"),
        ("request", "Request Example"),
        ("core_use", "Bo"),
        ("invite_friend", "Cy"),
        ("disclose:acme", "Di"),
    ] {
        child(key, id, name).await;
        delete(key, id).await;
        assert_eq!(mails(key).await, before, "{id}");
    }
    // A first name is one, whosever it was.
    child(key, "other", "Ada Byron").await;
    delete(key, "other").await;
    let after = mails(key).await;
    assert!(!after[0].to_string().contains("Ada"), "{after:?}");
    assert!(after[0].to_string().contains("acme"), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_s_id_goes_in_any_spelling_and_as_a_number() {
    let family = Family::new().await;
    let key = &family.key;
    child(key, "994417223", "Bo").await;
    child(key, "platform-id-7788", "Cy").await;
    let told = json!({ "peerq": 994_417_223, "s": "994417223", "m": "ref 994417223", "deep": [{ "x": [994_417_223] }],
        "994417223": true, "more": 9_944_172_230_u64, "part": 994_417_223.5, "longer": "b994417223c" });
    let spelt = json!({ "a": "PLATFORM-ID-7788", "b": "platform%2Did%2D7788", "c": "see Platform_id 7788.",
        "d": "/x/platform_id.7788?y", "e": "platform-id-77889", "f": "platform id" });
    for properties in [&told, &json!({ "peerq": 994_417_223 }), &spelt] {
        let activity = json!({ "user": "ada", "kind": "practice", "properties": properties });
        key.post("/v1/activities", &activity).await;
        let event = json!({ "type": "invite_sent", "referrer": "ada", "properties": properties });
        key.post("/v1/events", &event).await;
    }
    let before = stored(&family.app).await;
    assert_eq!(before.len(), 6, "{before:?}");
    let copy = json!({ "kind": "export", "user": "ada" });
    let copy = key.post("/v1/data-requests", &copy).await.json();
    completed(key, &copy).await;
    for id in ["994417223", "platform-id-7788"] {
        delete(key, id).await;
    }
    let told = json!({ "peerq": "[USER]", "s": "[USER]", "m": "ref [USER]", "deep": [{ "x": ["[USER]"] }],
        "[USER]": true, "more": 9_944_172_230_u64, "part": 994_417_223.5, "longer": "b994417223c" });
    let spelt = json!({ "a": "[USER]", "b": "[USER]", "c": "see [USER].", "d": "/x/[USER]?y", "e": "platform-id-77889",
        "f": "platform id" });
    let left = stored(&family.app).await;
    for expected in [told, json!({ "peerq": "[USER]" }), spelt] {
        let found = left.iter().filter(|one| **one == expected);
        assert_eq!(found.count(), 2, "{expected} in {left:?}");
    }
    // What others have a copy of names the user too.
    let copy = format!(
        "/v1/data-requests/{}/archive",
        copy["id"].as_str().expect("an id")
    );
    key.get(&copy).await.assert_status(404);
}

/// The properties of all activities and events.
async fn stored(app: &TestApp) -> Vec<Value> {
    let sql = "SELECT encode(convert_to(properties::text, 'UTF8'), 'hex') FROM (
        SELECT properties FROM activities UNION ALL SELECT properties FROM events) told WHERE properties IS NOT NULL";
    let rows = crate::world::texts(&mut *app.db().connection().await, sql).await;
    let bytes = rows
        .iter()
        .map(|row| hex::decode(row.trim_matches(['(', ')'])).expect("hex"));
    bytes
        .map(|bytes| serde_json::from_slice(&bytes).expect("JSON"))
        .collect()
}
