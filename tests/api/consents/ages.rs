//! Children grow older, and some turn out to be younger.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::users::advance_ages;

use super::family::Family;
use crate::world::number;

/// A family whose child has consents of all kinds: allowed ones, one that leaves the platform, one that is asked for.
async fn family() -> Family {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    family.granted_by_card("disclose:school-cloud").await;
    family.ask(&["core_use"]).await;
    family
}

async fn set(family: &Family, fields: Value) {
    let put = family.key.put("/v1/users/ada", &fields).await;
    put.assert_status(200);
}

async fn states(family: &Family) -> Vec<String> {
    let states = family.states("ada").await;
    let mut told: Vec<String> = states
        .into_iter()
        .map(|(scope, state)| format!("{scope} {state}"))
        .collect();
    told.sort();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_turns_13_needs_consent_to_disclosures_alone_and_keeps_the_links() {
    let family = family().await;
    let link = family.link().await.assert_status(201).json();
    set(&family, json!({ "age_band": "13_to_15" })).await;
    let expected = [
        "core_use aged_out",
        "disclose:school-cloud active",
        "invite_friend aged_out",
    ];
    assert_eq!(states(&family).await, expected);
    let path = format!("/v1/links/{}", link["id"].as_str().expect("an id"));
    assert_eq!(family.key.get(&path).await.json()["status"], "active");
    family.link().await.assert_status(201);
    set(&family, json!({ "age_band": "adult" })).await;
    assert_eq!(states(&family).await[1], "disclose:school-cloud aged_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_turns_out_to_be_a_child_needs_consent_anew() {
    let family = family().await;
    set(&family, json!({ "age_band": "adult" })).await;
    set(&family, json!({ "age_band": null })).await;
    let expected = [
        "core_use required",
        "disclose:school-cloud required",
        "invite_friend required",
    ];
    assert_eq!(states(&family).await, expected);
    let refused = family.link().await;
    refused.assert_status(403);
    assert_eq!(refused.json()["code"], "parental_consent_required");
    family.ask(&["core_use", "invite_friend"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_ages_out_when_the_quarter_is_over_and_not_before() {
    let family = family().await;
    let band = json!({ "age_band": "under_13", "band_until": "2026-03-20" });
    set(&family, band).await;
    let ages = async || advance_ages(&family.app.context).await.expect("advanced");
    // The clock stands at 16 March; the quarter ends with the month.
    family.app.clock.advance(TimeDelta::days(15));
    assert_eq!(ages().await, 0);
    family.app.clock.advance(TimeDelta::days(1));
    assert_eq!(ages().await, 1);
    assert_eq!(ages().await, 0);
    let ada = family.key.get("/v1/users/ada").await.json();
    assert_eq!(ada["age_band"], "13_to_15");
    assert_eq!(ada["band_until"], "2029-03-31");
    assert_eq!(states(&family).await[0], "core_use aged_out");
    // Who was forgotten for years is moved on as often as it takes.
    family.app.clock.advance(TimeDelta::days(366 * 6));
    assert_eq!(ages().await, 1);
    let ada = family.key.get("/v1/users/ada").await.json();
    assert_eq!(ada["age_band"], "adult");
    assert_eq!(ada["band_until"], Value::Null);
    assert_eq!(states(&family).await[1], "disclose:school-cloud aged_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_are_told_of_revocations_and_not_of_birthdays() {
    let family = Family::new().await;
    let receiver =
        json!({ "url": "https://hooks.example.org/in", "event_types": ["consent.revoked"] });
    let admin = family.app.operator(Role::Admin).await;
    admin
        .post("/v1/webhooks", &receiver)
        .await
        .assert_status(201);
    family.granted_by_card("disclose:school-cloud").await;
    let consent = family.granted_by_card("invite_friend").await;
    let revoked = format!("/v1/consents/{consent}/revoke");
    family
        .key
        .post(&revoked, &json!({}))
        .await
        .assert_status(200);
    set(&family, json!({ "age_band": "adult" })).await;
    let sql = "SELECT count(*) FROM webhook_messages WHERE event_type = 'consent.revoked'";
    let mut conn = family.app.db().connection().await;
    assert_eq!(number(&mut conn, sql).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_is_found_in_the_trail_by_the_child() {
    let family = family().await;
    let band = json!({ "age_band": "under_13", "band_until": "2026-03-20" });
    set(&family, band).await;
    family.app.clock.advance(TimeDelta::days(16));
    advance_ages(&family.app.context).await.expect("advanced");
    let admin = family.app.operator(Role::Admin).await;
    let path = "/v1/audit-entries?object_kind=user&object_id=ada&action=advance_ages";
    let found = admin.get(path).await.assert_status(200).json();
    assert_eq!(found["items"].as_array().expect("entries").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_turns_out_to_be_a_minor_lets_nobody_do_anything() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let young = json!({ "age_band": "13_to_15" });
    let mum = family.key.put("/v1/users/mum", &young).await;
    mum.assert_status(200);
    assert_eq!(
        states(&family).await,
        [
            "core_use reconsent_required",
            "invite_friend reconsent_required"
        ]
    );
    family.press(&path, "allow", &["core_use"]).await;
    assert_eq!(states(&family).await[0], "core_use reconsent_required");
    family.link().await.assert_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_two_steps_stays_no_proof_when_the_child_is_of_age() {
    let family = Family::new().await;
    let request = family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    set(&family, json!({ "age_band": "13_to_15" })).await;
    let page = family.page(&path).await;
    assert!(!page.contains("/data/"), "{page}");
    let id = request["consents"][0]["id"].as_str().expect("an id");
    let told = family.key.get(&format!("/v1/consents/{id}")).await.json();
    assert_eq!(told["consent"]["state"], "aged_out");
    assert_eq!(told["consent"]["evidence"], Value::Null);
}
