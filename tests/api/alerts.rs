//! The life of alerts.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType, Severity};
use viral_engine_api_types::guardrails::CurrentAlerts;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::guardrails::tick;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::texts;

async fn current(client: &TestClient) -> Vec<Alert> {
    let current: CurrentAlerts = client.get("/v1/guardrails/alerts").await.read();
    assert_eq!(current.total_alerts as usize, current.alerts.len());
    current.alerts
}

/// The COPPA alert, which is alone: no other rule fires here.
async fn coppa(client: &TestClient) -> Option<Alert> {
    let mut alerts = current(client).await;
    assert!(alerts.len() < 2, "{alerts:?}");
    alerts.pop()
}

async fn violate(key: &TestClient) {
    let reel = json!({ "student": "student-1", "reel_data": { "note": "ann@example.com" } });
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
}

async fn alarmed() -> (TestApp, TestClient, Alert) {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    assert_eq!(coppa(&key).await, None);
    violate(&key).await;
    let alert = coppa(&key).await.expect("an alert");
    (app, key, alert)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_violation_raises_one_critical_alert_that_grows_and_does_not_multiply() {
    let (app, key, alert) = alarmed().await;
    assert_eq!(alert.alert_type, AlertType::CoppaViolation);
    assert_eq!(
        (alert.severity, alert.status),
        (Severity::Critical, AlertStatus::Open)
    );
    assert_eq!((alert.value, alert.threshold), (1.0, 0.0));
    assert_eq!(alert.details["below_target"], true);
    assert_eq!(alert.due_at - alert.opened_at, TimeDelta::hours(1));

    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(
        coppa(&key).await,
        Some(alert.clone()),
        "an unchanged cause changes nothing"
    );
    violate(&key).await;
    let grown = coppa(&key).await.expect("an alert");
    assert_eq!((grown.id, grown.value), (alert.id, 2.0));
    assert!(grown.updated_at > alert.updated_at);
    assert_eq!(grown.due_at, alert.due_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_overdue_until_somebody_responds() {
    let (app, key, alert) = alarmed().await;
    app.clock
        .advance(TimeDelta::hours(1) + TimeDelta::microseconds(1));
    assert!(coppa(&key).await.expect("an alert").overdue);
    let safety = app.operator(Role::Safety).await;
    let path = format!("/v1/alerts/{}/acknowledge", alert.id);
    let taken: Alert = safety.post(&path, &json!({})).await.read();
    assert_eq!(
        (taken.status, taken.overdue),
        (AlertStatus::Acknowledged, false)
    );
    let by = taken.acknowledged_by.expect("somebody");
    assert!(by.ends_with("@example.org"), "{by}");
    safety
        .post(&path, &json!({}))
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_resolves_by_itself_when_its_cause_is_gone() {
    let (app, key, alert) = alarmed().await;
    app.clock.advance(TimeDelta::days(31));
    tick(&app.context).await.expect("a tick");
    let path = format!("/v1/alerts/{}", alert.id);
    let resolved: Alert = key.get(&path).await.read();
    assert_eq!(resolved.status, AlertStatus::Resolved);
    assert_eq!(resolved.resolved_at, Some(app.clock.now()));
    assert_eq!(coppa(&key).await, None);
    key.post(&format!("{path}/acknowledge"), &json!({}))
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_alert_stays_quiet_until_it_gets_worse() {
    let (_app, key, alert) = alarmed().await;
    let path = format!("/v1/alerts/{}/dismiss", alert.id);
    key.post(&path, &json!({ "reason": "  " }))
        .await
        .assert_problem(422, "validation_failed");
    let reason = json!({ "reason": "Test data of our own" });
    let dismissed: Alert = key.post(&path, &reason).await.read();
    assert_eq!(dismissed.status, AlertStatus::Dismissed);
    assert_eq!(dismissed.dismissed_by.as_deref(), Some("Test backend"));
    assert_eq!(coppa(&key).await, None);

    violate(&key).await;
    let again = coppa(&key).await.expect("an alert");
    assert_ne!(again.id, alert.id);
    let list = key.get("/v1/alerts?status=dismissed").await.json();
    assert_eq!(list["items"][0]["id"], json!(alert.id));
    assert_eq!(list["items"][0]["dismiss_reason"], "Test data of our own");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_of_a_dismissal_is_kept_without_personal_information() {
    let (app, key, alert) = alarmed().await;
    let reason = json!({ "reason": "Asked ann@example.com, call 415-555-2671" });
    let path = format!("/v1/alerts/{}/dismiss", alert.id);
    let dismissed: Alert = key.post(&path, &reason).await.read();
    let kept = "Asked [EMAIL], call [PHONE]";
    assert_eq!(dismissed.dismiss_reason.as_deref(), Some(kept));
    let mut conn = app.db().connection().await;
    let audited = texts(
        &mut conn,
        "SELECT changes::text FROM audit_entries WHERE action = 'dismiss_alert'",
    )
    .await;
    assert_eq!(audited.len(), 1);
    assert!(!audited[0].contains("Asked"), "{audited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_listed_newest_first_filtered_and_paged() {
    let (app, key, first) = alarmed().await;
    app.clock.advance(TimeDelta::minutes(1));
    let share = json!({ "parent": "parent-1", "student": "student-1" });
    key.post("/v1/parent-shares", &share)
        .await
        .assert_status(201);
    let alerts = current(&key).await;
    let severities: Vec<_> = alerts.iter().map(|alert| alert.severity).collect();
    assert_eq!(
        severities,
        [Severity::Critical, Severity::Medium],
        "gravest first"
    );
    let page = key.get("/v1/alerts?limit=1").await.json();
    assert_eq!(page["items"][0]["type"], "high_opt_out", "newest first");
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let next = key
        .get(&format!("/v1/alerts?limit=1&cursor={cursor}"))
        .await;
    assert_eq!(next.json()["items"][0]["id"], json!(first.id));
    for filter in ["type=coppa_violation", "severity=critical"] {
        let list = key.get(&format!("/v1/alerts?{filter}")).await.json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{filter}");
    }
    key.get("/v1/alerts?status=gone")
        .await
        .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_alerts_may_not_therefore_change_them() {
    let (app, key, alert) = alarmed().await;
    let path = format!("/v1/alerts/{}/acknowledge", alert.id);
    let viewer = app.operator(Role::Viewer).await;
    viewer.get("/v1/alerts").await.assert_status(200);
    viewer
        .post(&path, &json!({}))
        .await
        .assert_problem(403, "forbidden");
    let unknown = format!("/v1/alerts/{}/acknowledge", uuid::Uuid::now_v7());
    key.post(&unknown, &json!({}))
        .await
        .assert_problem(404, "not_found");
}
