//! What the platform reports of a minor is kept without what is on record of the minor, however it is written.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::links::Link;
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

use crate::consents::family::Family;
use crate::data_rights::delete;
use crate::data_rights::scan::{everything, found_in};
use crate::users::put;
use crate::world::click;

/// Emma, fifteen, with a guardian; a teacher, who is an adult; and a friend.
async fn emma(app: &TestApp) -> TestClient {
    let key = app.key(&["*"]).await;
    let guardian = json!({ "persona": "parent", "age_band": "adult", "name": "Annabella Byron", "email": "a.byron@example.org" });
    put(&key, "p1", guardian).await;
    let child = json!({
        "persona": "student", "age_band": "13_to_15", "guardian": "p1", "name": "Emma Quibbleworth",
        "handle": "quibble_11", "institution": "riverbend-academy",
    });
    put(&key, "s1", child).await;
    let teacher = json!({ "persona": "tutor", "age_band": "adult", "name": "Frida Morgenstern" });
    put(&key, "t1", teacher).await;
    let friend = json!({ "persona": "student", "age_band": "16_17", "name": "Otto Ypsilanti" });
    put(&key, "s2", friend).await;
    key
}

/// Emma's name and handle as others would write them.
const SAID: &str = "well done E. Quibbleworth, or emmaquibbleworth, or @quibble_11";

async fn link_of(key: &TestClient, referrer: &str) -> Value {
    let link = json!({
        "referrer": referrer, "source": "buddy_challenge", "channel": "qr",
        "target_url": "https://learn.example.org/join",
    });
    key.post("/v1/links", &link).await.assert_status(201).json()
}

