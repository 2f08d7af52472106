//! Whom a refusal binds: who refuses has proved nothing, and may be a stranger who reads a mistyped address.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_test_support::Answer;

use super::family::Family;

/// Asks for learning at an address, or at the one on record.
async fn ask_at(family: &Family, email: Option<&str>) -> Answer {
    let mut body = json!({ "child": "ada", "scopes": ["core_use"] });
    if let Some(email) = email {
        body["email"] = Value::from(email);
    }
    family.try_ask(body).await
}

async fn refuse(family: &Family, email: &str) {
    let path = family.path_in_mail(email, 0).await;
    let told = family.press(&path, "refuse", &[]).await;
    assert!(told.contains("nothing of this is allowed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_refuses_at_a_mistyped_address_binds_that_address_alone() {
    let family = Family::new().await;
    let typo = "typo@example.org";
    ask_at(&family, Some(typo)).await.assert_status(201);
    refuse(&family, typo).await;
    // Not asked again there, in whatever spelling, nor what a `+` adds to it.
    for email in [typo, "TYPO@example.org", "typo+mum@example.org"] {
        let again = ask_at(&family, Some(email)).await;
        again.assert_problem(409, "conflict");
    }
    ask_at(&family, None).await.assert_status(201);
    refuse(&family, "mum@example.org").await;
    for email in [None, Some(typo)] {
        let again = ask_at(&family, email).await;
        again.assert_problem(409, "conflict");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_forgotten_when_a_stranger_says_not_to_be_the_guardian() {
    let family = Family::new().await;
    ask_at(&family, None).await.assert_status(201);
    refuse(&family, "mum@example.org").await;
    let typo = "typo@example.org";
    ask_at(&family, Some(typo)).await.assert_status(201);
    let path = family.path_in_mail(typo, 0).await;
    family.press(&path, "not-mine", &[]).await;
    ask_at(&family, None).await.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_mistyped_address_is_corrected_on_record_the_guardian_can_be_asked() {
    let family = Family::new().await;
    ask_at(&family, None).await.assert_status(201);
    refuse(&family, "mum@example.org").await;
    ask_at(&family, None).await.assert_problem(409, "conflict");
    let body = json!({ "email": "mum@example.net" });
    let corrected = family.key.put("/v1/users/mum", &body).await;
    corrected.assert_status(200);
    ask_at(&family, None).await.assert_status(201);
    let path = family.path_in_mail("mum@example.net", 0).await;
    let page = family.page(&path).await;
    assert!(page.contains("What do you allow?"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_the_guardian_ends_all_that_is_asked_there() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    family.ask(&["progress_reel_to_parent"]).await;
    let first = family.path_in_mail("mum@example.org", 0).await;
    let second = family.path_in_mail("mum@example.org", 1).await;
    family.press(&first, "not-mine", &[]).await;
    let told = family
        .press(&second, "allow", &["progress_reel_to_parent"])
        .await;
    assert!(!told.contains("Ada"), "{told}");
    let states = family.states("ada").await;
    let states: Vec<&str> = states.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(states, ["denied", "denied"]);
    family.pass(TimeDelta::days(8)).await;
    assert_eq!(family.mail.received().len(), 2, "nobody is reminded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_binds_its_address_also_after_the_child_was_of_age_for_a_while() {
    let family = Family::new().await;
    ask_at(&family, None).await.assert_status(201);
    refuse(&family, "mum@example.org").await;
    for band in ["13_to_15", "under_13"] {
        let body = json!({ "age_band": band });
        let put = family.key.put("/v1/users/ada", &body).await;
        put.assert_status(200);
    }
    ask_at(&family, None).await.assert_problem(409, "conflict");
    let school = json!({ "child": "ada", "scope": "core_use" });
    let authorised = family
        .key
        .post("/v1/consents/school-authorisations", &school);
    authorised.await.assert_problem(409, "conflict");
}
