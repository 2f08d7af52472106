//! Nothing is kept for ever: what is old goes every night, and the rules are published.

use chrono::TimeDelta;
use diesel_async::RunQueryDsl;
use serde_json::json;
use viral_engine_domain::retention::Policy;
use viral_engine_service::retention::enforce_retention;
use viral_engine_test_support::TestApp;

use crate::consents::family::Family;
use crate::world::number;

/// Nobody who is known now is forgotten in the years that tests let pass.
const AWAKE: &str = "UPDATE users SET updated_at = now() + interval '20 years'";

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    number(&mut *app.db().connection().await, &sql).await
}

async fn revoke(family: &Family, consent: &str) {
    let path = format!("/v1/consents/{consent}/revoke");
    family.key.post(&path, &json!({})).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_and_what_is_not_stays() {
    let app = TestApp::with(|settings| {
        settings.service.retention = Policy::parse("sessions=30, inputs=60").expect("a policy");
    })
    .await;
    let key = app.key(&["*"]).await;
    let session = |id: &str, at: &str| {
        json!({ "external_id": id, "tutor": "t", "student": "s", "subject": "Physics",
        "started_at": at, "duration_minutes": 45 })
    };
    for (id, at) in [
        ("old", "2026-02-01T12:00:00Z"),
        ("new", "2026-03-01T12:00:00Z"),
    ] {
        key.post("/v1/sessions", &session(id, at))
            .await
            .assert_status(201);
    }
    let reel = json!({ "student": "s", "reel_data": {}, "created_at": "2026-02-01T12:00:00Z" });
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 1);
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 0);
    assert_eq!(
        (
            count(&app, "tutoring_sessions").await,
            count(&app, "progress_reels").await
        ),
        (1, 1)
    );
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 2);
    let entries = "audit_entries WHERE action = 'enforce_retention'";
    assert_eq!(count(&app, entries).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_without_a_sign_of_life_are_deleted_after_their_children() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let body = json!({ "persona": "student", "guardian": "mum", "name": "Ada" });
    key.put("/v1/users/ada", &body).await.assert_status(201);
    app.clock.advance(TimeDelta::days(1_094));
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 0);
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 1);
    let asked = key.get("/v1/data-requests").await.json();
    assert_eq!(asked["items"][0]["user"], "ada");
    assert_eq!(asked["items"][0]["asked_by"], "system");
    assert_eq!(enforce_retention(&app.context).await.expect("enforced"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_go_years_after_they_ended_with_all_that_came_with_them() {
    let family = Family::new().await;
    let app = &family.app;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "not-mine", &[]).await;
    let kept = family.granted_by_card("invite_friend").await;
    let logged = json!({ "student": "ada", "party": "Cloud", "recipient": "cloud", "record_class": "scores",
        "basis": "consent", "legitimate_interest": "Grading" });
    let disclosed = family.granted_by_card("disclose:cloud").await;
    family
        .key
        .post("/v1/disclosures", &logged)
        .await
        .assert_status(201);
    revoke(&family, &disclosed).await;
    let enforce = async || enforce_retention(&app.context).await.expect("enforced");
    family.run_sql(AWAKE).await;
    app.clock.advance(TimeDelta::days(1_825));
    enforce().await;
    assert_eq!(count(app, "consents").await, 3);
    app.clock.advance(TimeDelta::days(2));
    // The refusal and its request; what was disclosed rests on the other, and goes first.
    enforce().await;
    enforce().await;
    let left = format!("consents WHERE id = '{kept}'");
    assert_eq!(
        (count(app, "consents").await, count(app, &left).await),
        (1, 1)
    );
    for table in ["consent_requests", "consent_suppressions", "disclosures"] {
        assert_eq!(count(app, table).await, 0, "{table}");
    }
    let steps = format!("consent_steps WHERE consent_id <> '{kept}'");
    assert_eq!(count(app, &steps).await, 0);
    // Steps of a consent that is there can not be removed.
    let removed = diesel::sql_query("DELETE FROM consent_steps");
    let mut conn = app.db().connection().await;
    app.clock.advance(TimeDelta::days(1));
    let suspend = format!("/v1/consents/{kept}/suspend");
    family
        .key
        .post(&suspend, &json!({}))
        .await
        .assert_status(200);
    assert!(removed.execute(&mut *conn).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_kept_for_as_long_as_somebody_else_allows_the_same() {
    let family = Family::new().await;
    let app = &family.app;
    let (mums, dads) = family.allowed_by_both().await;
    app.clock.advance(TimeDelta::minutes(1));
    revoke(&family, &dads).await;
    family.run_sql(AWAKE).await;
    let denied = async || {
        family.refresh().await;
        let answer = family.link().await;
        answer.assert_problem(403, "consent_withdrawn");
    };
    denied().await;
    let enforce = async || enforce_retention(&app.context).await.expect("enforced");
    app.clock.advance(TimeDelta::days(1_827));
    enforce().await;
    denied().await;
    assert_eq!(count(app, "consents").await, 2);
    // Nothing stands any more that it could hold back.
    revoke(&family, &mums).await;
    enforce().await;
    let left = format!("consents WHERE id = '{mums}'");
    let both = (count(app, "consents").await, count(app, &left).await);
    assert_eq!(both, (1, 1));
    app.clock.advance(TimeDelta::days(1_827));
    enforce().await;
    assert_eq!(count(app, "consents").await, 0);
    assert_eq!(count(app, "consent_steps").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_taken_back_what_another_guardian_allows_is_not_forgotten_before_that_ends() {
    let family = Family::new().await;
    let app = &family.app;
    let (mums, dads) = family.allowed_by_both().await;
    app.clock.advance(TimeDelta::minutes(1));
    revoke(&family, &dads).await;
    let others = format!("{AWAKE} WHERE external_id <> 'dad'");
    family.run_sql(&others).await;
    app.clock.advance(TimeDelta::days(1_097));
    let enforce = async || enforce_retention(&app.context).await.expect("enforced");
    enforce().await;
    assert_eq!(count(app, "data_requests").await, 0);
    family.refresh().await;
    let answer = family.link().await;
    answer.assert_problem(403, "consent_withdrawn");
    revoke(&family, &mums).await;
    enforce().await;
    assert_eq!(count(app, "data_requests").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_kept_for_as_long_as_a_school_would_allow_the_same() {
    let family = Family::new().await;
    let app = &family.app;
    family.ask(&["core_use"]).await;
    let body = json!({ "child": "ada", "scope": "core_use" });
    let authorised = family.key.post("/v1/consents/school-authorisations", &body);
    authorised.await.assert_status(201);
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    family.run_sql(AWAKE).await;
    app.clock.advance(TimeDelta::days(1_827));
    let enforce = async || enforce_retention(&app.context).await.expect("enforced");
    enforce().await;
    family.refresh().await;
    let decisions = family.key.get("/v1/users/ada/decisions").await.json();
    let learning = &decisions["items"][0];
    assert_eq!(learning["reason"], "consent_denied", "{learning}");
    let nowhere = json!({ "institution": null });
    let moved = family.key.put("/v1/users/ada", &nowhere).await;
    moved.assert_status(200);
    enforce().await;
    let refusals = "consents WHERE state = 'denied'";
    assert_eq!(count(app, refusals).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_are_listed_and_stand_below_the_notice() {
    let family = Family::new().await;
    let rules = family
        .key
        .get("/v1/retention")
        .await
        .assert_status(200)
        .json();
    let rules = rules["items"].as_array().expect("rules");
    assert!(
        rules
            .iter()
            .all(|rule| rule["days"].as_u64().is_some_and(|days| days > 0))
    );
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    for (lang, name) in [("en", "what"), ("de", "what_de")] {
        let page = family.page(&format!("{path}?lang={lang}")).await;
        for rule in rules {
            let words = rule[name].as_str().expect("words");
            assert!(page.contains(words), "{words}: {page}");
        }
    }
}
