//! The health score, its explanation and its history.

use chrono::TimeDelta;
use diesel::sql_query;
use diesel_async::RunQueryDsl;
use serde_json::json;
use viral_engine_api_types::guardrails::{
    GuardrailsOverview, HealthHistory, HealthScore, HealthStatus,
};
use viral_engine_api_types::inputs::ParentShare;
use viral_engine_service::guardrails::tick;
use viral_engine_test_support::TestClient;

use super::examples::{app_and_key, clicks, report};
use crate::world::link;

async fn health(key: &TestClient) -> HealthScore {
    key.get("/v1/guardrails/health").await.read()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_at_all_scores_a_hundred() {
    let (_app, key) = app_and_key().await;
    let health = health(&key).await;
    assert_eq!(health.health_score, 100.0);
    assert_eq!(health.health_status, HealthStatus::Excellent);
    assert_eq!(health.components.coppa.overall_compliance_rate, None);
    let parts: Vec<_> = health.explanations.iter().map(|one| &one.part).collect();
    assert_eq!(
        parts,
        ["fraud", "bot_behavior", "opt_out_rate", "coppa_violations"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn five_flagged_addresses_deduct_ten_and_say_so() {
    let (app, key) = app_and_key().await;
    let yesterday = app.clock.now() - TimeDelta::days(1);
    for host in 1..=5 {
        let ip = format!("198.51.100.{host}");
        report(&key, clicks(&ip, yesterday, 11, 1)).await;
    }
    let health = health(&key).await;
    assert_eq!((health.deductions.fraud, health.health_score), (10.0, 90.0));
    let fraud = &health.explanations[0];
    assert_eq!(fraud.input, "5 flagged IP groups");
    assert_eq!(fraud.formula, "min(5 × 2, 30)");
    assert_eq!((fraud.deduction, fraud.cap), (10.0, 30.0));
    assert_eq!(health.components.suspicious_clicks.total_flagged_ips, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_the_shares_unseen_and_half_the_links_unclicked_deduct_ten() {
    let (app, key) = app_and_key().await;
    let body = json!({ "parent": "parent-1", "student": "student-1", "share_data": {} });
    let share: ParentShare = key.post("/v1/parent-shares", &body).await.read();
    key.post("/v1/parent-shares", &body)
        .await
        .assert_status(201);
    let path = format!("/v1/parent-shares/{}/views", share.id);
    key.post(&path, &json!({})).await.assert_status(200);
    let clicked = link(&app, "ada").await;
    link(&app, "bob").await;
    report(
        &key,
        vec![json!({ "type": "click", "link_token": clicked.token })],
    )
    .await;
    let health = health(&key).await;
    assert_eq!(health.components.opt_outs.parent_shares.opt_out_rate, 50.0);
    assert_eq!(
        health.components.opt_outs.attribution_links.opt_out_rate,
        50.0
    );
    assert_eq!(
        (health.deductions.opt_out_rate, health.health_score),
        (10.0, 90.0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_holds_everything_over_one_window() {
    let (app, key) = app_and_key().await;
    let start = app.clock.now() - TimeDelta::days(10);
    let share = json!({
        "parent": "parent-1", "student": "student-1", "share_data": "ann@example.com", "shared_at": start,
    });
    key.post("/v1/parent-shares", &share)
        .await
        .assert_status(201);
    let network = json!({ "network": "10.0.0.0/8", "name": "Campus" });
    key.post("/v1/institution-networks", &network)
        .await
        .assert_status(201);
    let path = "/v1/guardrails/overview?days=14";
    let overview: GuardrailsOverview = key.get(path).await.read();
    let components = &overview.health.components;
    assert_eq!(components.coppa.parent_shares.violations_found, 1);
    assert_eq!(components.coppa.window, components.bots.window);
    assert_eq!(overview.alerts.total_alerts, 2, "COPPA and unseen shares");
    assert_eq!(overview.institution_networks[0].network, "10.0.0.0/8");
    // The alerts' score is that of the default seven days, which the share is not in.
    assert_eq!(overview.alerts.health_score, 100.0);
    assert!(overview.health.health_score < 100.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_is_stored_once_in_five_minutes_by_whichever_node() {
    let (app, key) = app_and_key().await;
    for minutes in [0, 1, 4, 5, 9] {
        app.clock
            .advance(TimeDelta::minutes(minutes) - (app.clock.now() - noon()));
        tick(&app.context).await.expect("a tick");
    }
    let history: HealthHistory = key.get("/v1/guardrails/history").await.read();
    let times: Vec<_> = history
        .snapshots
        .iter()
        .map(|snapshot| (snapshot.at - noon()).num_minutes())
        .collect();
    assert_eq!(times, [0, 5]);
    assert_eq!(history.snapshots[0].health_score, 100.0);
}

fn noon() -> chrono::DateTime<chrono::Utc> {
    "2026-03-16T12:00:00Z".parse().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_thinned_evenly_and_keeps_the_newest() {
    let (app, key) = app_and_key().await;
    sql_query(
        "INSERT INTO health_snapshots (at, score, status, fraud, bot_behavior, opt_out_rate, coppa_violations)
         SELECT timestamptz '2026-03-16 11:55+00' - n * interval '5 minutes', 90, 'excellent', 10, 0, 0, 0
         FROM generate_series(0, 1499) n",
    )
    .execute(&mut *app.db().connection().await)
    .await
    .expect("snapshots");
    let history: HealthHistory = key.get("/v1/guardrails/history?days=30").await.read();
    assert_eq!(history.snapshots.len(), 500);
    let newest = history.snapshots.last().expect("a snapshot");
    assert_eq!(newest.at, noon() - TimeDelta::minutes(5));
    let steps: std::collections::BTreeSet<_> = history
        .snapshots
        .windows(2)
        .map(|pair| (pair[1].at - pair[0].at).num_minutes())
        .collect();
    assert_eq!(steps, [15].into());
}
