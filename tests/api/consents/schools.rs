//! What a school's word does beside that of guardians and of other schools.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_test_support::Answer;

use super::family::Family;
use crate::world::number;

async fn authorise(family: &Family) -> Answer {
    let body = json!({ "child": "ada", "scope": "core_use" });
    let path = "/v1/consents/school-authorisations";
    family.key.post(path, &body).await
}

async fn moved_to(family: &Family, school: &str) {
    let body = json!({ "institution": school });
    let moved = family.key.put("/v1/users/ada", &body).await;
    moved.assert_status(200);
}

/// What the platform is told of learning.
async fn learning(family: &Family) -> Value {
    family.refresh().await;
    let list = family.key.get("/v1/users/ada/decisions").await;
    let list = list.assert_status(200).json();
    assert_eq!(list["items"][0]["action"], "use_platform");
    list["items"][0].clone()
}

/// Takes back what the mother allowed of learning.
async fn revoke_learning(family: &Family) {
    let list = family.key.get("/v1/users/ada/consents").await.json();
    let items = list["items"].as_array().expect("items");
    let own = items
        .iter()
        .find(|item| item["scope"] == "core_use" && item["guardian"] == "mum");
    let id = own.expect("a consent")["id"].as_str().expect("an id");
    let path = format!("/v1/consents/{id}/revoke");
    family.key.post(&path, &json!({})).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_school_allows_learning_where_the_former_one_did() {
    let family = Family::new().await;
    authorise(&family).await.assert_status(201);
    assert_eq!(learning(&family).await["allowed"], true);
    moved_to(&family, "z-school").await;
    let denied = learning(&family).await;
    assert_eq!(denied["reason"], "parental_consent_required", "{denied}");
    let told = denied["detail"].as_str().expect("words");
    assert!(!told.contains("taken"), "no guardian did anything: {told}");
    let consent = authorise(&family).await.assert_status(201).json();
    let allowed = learning(&family).await;
    assert_eq!(allowed["consent_id"], consent["id"], "{allowed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guardian_allows_outlasts_a_school() {
    let family = Family::new().await;
    authorise(&family).await.assert_status(201);
    family.consented().await;
    moved_to(&family, "z-school").await;
    assert_eq!(learning(&family).await["allowed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_school_allows_what_a_guardian_has_refused() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    authorise(&family).await.assert_status(201);
    assert_eq!(learning(&family).await["allowed"], true);
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    assert_eq!(learning(&family).await["reason"], "consent_denied");
    moved_to(&family, "z-school").await;
    let problem = authorise(&family).await.assert_problem(409, "conflict");
    let told = problem["detail"].as_str().expect("words");
    assert!(told.contains("against the guardian"), "{told}");
    // A new version of the notice lets the guardian be asked anew; the no holds until the answer.
    family.publish("We ask you again.", false).await;
    family.ask(&["core_use"]).await;
    authorise(&family).await.assert_problem(409, "conflict");
    assert_eq!(learning(&family).await["reason"], "consent_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_school_allows_what_a_guardian_has_taken_back_not_even_while_the_guardian_is_asked_anew()
{
    let family = Family::new().await;
    authorise(&family).await.assert_status(201);
    family.consented().await;
    revoke_learning(&family).await;
    assert_eq!(learning(&family).await["reason"], "consent_withdrawn");
    family.ask(&["core_use"]).await;
    assert_eq!(learning(&family).await["reason"], "consent_pending");
    family.pass(chrono::TimeDelta::days(15)).await;
    let denied = learning(&family).await;
    assert_eq!(denied["reason"], "consent_withdrawn", "{denied}");
    // Once the guardian allows it, the guardian does.
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 4).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(chrono::TimeDelta::hours(25)).await;
    let path = family.path_in_mail("mum@example.org", 5).await;
    family.press(&path, "confirm", &[]).await;
    assert_eq!(learning(&family).await["allowed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_said_not_to_be_the_guardian_stands_in_no_schools_way() {
    let family = Family::new().await;
    let body = json!({ "child": "ada", "scopes": ["core_use"], "email": "typo@example.org" });
    family.try_ask(body).await.assert_status(201);
    let path = family.path_in_mail("typo@example.org", 0).await;
    family.press(&path, "not-mine", &[]).await;
    authorise(&family).await.assert_status(201);
    assert_eq!(learning(&family).await["allowed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_school_allows_what_was_refused_while_the_same_is_asked_elsewhere() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    let elsewhere = json!({ "child": "ada", "scopes": ["core_use"], "email": "other@example.org" });
    family.try_ask(elsewhere).await.assert_status(201);
    authorise(&family).await.assert_problem(409, "conflict");
    assert_eq!(learning(&family).await["reason"], "consent_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_the_child_is_leaving_allows_nothing_any_more() {
    let family = Family::new().await;
    let mut holder = family.app.db().connection().await;
    let hold = "BEGIN; UPDATE users SET institution = 'z-school' WHERE external_id = 'ada'";
    holder.batch_execute(hold).await.expect("held");
    let release = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let begun = Instant::now();
        let mut conn = family.app.db().connection().await;
        while number(&mut conn, waiting).await < 1 && begun.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        holder.batch_execute("COMMIT").await.expect("released");
    };
    let (authorised, ()) = tokio::join!(authorise(&family), release);
    let consent = authorised.assert_status(201).json();
    assert_eq!(consent["institution"], "z-school");
}
