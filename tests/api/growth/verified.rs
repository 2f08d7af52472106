//! Verified figures are those of the same platform without what the guardrails flag.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

const WINDOW: &str = "from=2026-03-01T00:00:00Z&to=2026-03-16T00:00:00Z";
const ZONES: [&str; 3] = ["UTC", "America/New_York", "Asia/Kathmandu"];

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

fn event(kind: &str, at: DateTime<Utc>, fields: Value) -> Value {
    let mut event = json!({ "type": kind, "occurred_at": at });
    let fields = fields.as_object().expect("an object").clone();
    event.as_object_mut().expect("an object").extend(fields);
    event
}

async fn client(app: &TestApp) -> TestClient {
    let scopes = [
        "users:write",
        "links:write",
        "events:write",
        "events:import",
        "guardrails:read",
    ];
    app.key(&scopes).await
}

/// Twelve people who invite, and a link of each.
async fn tokens(key: &TestClient) -> Vec<String> {
    let mut tokens = Vec::new();
    for number in 0..12 {
        let user = json!({ "persona": "parent", "age_band": "adult", "signed_up_at": "2026-02-10T12:00:00Z" });
        let put = key.put(&format!("/v1/users/user-{number}"), &user).await;
        put.assert_status(201);
        let link = json!({
            "referrer": format!("user-{number}"), "source": "buddy_challenge", "channel": "email",
            "target_url": "https://learn.example.org/join",
        });
        let link = key.post("/v1/links", &link).await.assert_status(201).json();
        tokens.push(link["token"].as_str().expect("a token").to_owned());
    }
    tokens
}

/// What people do: each of the first ten invites three, of whom one clicks twice from afar and every other converts.
fn honest(tokens: &[String]) -> Vec<Value> {
    let mut events = Vec::new();
    for (number, token) in tokens.iter().enumerate().take(10) {
        let day = at("2026-03-03T12:00:00Z") + TimeDelta::days(number as i64);
        for friend in 0..3 {
            let referee = format!("friend-{number}-{friend}");
            events.push(event(
                "invite_sent",
                day,
                json!({ "link_token": token, "referee": referee }),
            ));
        }
        for hit in 0..2 {
            let from = json!({
                "link_token": token, "ip": format!("198.51.100.{number}"), "device_fingerprint": format!("phone-{number}-{hit}"),
            });
            events.push(event("click", day + TimeDelta::hours(2 * hit + 1), from));
        }
        if number % 2 == 0 {
            let referee = json!({ "link_token": token, "referee": format!("friend-{number}-0") });
            events.push(event(
                "conversion",
                day + TimeDelta::hours(4),
                referee.clone(),
            ));
            events.push(event("activation", day + TimeDelta::hours(5), referee));
        }
    }
    events
}

/// A click farm, a bot, and somebody with too many conversions, each on one day in every time zone that is asked for.
fn fraud(tokens: &[String]) -> Vec<Value> {
    let mut events = Vec::new();
    let morning = at("2026-03-05T06:00:00Z");
    for number in 0..12 {
        let from =
            json!({ "link_token": tokens[0], "ip": "203.0.113.7", "device_fingerprint": "farm" });
        events.push(event(
            "click",
            morning + TimeDelta::minutes(61 * number),
            from,
        ));
    }
    for number in 0..3 {
        let from = json!({
            "link_token": tokens[number as usize], "ip": format!("203.0.113.{}", 20 + number), "device_fingerprint": "bot",
        });
        events.push(event("click", morning + TimeDelta::seconds(number), from));
    }
    for number in 0..11 {
        let referee = json!({ "link_token": tokens[11], "referee": format!("made-up-{number}") });
        let at = morning + TimeDelta::minutes(number);
        events.push(event("conversion", at, referee.clone()));
        events.push(event("activation", at + TimeDelta::days(2), referee));
    }
    events
}

async fn send(key: &TestClient, events: &[Value]) {
    let sent = key.post("/v1/events/bulk", &json!(events)).await.json();
    assert_eq!(sent["accepted"], events.len(), "{sent:#}");
}

