//! A copy of everything: whole, for a week, and for whoever may have it.

use std::io::{Cursor, Read as _};

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::data_requests::export_user;
use viral_engine_service::housekeeping::sweep;
use viral_engine_test_support::TestClient;

use super::{completed, delete};
use crate::consents::family::Family;

fn file(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    let mut file = archive.by_name(name).expect(name);
    file.read_to_string(&mut text).expect("a text");
    text
}

/// Everything and the table of events in a copy of what is held on a user.
async fn copied(key: &TestClient, user: &str) -> (String, String) {
    let body = json!({ "kind": "export", "user": user });
    let asked = key.post("/v1/data-requests", &body).await;
    let asked = asked.assert_status(202).json();
    completed(key, &asked).await;
    let id = asked["id"].as_str().expect("an id");
    let path = format!("/v1/data-requests/{id}/archive");
    let answer = key.get(&path).await;
    answer.assert_status(200);
    let bytes = answer.body.to_vec();
    (file(&bytes, "data.json"), file(&bytes, "events.csv"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_whoever_came_by_a_link_is_in_no_copy_of_whose_link_it_is() {
    let family = Family::new().await;
    let key = &family.key;
    family.granted_by_card("invite_friend").await;
    let link = family.link().await.assert_status(201).json();
    let token = &link["token"];
    for event in [
        json!({ "type": "invite_sent", "link_token": token, "properties": { "note": "before-lunch" } }),
        json!({ "type": "conversion", "link_token": token, "referee": "bob", "value": "4321.75", "currency": "CHF",
            "properties": { "plan": "special-needs" } }),
        json!({ "type": "activation", "link_token": token, "referee": "bob", "properties": { "plan": "special-needs" } }),
    ] {
        key.post("/v1/events", &event).await.assert_status(201);
    }
    let told_of_bob = ["special-needs", "4321.75"];
    let (whole, table) = copied(key, "ada").await;
    for copy in [&whole, &table] {
        for told in told_of_bob {
            assert!(!copy.contains(told), "{told} in {copy}");
        }
        assert!(copy.contains("before-lunch"), "the user's own: {copy}");
        assert!(copy.contains("conversion"), "that it happened: {copy}");
    }
    let read: Value = serde_json::from_str(&whole).expect("JSON");
    let events = read["events"].as_array().expect("events");
    let of_bob = events.iter().filter(|event| event["type"] != "invite_sent");
    for event in of_bob {
        for field in ["properties", "value", "currency", "device"] {
            assert_eq!(event[field], Value::Null, "{event}");
        }
    }
    let (whole, table) = copied(key, "bob").await;
    for copy in [&whole, &table] {
        for told in told_of_bob {
            assert!(copy.contains(told), "no {told} in {copy}");
        }
        assert!(!copy.contains("before-lunch"), "{copy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_everything_and_is_there_for_a_week() {
    let family = Family::new().await;
    let key = &family.key;
    family.consented().await;
    family.taught().await;
    let achieved = json!({ "student": "ada", "kind": "ten", "name": "Ten sessions" });
    key.post("/v1/achievements", &achieved)
        .await
        .assert_status(201);
    let reel = json!({ "student": "ada", "reel_data": { "title": "Fractions" } });
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
    let body = json!({ "kind": "export", "user": "ada" });
    let asked = key
        .post("/v1/data-requests", &body)
        .await
        .assert_status(202)
        .json();
    let path = format!(
        "/v1/data-requests/{}/archive",
        asked["id"].as_str().expect("an id")
    );
    key.get(&path).await.assert_status(404);
    let done = completed(key, &asked).await;
    assert_eq!(done["user"], "ada");
    assert_eq!(done["receipt"], Value::Null);
    let until = done["archive_until"].as_str().expect("a time");
    assert_eq!(
        until,
        (family.app.clock.now() + TimeDelta::days(7))
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
            .replace(".000000", "")
    );

    let answer = key.get(&path).await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let bytes = answer.body.to_vec();
    let whole: Value = serde_json::from_str(&file(&bytes, "data.json")).expect("JSON");
    assert_eq!(whole["profile"][0]["name"], "Ada Lovelace");
    assert_eq!(whole["profile"][0]["email"], "ada@example.org");
    assert_eq!(whole["sessions"][0]["subject"], "Physics");
    assert_eq!(whole["achievements"][0]["name"], "Ten sessions");
    assert_eq!(
        whole["progress_reels"][0]["reel_data"]["title"],
        "Fractions"
    );
    assert_eq!(whole["consents"].as_array().expect("consents").len(), 2);
    assert!(file(&bytes, "sessions.csv").contains("Physics"));
    assert!(file(&bytes, "README.txt").contains("profile.csv"));
    let viewer = family.app.operator(Role::Analyst).await;
    viewer.get(&path).await.assert_status(403);

    family.app.clock.advance(TimeDelta::days(7));
    key.get(&path).await.assert_status(404);
    sweep(&family.app.context).await.expect("swept");
    let sql = "SELECT count(archive) FROM data_requests";
    assert_eq!(
        crate::world::number(&mut *family.app.db().connection().await, sql).await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_a_deletion_overtakes_ends_and_says_why() {
    let family = Family::new().await;
    let key = &family.key;
    let body = json!({ "kind": "export", "user": "ada" });
    let asked = key.post("/v1/data-requests", &body).await;
    let asked = asked.assert_status(202).json();
    completed(key, &asked).await;
    delete(key, "ada").await;
    let begun_again =
        "UPDATE data_requests SET state = 'running', completed_at = NULL WHERE kind = 'export'";
    let mut conn = family.app.db().connection().await;
    conn.batch_execute(begun_again).await.expect("begun again");
    let id = asked["id"].as_str().expect("an id");
    let made = export_user(&family.app.context, id.parse().expect("an id")).await;
    made.expect("no failure that is tried again");
    let ended = key.get(&format!("/v1/data-requests/{id}")).await.json();
    assert_eq!(ended["state"], "failed");
    let why = "the user was erased before the copy was made";
    assert_eq!(ended["failure"], why);
    key.get(&format!("/v1/data-requests/{id}/archive"))
        .await
        .assert_status(404);
}
