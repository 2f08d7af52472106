//! Nothing is kept for ever: what is old goes every night, and the rules are published.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_domain::retention::Policy;
use viral_engine_service::retention::enforce_retention;
use viral_engine_test_support::TestApp;

use crate::consents::family::Family;
use crate::world::number;

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    number(&mut *app.db().connection().await, &sql).await
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