async fn accepted(key: &TestClient, path: &str, body: &Value) -> Value {
    let answer = key.post(path, body).await;
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_intake_keeps_what_is_on_record_of_a_minor() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let token = link_of(&key, "s1").await["token"].clone();
    let properties = json!({ "note": SAID });
    let inputs = [
        (
            "/v1/events",
            json!({ "type": "activation", "referee": "s1", "properties": properties }),
        ),
        (
            "/v1/events",
            json!({ "type": "invite_sent", "referrer": "s1", "properties": properties }),
        ),
        (
            "/v1/events",
            json!({ "type": "conversion", "referee": "t1", "link_token": token, "properties": properties }),
        ),
        (
            "/v1/activities",
            json!({ "user": "s1", "kind": "practice", "properties": properties }),
        ),
        (
            "/v1/parent-shares",
            json!({ "parent": "p1", "student": "s1", "share_data": properties }),
        ),
        (
            "/v1/progress-reels",
            json!({ "student": "s1", "reel_data": properties }),
        ),
    ];
    for (path, body) in inputs {
        accepted(&key, path, &body).await;
    }
    put(&key, "s1", json!({ "preferences": { "cheer": SAID } })).await;
    let all = everything(&app).await;
    for told in ["uibbleworth", "quibble_11"] {
        assert_eq!(found_in(&all, told), Vec::<String>::new(), "{told}");
    }
    let kept = found_in(&all, "well done");
    let expected = [
        "activities",
        "events",
        "parent_shares",
        "progress_reels",
        "users",
    ];
    assert_eq!(kept, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_call_looks_for_each_of_its_people() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let said = |name: &str| json!({ "note": format!("bravo, {name}") });
    let events = json!([
        { "type": "activation", "referee": "s1", "properties": said("quibble_11") },
        { "type": "activation", "referee": "t1", "properties": said("Frida Morgenstern") },
        { "type": "activation", "referee": "s2", "properties": said("Ypsilanti") },
    ]);
    accepted(&key, "/v1/events/bulk", &events).await;
    let all = everything(&app).await;
    assert_eq!(found_in(&all, "quibble_11"), Vec::<String>::new());
    assert_eq!(found_in(&all, "Ypsilanti"), Vec::<String>::new());
    assert_eq!(
        found_in(&all, "Morgenstern").len(),
        1,
        "adults may give their names"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_names_the_minor_who_shares_it_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let link = json!({
        "referrer": "s1", "source": "emma_quibbleworth", "channel": "qr", "campaign": "quibbleworth", "utm_medium": "quibble_11",
        "target_url": "https://learn.example.org/emma-quibbleworth", "alias": "emma-quibbleworth",
        "metadata": { "from": "Emma Q." },
    });
    let refused = key.post("/v1/links", &link).await.assert_status(422).json();
    let faults = refused["errors"].as_array().expect("faults").iter();
    let mut pointers: Vec<&str> = faults
        .map(|fault| {
            assert_eq!(fault["code"], "personal_information", "{fault}");
            fault["pointer"].as_str().expect("a pointer")
        })
        .collect();
    pointers.sort_unstable();
    let expected = [
        "/alias",
        "/campaign",
        "/metadata/from",
        "/source",
        "/target_url",
        "/utm_medium",
    ];
    assert_eq!(pointers, expected);
    let text = refused.to_string().to_lowercase();
    assert!(!text.contains("quibble"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_named_after_the_minor_is_refused_and_one_after_the_school_is_not() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let body = json!({ "cohort": "team-quibbleworth" });
    let refused = key
        .put("/v1/users/s1", &body)
        .await
        .assert_status(422)
        .json();
    assert_eq!(refused["errors"][0]["pointer"], "/cohort");
    assert_eq!(refused["errors"][0]["code"], "personal_information");
    put(&key, "s1", json!({ "cohort": "riverbend-academy-7b" })).await;
    put(&key, "t1", json!({ "cohort": "frida-morgenstern" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_keep_first_names_for_the_guardian_and_no_contact_data() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let session = json!({
        "external_id": "one", "tutor": "t1", "student": "s1", "subject": "Algebra",
        "feedback": "Emma did well, chat with quibble_11", "started_at": "2026-03-10T15:00:00Z", "duration_minutes": 45,
    });
    let stored = accepted(&key, "/v1/sessions", &session).await;
    assert_eq!(stored["feedback"], "Emma did well, chat with [HANDLE]");
    let achievement = json!({ "student": "s1", "kind": "ten", "name": "Star of quibble_11" });
    let stored = accepted(&key, "/v1/achievements", &achievement).await;
    assert_eq!(stored["name"], "Star of [HANDLE]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_takes_the_name_out_of_what_is_told_of_others() {
    let family = Family::without_notice().await;
    let app = &family.app;
    let key = emma(app).await;
    // Written before anything was on record, and about adults, whose texts may hold names.
    let said = json!({ "note": "thanks to Emma Quibbleworth for the help", "score": 7 });
    accepted(
        &key,
        "/v1/events",
        &json!({ "type": "activation", "referee": "t1", "properties": said }),
    )
    .await;
    accepted(
        &key,
        "/v1/activities",
        &json!({ "user": "t1", "kind": "practice", "properties": said }),
    )
    .await;
    put(
        &key,
        "t1",
        json!({ "preferences": { "likes": "quibble_11" } }),
    )
    .await;
    let link = json!({
        "referrer": "t1", "source": "buddy_challenge", "channel": "qr", "metadata": { "from": "Quibbleworth" },
        "target_url": "https://learn.example.org/join",
    });
    accepted(&key, "/v1/links", &link).await;
    let block = json!({ "entity": "device", "value": "abcdef0123456789abcdef0123456789", "reason": "emma quibbleworth's tablet" });
    accepted(&key, "/v1/blocks", &block).await;
    let network = json!({ "network": "203.0.113.0/24", "name": "Quibbleworth household" });
    accepted(&key, "/v1/institution-networks", &network).await;
    assert_eq!(found_in(&everything(app).await, "uibble").len(), 6);

    let done = delete(&key, "s1").await;
    let all = everything(app).await;
    assert_eq!(found_in(&all, "uibble"), Vec::<String>::new());
    assert_eq!(found_in(&all, "for the help").len(), 2, "the rest is kept");
    let stores: Vec<&str> = done["receipt"]["stores"]
        .as_array()
        .expect("stores")
        .iter()
        .map(|one| one["store"].as_str().expect("a store"))
        .collect();
    for store in ["events", "activities", "users", "links", "blocks"] {
        assert!(stores.contains(&store), "{stores:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_takes_the_name_out_of_encrypted_texts_about_others() {
    let family = Family::without_notice().await;
    let app = &family.app;
    let key = emma(app).await;
    let session = json!({
        "external_id": "x-1", "tutor": "t1", "student": "s2", "subject": "Algebra", "started_at": app.clock.now(),
        "duration_minutes": 30, "feedback": "Learned with Emma Quibbleworth today", "highlights": ["helped quibble_11"],
    });
    accepted(&key, "/v1/sessions", &session).await;
    let achievement = json!({ "student": "s2", "kind": "duel", "name": "Beat Quibbleworth", "earned_at": app.clock.now() });
    accepted(&key, "/v1/achievements", &achievement).await;
    let disclosure = json!({
        "student": "s2", "party": "Attorney of E. Quibbleworth", "record_class": "grades", "basis": "judicial_order",
        "legitimate_interest": "a dispute",
    });
    accepted(&key, "/v1/disclosures", &disclosure).await;

    delete(&key, "s1").await;
    let session = &key.get("/v1/sessions?student=s2").await.json()["items"][0];
    assert_eq!(session["feedback"], "Learned with [NAME] today");
    assert_eq!(session["highlights"], json!(["helped [HANDLE]"]));
    assert_eq!(session["subject"], "Algebra");
    let achievement = &key.get("/v1/achievements?student=s2").await.json()["items"][0];
    assert_eq!(achievement["name"], "Beat [NAME]");
    let disclosure = &key.get("/v1/disclosures?student=s2").await.json()["items"][0];
    assert_eq!(disclosure["party"], "Attorney of [NAME]");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_keeps_no_words_in_which_somebody_may_be_named() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let link = json!({
        "referrer": "t1", "source": "quibbleworth-party", "channel": "qr", "target_url": "https://learn.example.org/",
    });
    accepted(&key, "/v1/links", &link).await;
    let network = json!({ "network": "203.0.113.0/24", "name": "Quibbleworth household" });
    let admin = app.operator(Role::Admin).await;
    accepted(&admin, "/v1/institution-networks", &network).await;
    let block =
        json!({ "entity": "device", "value": "quibbleworths-tablet", "reason": "click farm" });
    accepted(&admin, "/v1/blocks", &block).await;
    let entries = admin.get("/v1/audit-entries?limit=100").await.body;
    let entries = String::from_utf8(entries).expect("text");
    assert!(entries.contains("create_institution_network"));
    assert!(
        !entries.to_lowercase().contains("quibbleworth"),
        "{entries}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_overtakes_its_click_is_kept_without_the_name_of_who_invited() {
    let app = TestApp::new().await;
    let key = emma(&app).await;
    let link = link_of(&key, "s1").await;
    let link: Link = serde_json::from_value(link).expect("a link");
    let hit = click(app.clock.now(), &link, "device", 1);
    let event = json!({
        "type": "conversion", "referee": "t1", "click_id": hit.id, "properties": { "note": format!("Thanks: {SAID}") },
    });
    let arrives = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        app.clicks.ingest.store(vec![hit]).await.expect("stored");
    };
    tokio::join!(accepted(&key, "/v1/events", &event), arrives);
    let all = everything(&app).await;
    assert_eq!(found_in(&all, "Thanks"), ["events"]);
    assert_eq!(found_in(&all, "uibbleworth"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_reaches_kept_answers_and_the_copies_of_others() {
    let family = Family::without_notice().await;
    let app = &family.app;
    let key = emma(app).await;
    let said = json!({ "note": "thanks to Emma Quibbleworth" });
    let activity = json!({ "user": "t1", "kind": "practice", "properties": said });
    let report = || {
        let request = key.request(Method::POST, "/v1/activities");
        key.send(request.header("idempotency-key", "k-1").json(&activity))
    };
    report().await.assert_status(201);
    let asked = json!({ "kind": "export", "user": "t1" });
    let copy = key
        .post("/v1/data-requests", &asked)
        .await
        .assert_status(202)
        .json();
    let copy = copy["id"].as_str().expect("an id").to_owned();
    let archive = format!("/v1/data-requests/{copy}/archive");
    let begun = std::time::Instant::now();
    while key.get(&archive).await.status != 200 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    delete(&key, "s1").await;
    let again = String::from_utf8(report().await.body).expect("text");
    assert!(!again.contains("uibbleworth"), "{again}");
    key.get(&archive).await.assert_problem(404, "not_found");
    assert_eq!(
        found_in(&everything(app).await, "uibbleworth"),
        Vec::<String>::new()
    );
}
