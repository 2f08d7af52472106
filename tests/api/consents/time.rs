//! What time does to requests.

use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::json;
use viral_engine_api_types::permissions::Role;

use super::family::Family;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn count(family: &Family, sql: &str) -> i64 {
    let mut conn = family.app.db().connection().await;
    let number: Number = sql_query(sql).get_result(&mut conn).await.expect(sql);
    number.count
}

const WITH_ADDRESS: &str = "SELECT (SELECT count(*) FROM consent_requests WHERE contact_cipher IS NOT NULL) + \
    (SELECT count(*) FROM emails WHERE subject_key LIKE 'consent/%' AND (address_cipher IS NOT NULL OR content_cipher IS NOT NULL)) AS count";

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_does_not_answer_is_reminded_once_and_then_forgotten() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let first = family.path_in_mail("mum@example.org", 0).await;
    for _ in 0..3 {
        family.pass(TimeDelta::days(2)).await;
    }
    assert_eq!(family.mail.received().len(), 1);
    for _ in 0..3 {
        family.pass(TimeDelta::days(2)).await;
    }
    let again = family.path_in_mail("mum@example.org", 1).await;
    assert_eq!(again, first, "the same link");
    family.pass(TimeDelta::days(2)).await;
    assert_eq!(
        family.states("ada").await,
        [("core_use".to_owned(), "expired".to_owned())]
    );
    assert_eq!(family.mail.received().len(), 2, "one reminder");
    assert!(count(&family, WITH_ADDRESS).await > 0);
    family.pass(TimeDelta::hours(23)).await;
    assert_eq!(count(&family, WITH_ADDRESS).await, 0, "purged within a day");
    let told = family.press(&first, "allow", &["core_use"]).await;
    assert!(told.contains("The time to answer is over"), "{told}");
    family.ask(&["core_use"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_confirmed_in_time_counts_for_nothing() {
    let family = Family::new().await;
    let request = family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::days(2)).await;
    let second = family.path_in_mail("mum@example.org", 1).await;
    family.app.clock.advance(TimeDelta::days(12));
    // Before the clock's job has come round.
    let told = family.press(&second, "confirm", &[]).await;
    assert!(told.contains("The time to answer is over"), "{told}");
    family.pass(TimeDelta::zero()).await;
    let id = request["consents"][0]["id"].as_str().expect("an id");
    let details = family.key.get(&format!("/v1/consents/{id}")).await.json();
    assert_eq!(details["consent"]["state"], "expired");
    assert_eq!(
        details["consent"]["evidence"],
        json!(null),
        "one step proves nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_guardian_who_allows_something_stays() {
    let family = Family::new().await;
    family.consented().await;
    family.message("mum@example.org", 2).await;
    family.pass(TimeDelta::days(30)).await;
    assert!(count(&family, WITH_ADDRESS).await > 0);
    assert_eq!(
        family.mail.received().len(),
        3,
        "request, second step, receipt"
    );
}

async fn switch_delivery(family: &Family, on: bool) {
    let admin = family.app.operator(Role::Admin).await;
    let flags = admin.get("/v1/flags").await.json();
    let flags = flags["items"].as_array().expect("flags").iter();
    let mut named = flags.filter(|flag| flag["key"] == "email_delivery");
    let version = named.next().expect("the flag")["version"].clone();
    let request = admin
        .request(Method::PUT, "/v1/flags/email_delivery")
        .header("if-match", format!("\"{version}\""))
        .json(&json!({ "enabled": on }));
    admin.send(request).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivery_is_off_requests_end_addresses_go_and_messages_wait() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    family.message("mum@example.org", 0).await;
    family.pass(TimeDelta::days(8)).await;
    family.message("mum@example.org", 1).await;
    let bob = json!({ "persona": "student", "age_band": "under_13", "guardian": "dad" });
    let put = family.key.put("/v1/users/bob", &bob).await;
    put.assert_status(201);
    let about_bob = json!({ "child": "bob", "scopes": ["core_use"] });
    family.try_ask(about_bob).await.assert_status(201);
    family.message("dad@example.org", 0).await;
    switch_delivery(&family, false).await;
    // One ends and another is reminded in the same round.
    family.pass(TimeDelta::days(7)).await;
    assert_eq!(family.states("ada").await[0].1, "expired");
    family.pass(TimeDelta::hours(23)).await;
    let kept = "SELECT count(*) AS count FROM consent_requests WHERE contact_cipher IS NOT NULL";
    assert_eq!(count(&family, kept).await, 1, "that of the open one");
    switch_delivery(&family, true).await;
    family.pass(TimeDelta::zero()).await;
    family.message("dad@example.org", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_confirms_while_delivery_is_off() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(25)).await;
    let path = family.path_in_mail("mum@example.org", 1).await;
    switch_delivery(&family, false).await;
    family.press(&path, "confirm", &[]).await;
    assert_eq!(family.states("ada").await[0].1, "active");
    let waiting = "SELECT count(*) AS count FROM emails WHERE state = 'queued'";
    assert_eq!(count(&family, waiting).await, 1, "the receipt is not lost");
}