/// The figures, without what says which they are.
async fn figures(key: &TestClient, path: &str) -> Value {
    let mut answer = key
        .get(&format!("/v1/metrics/{path}"))
        .await
        .assert_status(200)
        .json();
    let object = answer.as_object_mut().expect("an object");
    object.remove("filter");
    object.remove("traffic");
    answer
}

fn growth_of_days(timeline: &Value) -> Vec<Value> {
    let days = timeline["days"].as_array().expect("days").iter();
    days.map(|day| day["k_factor"].clone()).collect()
}

fn paths(zone: &str) -> Vec<String> {
    let compared = [
        "k-factor",
        "viral-coefficient",
        "cycle-time",
        "funnel",
        "timeline",
    ];
    let compared = compared
        .iter()
        .map(|name| format!("{name}?{WINDOW}&time_zone={zone}&compare=previous"));
    let plain = [
        "k-factor/by-source",
        "loop-efficiency",
        "top-referrers",
        "forecast",
    ];
    let filters = [
        "",
        "&channel=email",
        "&persona=parent",
        "&source=buddy_challenge",
    ];
    let filtered = filters
        .iter()
        .map(|filter| format!("k-factor?{WINDOW}&time_zone={zone}{filter}"));
    let plain = plain
        .iter()
        .map(|name| format!("{name}?{WINDOW}&time_zone={zone}"));
    let cohorts = [format!("cohorts?weeks=8&time_zone={zone}")];
    compared
        .chain(filtered)
        .chain(plain)
        .chain(cohorts)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn verified_figures_are_those_without_what_is_flagged() {
    let (honest_app, fraud_app) = (TestApp::new().await, TestApp::new().await);
    let (clean, defrauded) = (client(&honest_app).await, client(&fraud_app).await);
    for (key, with_fraud) in [(&clean, false), (&defrauded, true)] {
        let tokens = tokens(key).await;
        send(key, &honest(&tokens)).await;
        if with_fraud {
            send(key, &fraud(&tokens)).await;
        }
    }
    let mut hidden = 0;
    for zone in ZONES {
        for path in paths(zone) {
            let expected = figures(&clean, &path).await;
            let verified = figures(&defrauded, &format!("{path}&traffic=verified")).await;
            assert_eq!(verified, expected, "{path}");
            assert_eq!(
                figures(&clean, &format!("{path}&traffic=raw")).await,
                expected,
                "{path}"
            );
            hidden += usize::from(figures(&defrauded, &path).await != expected);
        }
    }
    // The days before the window that a day's K looks back at are judged as well.
    let later = "timeline?from=2026-03-06T00:00:00Z&to=2026-03-16T00:00:00Z";
    let expected = figures(&clean, later).await;
    let verified = figures(&defrauded, &format!("{later}&traffic=verified")).await;
    assert_eq!(
        growth_of_days(&verified),
        growth_of_days(&expected),
        "K of days"
    );
    // Fraud changes every raw figure but the cycle time's of others.
    assert!(hidden > 30, "{hidden}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_follows_the_thresholds_at_once() {
    let app = TestApp::new().await;
    let key = client(&app).await;
    let tokens = tokens(&key).await;
    send(&key, &honest(&tokens)).await;
    send(&key, &fraud(&tokens)).await;
    let clicks = async || {
        let path = format!("k-factor?{WINDOW}&traffic=verified");
        figures(&key, &path).await["total_clicks"].clone()
    };
    assert_eq!(clicks().await, 20);
    let admin = app.operator(Role::Admin).await;
    let read = admin.get("/v1/settings").await;
    let body = json!({ "values": { "FRAUD_DETECTION_THRESHOLD": 12 } });
    let request = admin
        .request(reqwest::Method::PATCH, "/v1/settings")
        .header("if-match", read.header("etag").expect("an ETag"))
        .json(&body);
    admin.send(request).await.assert_status(200);
    assert_eq!(clicks().await, 32);
    let answer = key
        .get(&format!("/v1/metrics/k-factor?{WINDOW}&traffic=verified"))
        .await;
    assert_eq!(answer.json()["filter"], json!({ "traffic": "verified" }));
    let refused = key.get("/v1/metrics/k-factor?traffic=holy").await;
    refused.assert_problem(400, "malformed_request");
    let ledger = key.get("/v1/metrics/attribution?traffic=verified").await;
    ledger.assert_problem(400, "malformed_request");
}
