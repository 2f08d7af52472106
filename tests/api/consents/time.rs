//! What time does to requests.

use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use serde_json::json;

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
