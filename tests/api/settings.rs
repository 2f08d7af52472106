//! Settings: read, checked as a whole, changed once, previewed.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::guardrails::SuspiciousClicks;
use viral_engine_api_types::permissions::Role;
use viral_engine_api_types::settings::{SettingList, SettingSource, SettingsPreview};
use viral_engine_domain::guardrails::SETTINGS;
use viral_engine_test_support::{TestApp, TestClient};

fn values(values: Value) -> Value {
    json!({ "values": values })
}

async fn list(client: &TestClient) -> (SettingList, String) {
    let answer = client.get("/v1/settings").await;
    let etag = answer.header("etag").expect("an ETag").to_owned();
    (answer.read(), etag)
}

async fn change(
    client: &TestClient,
    etag: &str,
    body: &Value,
) -> viral_engine_test_support::Answer {
    let request = client
        .request(reqwest::Method::PATCH, "/v1/settings")
        .header("if-match", etag)
        .json(body);
    client.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_say_where_they_come_from_and_what_they_do() {
    let app =
        TestApp::with(|settings| settings.service.thresholds.fraud_detection_threshold = 12).await;
    let admin = app.operator(Role::Admin).await;
    let (settings, etag) = list(&admin).await;
    assert_eq!(settings.items.len(), SETTINGS.len());
    assert_eq!(etag, format!("\"{}\"", settings.version));
    let fraud = &settings.items[0];
    assert_eq!(fraud.key, "FRAUD_DETECTION_THRESHOLD");
    assert_eq!(
        (fraud.value, fraud.source),
        (12.0, SettingSource::Environment)
    );
    assert!(fraud.whole && !fraud.purpose.is_empty());
    assert_eq!(settings.items[1].source, SettingSource::Default);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_holds_for_the_next_answer_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let threshold = async || {
        let path = "/v1/guardrails/suspicious-clicks";
        let answer: SuspiciousClicks = admin.get(path).await.read();
        answer.threshold_used
    };
    assert_eq!(threshold().await, 10);
    let (_, etag) = list(&admin).await;
    let body = values(json!({ "FRAUD_DETECTION_THRESHOLD": 25 }));
    let changed: SettingList = change(&admin, &etag, &body).await.read();
    let fraud = &changed.items[0];
    assert_eq!((fraud.value, fraud.default), (25.0, 10.0));
    assert_eq!(fraud.source, SettingSource::Override);
    assert!(
        fraud
            .warning
            .as_deref()
            .is_some_and(|text| text.contains("advised"))
    );
    assert!(
        fraud
            .updated_by
            .as_deref()
            .is_some_and(|by| by.contains('@'))
    );
    assert_eq!(threshold().await, 25);

    let (_, etag) = list(&admin).await;
    let body = values(json!({ "FRAUD_DETECTION_THRESHOLD": null }));
    let reset: SettingList = change(&admin, &etag, &body).await.read();
    assert_eq!(reset.items[0].source, SettingSource::Default);
    assert_eq!(threshold().await, 10);

    let entries = admin.get("/v1/audit-entries?action=update_settings").await;
    let entries = entries.json();
    let changes = &entries["items"][1]["changes"]["FRAUD_DETECTION_THRESHOLD"];
    assert_eq!(*changes, json!({ "from": 10.0, "to": 25.0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_are_told_at_once_and_nothing_is_changed() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let (before, etag) = list(&admin).await;
    let body = values(json!({
        "FRAUD_DETECTION_DAYS": 91, "BOT_DETECTION_MIN_CLICKS": 2.5, "FRAUD_TRESHOLD": 1,
        "HEALTH_SCORE_FRAUD_CAP": 60, "ALERT_BOT_THRESHOLD": 4,
    }));
    let answer = change(&admin, &etag, &body).await;
    let problem = answer.assert_problem(422, "validation_failed");
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| fault["pointer"].as_str().expect("a pointer"))
        .collect();
    let expected = [
        "/values/BOT_DETECTION_MIN_CLICKS",
        "/values/FRAUD_DETECTION_DAYS",
        "/values/FRAUD_TRESHOLD",
        "/values",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(list(&admin).await.0, before);
    change(&admin, &etag, &values(json!({})))
        .await
        .assert_problem(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_at_once_the_second_must_read_again() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = values(json!({ "ALERT_BOT_THRESHOLD": 4 }));
    admin
        .patch("/v1/settings", &body)
        .await
        .assert_problem(428, "precondition_required");
    let (_, etag) = list(&admin).await;
    let (one, other) = tokio::join!(change(&admin, &etag, &body), change(&admin, &etag, &body));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_change_settings_and_whoever_reads_them_may_preview() {
    let app = TestApp::new().await;
    let body = values(json!({ "ALERT_BOT_THRESHOLD": 4 }));
    let safety = app.operator(Role::Safety).await;
    change(&safety, "*", &body)
        .await
        .assert_problem(403, "forbidden");
    safety
        .post("/v1/settings/preview", &body)
        .await
        .assert_status(200);
    app.operator(Role::Viewer)
        .await
        .get("/v1/settings")
        .await
        .assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_what_would_be_flagged_and_changes_nothing() {
    let app = TestApp::new().await;
    let key = app.key(&["events:write"]).await;
    let yesterday = app.clock.now() - TimeDelta::days(1);
    for host in 1..=6 {
        let events: Vec<Value> = (0..12)
            .map(|minute| {
                let at = yesterday + TimeDelta::minutes(minute);
                json!({ "type": "click", "ip": format!("198.51.100.{host}"), "occurred_at": at })
            })
            .collect();
        key.post("/v1/events/bulk", &events)
            .await
            .assert_status(200);
    }
    let admin = app.operator(Role::Admin).await;
    let (before, _) = list(&admin).await;
    let body = values(json!({ "FRAUD_DETECTION_THRESHOLD": 30 }));
    let preview: SettingsPreview = admin.post("/v1/settings/preview", &body).await.read();
    let figures = |figures: &viral_engine_api_types::settings::PreviewFigures| {
        (figures.flagged_ips, figures.alerts, figures.health_score)
    };
    assert_eq!(figures(&preview.current), (6, 1, 88.0));
    assert_eq!(figures(&preview.proposed), (0, 0, 100.0));
    assert_eq!(preview.warnings.len(), 1);
    assert_eq!(list(&admin).await.0, before);
}
