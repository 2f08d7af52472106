//! Figures of growth that can be followed by hand.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::growth::{
    GrowthForecast, KFactor, KStatus, LoopEfficiencies, Recommendation, TopReferrers,
};
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{link, user};

/// Ten referrers invite four each, ten days ago; ten of those convert a day later, five are active.
pub async fn ten_by_four(app: &TestApp) -> TestClient {
    let key = app
        .key(&["events:write", "events:import", "guardrails:read"])
        .await;
    let then = app.clock.now() - TimeDelta::days(10);
    let mut events: Vec<Value> = Vec::new();
    for number in 0..10 {
        let token = link(app, &format!("referrer-{number}")).await.token;
        let mut event = |kind: &str, referee: &str, hours: i64| {
            events.push(json!({
                "type": kind, "link_token": token, "referee": format!("{referee}-{number}"),
                "occurred_at": then + TimeDelta::hours(hours),
            }));
        };
        for referee in ["a", "b", "c", "d"] {
            event("invite_sent", referee, 0);
        }
        event("conversion", "a", 24);
        if number < 5 {
            event("activation", "a", 30);
        }
        for device in 0..2 {
            events.push(json!({
                "type": "click", "link_token": token, "device_fingerprint": format!("device-{number}-{device}"),
                "occurred_at": then + TimeDelta::hours(23),
            }));
        }
    }
    let answer = key.post("/v1/events/bulk", &events).await;
    assert_eq!(
        answer.json()["accepted"],
        events.len(),
        "{:#}",
        answer.json()
    );
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn k_is_invitations_times_conversions() {
    let app = TestApp::new().await;
    let key = ten_by_four(&app).await;
    let k: KFactor = key
        .get("/v1/metrics/k-factor?compare=previous")
        .await
        .read();
    let figures = &k.figures;
    assert_eq!((figures.active_users, figures.total_invites), (10, 40));
    assert_eq!(
        (
            figures.total_clicks,
            figures.total_conversions,
            figures.total_activations
        ),
        (20, 10, 5)
    );
    assert_eq!(
        (figures.avg_invites_per_user, figures.invite_conversion_rate),
        (4.0, 0.25)
    );
    assert_eq!((figures.k_factor, figures.k_status), (1.0, KStatus::Good));
    assert_eq!((figures.conversion_rate, figures.activation), (50.0, 0.5));
    assert_eq!((figures.matured_share, figures.immature), (1.0, false));
    // Everybody brought exactly one, so nothing tells how far chance goes.
    assert_eq!(figures.k_interval, None);
    let previous = k.previous.expect("the days before");
    assert_eq!(
        (previous.k_factor, previous.total_invites, previous.immature),
        (0.0, 0, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_of_this_week_are_no_judgement_yet() {
    let app = TestApp::new().await;
    let key = app.key(&["events:write", "guardrails:read"]).await;
    let token = link(&app, "ada").await.token;
    let invite = json!({ "type": "invite_sent", "link_token": token, "referee": "mia" });
    key.post("/v1/events", &invite).await.assert_status(201);
    let k: KFactor = key.get("/v1/metrics/k-factor").await.read();
    assert!(
        k.figures.immature && k.figures.matured_share == 0.0,
        "{k:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_gets_a_recommendation() {
    let app = TestApp::new().await;
    let key = ten_by_four(&app).await;
    let loops: LoopEfficiencies = key.get("/v1/metrics/loop-efficiency").await.read();
    let [only] = loops.items.as_slice() else {
        panic!("{loops:?}")
    };
    assert_eq!(
        (only.source.as_str(), only.is_merged),
        ("buddy_challenge", false)
    );
    assert_eq!(
        (only.k_factor, only.conversion_rate, only.efficiency),
        (1.0, 50.0, 0.5)
    );
    assert_eq!(only.recommendation, Recommendation::KeepInvesting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_is_a_geometric_series() {
    let app = TestApp::new().await;
    let key = ten_by_four(&app).await;
    let forecast: GrowthForecast = key.get("/v1/metrics/forecast?horizon_days=3").await.read();
    assert_eq!((forecast.k_factor, forecast.cycle_hours), (1.0, Some(24.0)));
    let base = forecast.base as f64;
    // K is 1 and a cycle a day: as many again each day.
    let users: Vec<f64> = forecast.days.iter().map(|day| day.users).collect();
    assert_eq!(users, [base, 2.0 * base, 3.0 * base, 4.0 * base]);
    assert!(forecast.immature, "no interval, no certainty");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_among_the_top_referrers_has_a_pseudonym() {
    let app = TestApp::new().await;
    let key = app.key(&["events:write", "guardrails:read"]).await;
    user(&app, "kid", "under_13").await;
    let conversion = json!({ "type": "conversion", "referrer": "kid", "referee": "mia" });
    key.post("/v1/events", &conversion).await.assert_status(201);
    let answer = key.get("/v1/metrics/top-referrers").await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("kid"));
    let top: TopReferrers = answer.read();
    assert!(
        top.items[0].is_pseudonym && top.items[0].referrer.starts_with("user-"),
        "{top:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_asked_is_told_with_its_parameter() {
    let app = TestApp::new().await;
    let key = app.key(&["guardrails:read"]).await;
    for (path, parameter) in [
        ("k-factor?days=91", "?days"),
        ("k-factor?time_zone=Mars/Base", "?time_zone"),
        ("k-factor?channel=pigeon", "?channel"),
        ("k-factor?compare=everything", "?compare"),
        ("top-referrers?limit=101", "?limit"),
        ("cohorts?weeks=0", "?weeks"),
        ("forecast?horizon_days=-1", "?horizon_days"),
        ("timeline?limit=3", "?limit"),
    ] {
        let problem = key
            .get(&format!("/v1/metrics/{path}"))
            .await
            .assert_problem(400, "malformed_request");
        assert_eq!(
            problem["errors"][0]["pointer"], parameter,
            "{path}: {problem:#}"
        );
    }
    let long = format!("/v1/metrics/k-factor?source={}", "x".repeat(65));
    key.get(&long)
        .await
        .assert_problem(400, "malformed_request");
}
