//! Figures of the overview page.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::metrics::{Compared, Overview};
use viral_engine_test_support::TestApp;

use crate::world::{link, link_with};

fn compared(current: i64, previous: i64) -> Compared {
    Compared { current, previous }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_stand_beside_those_of_the_same_time_before() {
    let app = TestApp::new().await;
    let key = app
        .key(&["events:write", "events:import", "guardrails:read"])
        .await;
    let one = link(&app, "ada").await;
    let other = link_with(&app, "bob", |body| body.source = "results_rally".to_owned()).await;
    let now = app.clock.now();
    let click = |token: &str, hours: i64, device: &str| {
        json!({
            "type": "click", "link_token": token, "device_fingerprint": device,
            "occurred_at": now - TimeDelta::hours(hours),
        })
    };
    let outcome = |event_type: &str, hours: i64, referee: &str| {
        json!({
            "type": event_type, "link_token": one.token, "referee": referee,
            "occurred_at": now - TimeDelta::hours(hours),
        })
    };
    let mut linkless = outcome("conversion", 3, "zoe");
    linkless
        .as_object_mut()
        .expect("an object")
        .remove("link_token");
    linkless["referrer"] = json!("ada");
    let mut bot = click(&one.token, 1, "crawler");
    bot["user_agent"] = json!("Googlebot/2.1 (+http://www.google.com/bot.html)");
    let events: Vec<Value> = vec![
        click(&one.token, 1, "d1"),
        click(&one.token, 30, "d2"),
        click(&other.token, 2, "d3"),
        bot,
        outcome("invite_sent", 4, "mia"),
        outcome("conversion", 2, "mia"),
        outcome("activation", 1, "mia"),
        linkless,
        // 36 hours are in two days up to noon; before that is the period before, back to 72 hours ago.
        click(&one.token, 37, "d4"),
        outcome("conversion", 71, "leo"),
        outcome("conversion", 73, "too-early"),
    ];
    let answer = key.post("/v1/events/bulk", &events).await;
    assert_eq!(answer.json()["accepted"], 11, "{:#}", answer.json());

    let overview: Overview = key.get("/v1/overview?days=2").await.read();
    assert_eq!(overview.clicks, compared(3, 1));
    assert_eq!(overview.hits, compared(4, 1));
    assert_eq!(overview.invites, compared(1, 0));
    assert_eq!(overview.conversions, compared(2, 1));
    assert_eq!(overview.activations, compared(1, 0));
    assert_eq!(overview.links_created, compared(2, 0));
    let days: Vec<_> = overview
        .days
        .iter()
        .map(|day| (day.date.to_string(), day.human, day.bot))
        .collect();
    assert_eq!(
        days,
        [
            ("2026-03-15".to_owned(), 1, 0),
            ("2026-03-16".to_owned(), 2, 1)
        ]
    );
    assert_eq!(overview.conversions_by_day, [0, 2]);
    let sources: Vec<_> = overview
        .top_sources
        .iter()
        .map(|source| (source.source.as_str(), source.clicks, source.conversions))
        .collect();
    assert_eq!(
        sources,
        [("buddy_challenge", 2, 1), ("results_rally", 1, 0)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_platform_has_a_row_a_day() {
    let app = TestApp::new().await;
    let key = app.key(&["guardrails:read"]).await;
    let overview: Overview = key.get("/v1/overview?days=30").await.read();
    assert_eq!(overview.days.len(), 30);
    assert_eq!(overview.conversions_by_day.len(), 30);
    assert_eq!(overview.clicks, compared(0, 0));
    assert!(overview.top_sources.is_empty());
}
