//! Reports by email, on schedule, and as PDF.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::ReportId;
use viral_engine_api_types::permissions::Role;
use viral_engine_api_types::reports::{
    Report, ReportDelivery, ReportDeliveryStatus, ReportSubscription, ScheduledReportType,
};
use viral_engine_service::reports::{ScheduleReport, generate_report, schedule_report};
use viral_engine_test_support::{Answer, TestApp, TestClient};

use crate::world::number;

const EMAILS: &str = "SELECT count(*) FROM emails WHERE kind = 'report_ready'";

async fn asked(client: &TestClient) -> ReportId {
    let answer = client
        .post("/v1/reports", &json!({ "type": "weekly" }))
        .await;
    answer.assert_status(202);
    answer.read::<Report>().id
}

async fn ready(app: &TestApp, client: &TestClient) -> ReportId {
    let id = asked(client).await;
    generate_report(&app.context, id).await.expect("a report");
    id
}

async fn deliver(client: &TestClient, id: ReportId, recipients: Value) -> Answer {
    let path = format!("/v1/reports/{id}/deliver");
    client
        .post(&path, &json!({ "recipients": recipients }))
        .await
}

async fn read(client: &TestClient, id: ReportId) -> Report {
    client.get(&format!("/v1/reports/{id}")).await.read()
}

async fn subscribe(client: &TestClient, etag: &str, recipients: Value) -> Answer {
    let request = client
        .request(Method::PUT, "/v1/report-subscriptions/weekly")
        .header("if-match", etag)
        .json(&json!({ "recipients": recipients }));
    client.send(request).await
}

async fn switch_off(app: &TestApp, flag: &str) {
    let admin = app.operator(Role::Admin).await;
    let request = admin
        .request(Method::PUT, &format!("/v1/flags/{flag}"))
        .header("if-match", "*")
        .json(&json!({ "enabled": false }));
    admin.send(request).await.assert_status(200);
}

