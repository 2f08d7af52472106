//! Alerts by mail: to those who wish to know, each change once, and no more often than every quarter of an hour.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::alerts::evaluate_alerts;
use viral_engine_service::auth::create_admin;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::number;

/// An app with an admin who can sign in, and so is mailed grave alerts.
async fn app() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let context = &app.context;
    create_admin(
        context,
        "ada@example.org",
        "Ada",
        "correct horse battery staple",
    )
    .await
    .expect("an admin");
    let reader = app.key(&["*"]).await;
    (app, reader)
}

async fn run_sql(app: &TestApp, sql: &str) {
    let mut conn = app.db().connection().await;
    conn.batch_execute(sql).await.expect("a statement");
}

/// A child's payload with personal data: the alert of it is critical.
async fn violate(app: &TestApp) {
    let reel = json!({ "student": "student-1", "reel_data": { "note": "ann@example.com" } });
    let key = app.key(&["*"]).await;
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
    evaluate_alerts(&app.context).await.expect("evaluated");
}

/// All mail about alerts, oldest first.
async fn mails(reader: &TestClient) -> Vec<Value> {
    let page = reader.get("/v1/emails?kind=alert_digest&limit=100").await;
    page.assert_status(200);
    let mut items = page.json()["items"].as_array().expect("items").clone();
    items.reverse();
    items
}

fn subjects(mails: &[Value]) -> Vec<&str> {
    let subjects = mails.iter().map(|mail| mail["subject_line"].as_str());
    subjects.map(|line| line.expect("a subject")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_mailed_when_it_opens_and_when_it_is_resolved() {
    let (app, reader) = app().await;
    violate(&app).await;
    let opened = mails(&reader).await;
    assert_eq!(subjects(&opened), ["1 new alert (critical)"]);
    assert_eq!(opened[0]["recipient"], "ada@example.org");
    let id = opened[0]["id"].as_str().expect("an id");
    let shown = reader.get(&format!("/v1/emails/{id}")).await.json();
    let html = shown["preview"]["html"].as_str().expect("a preview");
    assert!(
        html.contains("/alerts/") && !html.contains("ann@"),
        "{html}"
    );

    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(20));
        evaluate_alerts(&app.context).await.expect("evaluated");
    }
    assert_eq!(mails(&reader).await.len(), 1, "nothing new, no mail");
    app.clock.advance(TimeDelta::days(31));
    evaluate_alerts(&app.context).await.expect("evaluated");
    let all = mails(&reader).await;
    assert_eq!(
        subjects(&all),
        ["1 new alert (critical)", "1 alert resolved"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flapping_alert_is_one_message_in_a_quarter_of_an_hour() {
    let (app, reader) = app().await;
    violate(&app).await;
    // Each further violation is announced anew.
    for _ in 0..10 {
        app.clock.advance(TimeDelta::minutes(1));
        violate(&app).await;
    }
    assert_eq!(mails(&reader).await.len(), 1);
    app.clock
        .advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    evaluate_alerts(&app.context).await.expect("evaluated");
    assert_eq!(mails(&reader).await.len(), 1);
    app.clock.advance(TimeDelta::seconds(1));
    for _ in 0..2 {
        evaluate_alerts(&app.context).await.expect("evaluated");
    }
    let all = mails(&reader).await;
    assert_eq!(
        subjects(&all),
        ["1 new alert (critical)", "1 alert got worse (critical)"]
    );
    let id = all[1]["id"].as_str().expect("an id");
    let shown = reader.get(&format!("/v1/emails/{id}")).await.json();
    let text = shown["preview"]["text"].as_str().expect("a preview");
    assert!(text.contains("Measured: 11"), "as it is by now: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_choose_which_alerts_are_mailed_to_them() {
    let app = TestApp::new().await;
    // A session would end while the clock moves on.
    let admin = app.key(&["*"]).await;
    let row = app.insert_operator(Role::Analyst).await;
    let chosen = format!(
        "UPDATE operators SET password_hash = '' WHERE id = '{}'",
        row.id
    );
    run_sql(&app, &chosen).await;
    let analyst = app.sign_in(&row).await;
    let choose = async |wish: &str| {
        let request = analyst
            .request(reqwest::Method::PATCH, "/v1/auth/me")
            .json(&json!({ "alert_emails": wish }));
        let answer = analyst.send(request).await;
        (answer.status, answer.json())
    };
    let me = analyst.get("/v1/auth/me").await.json();
    assert_eq!(me["operator"]["alert_emails"], "off");
    violate(&app).await;
    assert_eq!(mails(&admin).await, Vec::<Value>::new());

    let (status, me) = choose("critical").await;
    assert_eq!(
        (status, &me["operator"]["alert_emails"]),
        (200, &json!("critical"))
    );
    assert_eq!(choose("sometimes").await.0, 422);
    // Nobody was told before, so that nobody needs a pause.
    app.clock.advance(TimeDelta::minutes(1));
    violate(&app).await;
    let mailed = mails(&admin).await;
    assert_eq!(mailed.len(), 1);
    assert_eq!(mailed[0]["recipient"], row.email.as_str());
    let auditor = app.operator(Role::Admin).await;
    let audited = auditor.get("/v1/audit-entries?action=update_me").await;
    let audited = audited.json();
    assert_eq!(
        audited["items"][0]["changes"],
        json!({ "alert_emails": "critical" })
    );

    run_sql(&app, "UPDATE operators SET disabled_at = now()").await;
    app.clock.advance(TimeDelta::minutes(20));
    violate(&app).await;
    let mut conn = app.db().connection().await;
    let all = "SELECT count(*) FROM emails WHERE kind = 'alert_digest'";
    assert_eq!(number(&mut conn, all).await, 1, "whoever can not sign in");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivery_is_off_alerts_are_raised_and_nothing_is_queued() {
    let (app, reader) = app().await;
    run_sql(
        &app,
        "UPDATE feature_flags SET enabled = false WHERE key = 'email_delivery'",
    )
    .await;
    violate(&app).await;
    let alerts = reader.get("/v1/alerts").await.json();
    assert_eq!(alerts["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(mails(&reader).await, Vec::<Value>::new());
    let metrics = app.anonymous().get("/metrics").await;
    let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
    let told = "viral_engine_alert_notices_total{outcome=\"switched_off\"}";
    assert!(metrics.contains(told), "{metrics}");
    run_sql(
        &app,
        "UPDATE feature_flags SET enabled = true WHERE key = 'email_delivery'",
    )
    .await;
    app.clock.advance(TimeDelta::minutes(20));
    evaluate_alerts(&app.context).await.expect("evaluated");
    assert_eq!(mails(&reader).await, Vec::<Value>::new(), "not made up for");
}