/// What the job of a schedule does; answers the report.
async fn scheduled(app: &TestApp) -> Option<ReportId> {
    let slot = ScheduleReport {
        report_type: ScheduledReportType::Weekly,
        due_at: app.clock.now(),
    };
    let mut conn = app.context.connection().await.expect("a connection");
    schedule_report(&mut conn, &app.context, &slot)
        .await
        .expect("asked for");
    drop(conn);
    let admin = app.operator(Role::Admin).await;
    let list = admin.get("/v1/reports").await.json();
    let id = list["items"][0]["id"].as_str()?;
    let id: ReportId = serde_json::from_value(json!(id)).expect("an id");
    generate_report(&app.context, id).await.expect("a report");
    Some(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_to_each_recipient_once() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let id = ready(&app, &admin).await;
    assert_eq!(
        read(&admin, id).await.delivery_status,
        Some(ReportDeliveryStatus::NotDelivered)
    );
    let both = json!(["ada@example.org", "Bob@Example.org", "ADA@example.org"]);
    let answer = deliver(&admin, id, both).await;
    answer.assert_status(202);
    let first: ReportDelivery = answer.read();
    assert_eq!(first.emails.len(), 2);
    assert!(first.emails.iter().all(|email| email.is_new));
    let again: ReportDelivery = deliver(&admin, id, json!(["bob@example.org", "cleo@example.org"]))
        .await
        .read();
    let new: Vec<bool> = again.emails.iter().map(|email| email.is_new).collect();
    assert_eq!(new, [false, true]);
    assert_eq!(number(&mut *app.db().connection().await, EMAILS).await, 3);
    let report = read(&admin, id).await;
    assert_eq!(report.delivery_status, Some(ReportDeliveryStatus::Queued));
    let recipients = report.recipient_emails.expect("recipients");
    assert_eq!(recipients.len(), 3);
    assert!(recipients[0].eq_ignore_ascii_case("bob@example.org"));
    let viewer = app.key(&["reports:read"]).await;
    assert_eq!(read(&viewer, id).await.recipient_emails, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_can_not_be_is_refused_whole() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let early = asked(&admin).await;
    deliver(&admin, early, json!(["ada@example.org"]))
        .await
        .assert_status(409);
    let id = ready(&app, &admin).await;
    let faults = deliver(&admin, id, json!(["ada@example.org", "nobody", "a@b@c"])).await;
    faults.assert_status(422);
    let pointers: Vec<Value> = faults.json()["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/recipients/1", "/recipients/2"]);
    deliver(&admin, id, json!([])).await.assert_status(422);
    let many: Vec<String> = (0..51).map(|n| format!("n{n}@example.org")).collect();
    deliver(&admin, id, json!(many)).await.assert_status(422);
    switch_off(&app, "email_delivery").await;
    let off = deliver(&admin, id, json!(["ada@example.org"])).await;
    off.assert_status(409);
    assert_eq!(off.json()["code"], "email_delivery_off");
    assert_eq!(number(&mut *app.db().connection().await, EMAILS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_get_scheduled_reports_and_no_others() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let answer = subscribe(
        &admin,
        "\"1\"",
        json!(["ada@example.org", "bob@example.org"]),
    )
    .await;
    answer.assert_status(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let subscription: ReportSubscription = answer.read();
    assert_eq!(subscription.recipient_count, 2);
    ready(&app, &admin).await;
    assert_eq!(number(&mut *app.db().connection().await, EMAILS).await, 0);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let id = scheduled(&app).await.expect("a report");
    let report = read(&admin, id).await;
    assert_eq!(report.delivery_status, Some(ReportDeliveryStatus::Queued));
    let recipients = ["ada@example.org", "bob@example.org"].map(str::to_owned);
    assert_eq!(report.recipient_emails, Some(recipients.to_vec()));
    let delivered = "SELECT count(*) FROM jobs WHERE kind = 'send_email'";
    assert_eq!(
        number(&mut *app.db().connection().await, delivered).await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_are_kept_sealed_and_changed_by_whoever_read_them_last() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    subscribe(&admin, "\"1\"", json!(["ada@example.org"]))
        .await
        .assert_status(200);
    subscribe(&admin, "\"1\"", json!([]))
        .await
        .assert_status(412);
    let faults = subscribe(&admin, "\"2\"", json!(["nobody"])).await;
    faults.assert_status(422);
    let leak = "SELECT count(*) FROM report_subscriptions s WHERE position('ada'::bytea IN s.recipients_cipher) > 0";
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, leak).await, 0);
    let reader = app.key(&["reports:read"]).await;
    let listed = reader.get("/v1/report-subscriptions").await.json();
    assert_eq!(listed["items"][0]["recipient_count"], 1);
    assert_eq!(listed["items"][0]["recipients"], Value::Null);
    reader
        .put(
            "/v1/report-subscriptions/weekly",
            &json!({ "recipients": [] }),
        )
        .await
        .assert_status(403);
    subscribe(&admin, "\"2\"", json!([]))
        .await
        .assert_status(200);
    let kept = "SELECT count(*) FROM report_subscriptions WHERE recipients_cipher IS NOT NULL";
    assert_eq!(number(&mut conn, kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_features_do_nothing_by_themselves() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    subscribe(&admin, "\"1\"", json!(["ada@example.org"]))
        .await
        .assert_status(200);
    switch_off(&app, "email_delivery").await;
    let id = scheduled(&app).await.expect("a report without its email");
    assert_eq!(
        read(&admin, id).await.delivery_status,
        Some(ReportDeliveryStatus::NotDelivered)
    );
    switch_off(&app, "reports").await;
    let refused = admin
        .post("/v1/reports", &json!({ "type": "weekly" }))
        .await;
    refused.assert_status(409);
    assert_eq!(refused.json()["code"], "reports_off");
    app.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(scheduled(&app).await, Some(id), "no new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_the_same_however_often_it_is_made() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let id = ready(&app, &admin).await;
    let path = format!("/v1/reports/{id}/export?format=pdf");
    let first = admin.get(&path).await;
    first.assert_status(200);
    assert_eq!(first.header("content-type"), Some("application/pdf"));
    assert!(first.body.starts_with(b"%PDF-"));
    deliver(&admin, id, json!(["ada@example.org"]))
        .await
        .assert_status(202);
    assert_eq!(admin.get(&path).await.body, first.body);
    let json = format!("/v1/reports/{id}/export?format=json");
    let exported = admin.get(&json).await.json();
    assert_eq!(exported.get("delivery_status"), None);
}
