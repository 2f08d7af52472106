//! What is flagged and what is not, seen from outside: reported by API, answered by API.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, ConversionRateKind, IpClassification, SuspiciousClicks,
};
use viral_engine_api_types::institution_networks::InstitutionNetwork;
use viral_engine_test_support::{TestApp, TestClient};

/// An app and a backend that may do everything a backend may.
pub async fn app_and_key() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    (app, key)
}

/// Reports events that must be taken.
pub async fn report(key: &TestClient, events: Vec<Value>) {
    let count = events.len();
    let answer = key.post("/v1/events/bulk", &events).await;
    assert_eq!(answer.json()["accepted"], count, "{:#}", answer.json());
}

/// `count` clicks from an address, a minute apart, turn by turn from its devices.
pub fn clicks(ip: &str, start: DateTime<Utc>, count: usize, devices: usize) -> Vec<Value> {
    (0..count)
        .map(|index| {
            json!({
                "type": "click", "ip": ip, "occurred_at": start + TimeDelta::minutes(index as i64),
                "device_fingerprint": format!("{ip}-{}", index % devices),
            })
        })
        .collect()
}

/// Clicks of one device at these seconds after `start`.
fn burst(device: &str, start: DateTime<Utc>, seconds: &[i64]) -> Vec<Value> {
    seconds
        .iter()
        .map(|second| {
            let at = start + TimeDelta::seconds(*second);
            json!({ "type": "click", "ip": "203.0.113.7", "occurred_at": at, "device_fingerprint": device })
        })
        .collect()
}

fn conversions(referrer: &str, start: DateTime<Utc>, count: usize) -> Vec<Value> {
    (0..count)
        .map(|index| {
            let at = start + TimeDelta::minutes(index as i64);
            json!({
                "type": "conversion", "referrer": referrer, "occurred_at": at,
                "referee": format!("{referrer}-invited-{index}"),
            })
        })
        .collect()
}

async fn suspicious(key: &TestClient, query: &str) -> SuspiciousClicks {
    let path = format!("/v1/guardrails/suspicious-clicks{query}");
    key.get(&path).await.read()
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_ten_clicks_are_not_flagged_and_eleven_are() {
    let (app, key) = app_and_key().await;
    let yesterday = app.clock.now() - TimeDelta::days(1);
    report(&key, clicks("198.51.100.1", yesterday, 10, 1)).await;
    let quiet = suspicious(&key, "").await;
    assert_eq!((quiet.total_flagged_ips, quiet.total_clicks), (0, 10));

    report(&key, clicks("198.51.100.2", yesterday, 11, 1)).await;
    let found = suspicious(&key, "").await;
    assert_eq!((found.total_flagged_ips, found.threshold_used), (1, 10));
    let group = &found.suspicious_ips[0];
    assert_eq!(group.ip_prefix.as_deref(), Some("198.51.100.0/24"));
    assert_eq!((group.click_count, group.distinct_devices), (11, 1));
    assert_eq!(group.last_seen - group.first_seen, TimeDelta::minutes(10));
    assert_eq!(group.classification, IpClassification::Suspicious);
    assert!(
        !group.ip_key.contains("198.51"),
        "the address is never told"
    );
    assert_eq!(suspicious(&key, "?threshold=9").await.total_flagged_ips, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_address_on_two_days_is_two_groups_and_over_midnight_none() {
    let (app, key) = app_and_key().await;
    let midnight = app.clock.now() - TimeDelta::hours(12);
    report(&key, clicks("198.51.100.1", midnight, 11, 1)).await;
    report(
        &key,
        clicks("198.51.100.1", midnight - TimeDelta::hours(9), 11, 1),
    )
    .await;
    report(
        &key,
        clicks("198.51.100.2", midnight - TimeDelta::minutes(10), 20, 1),
    )
    .await;
    assert_eq!(suspicious(&key, "").await.total_flagged_ips, 2);
    // In New York midnight is at 4 o'clock, and the twenty are of one evening.
    let new_york = suspicious(&key, "?time_zone=America/New_York").await;
    assert_eq!(new_york.total_flagged_ips, 2);
    let days: Vec<_> = new_york
        .suspicious_ips
        .iter()
        .map(|group| (group.click_count, group.date.to_string()))
        .collect();
    assert_eq!(
        days,
        [(22, "2026-03-15".to_owned()), (20, "2026-03-15".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_is_listed_apart_unless_one_device_is_above_the_threshold() {
    let (app, key) = app_and_key().await;
    let yesterday = app.clock.now() - TimeDelta::days(1);
    report(&key, clicks("198.51.100.1", yesterday, 30, 5)).await;
    let school = suspicious(&key, "").await;
    assert_eq!(
        (school.total_flagged_ips, school.total_shared_networks),
        (0, 1)
    );
    let group = &school.shared_networks[0];
    assert_eq!(group.classification, IpClassification::SharedNetwork);
    assert!(group.explanation.contains("5 devices"), "{group:?}");

    let later = yesterday + TimeDelta::hours(1);
    let mut busy = clicks("198.51.100.1", later, 5, 1);
    for click in &mut busy {
        click["device_fingerprint"] = json!("198.51.100.1-0");
    }
    report(&key, busy).await;
    assert_eq!(suspicious(&key, "").await.total_flagged_ips, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_network_is_explained_for_the_past_too_until_the_mark_is_taken_away() {
    let (app, key) = app_and_key().await;
    let yesterday = app.clock.now() - TimeDelta::days(1);
    report(&key, clicks("198.51.100.1", yesterday, 20, 1)).await;
    report(&key, burst("bot", yesterday, &[0, 1, 2])).await;
    assert_eq!(suspicious(&key, "").await.total_flagged_ips, 1);

    for network in ["198.51.0.0/16", "203.0.113.0/24"] {
        let body = json!({ "network": network, "name": "Lincoln Middle School" });
        key.post("/v1/institution-networks", &body)
            .await
            .assert_status(201);
    }
    let marked = suspicious(&key, "").await;
    assert_eq!(
        (marked.total_flagged_ips, marked.total_shared_networks),
        (0, 1)
    );
    assert_eq!(
        marked.shared_networks[0].classification,
        IpClassification::Institution
    );
    let bots: Bots = key.get("/v1/guardrails/bots").await.read();
    assert_eq!(
        bots.total_flagged_devices, 0,
        "one fingerprint may be a class"
    );

    let list = key.get("/v1/institution-networks").await.json();
    let networks: Vec<InstitutionNetwork> =
        serde_json::from_value(list["items"].clone()).expect("networks");
    for network in networks {
        key.delete(&format!("/v1/institution-networks/{}", network.id))
            .await
            .assert_status(204);
    }
    assert_eq!(suspicious(&key, "").await.total_flagged_ips, 1);
    let bots: Bots = key.get("/v1/guardrails/bots").await.read();
    assert_eq!(bots.total_flagged_devices, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_clicks_within_five_seconds_are_a_bot_and_within_six_are_not() {
    let (app, key) = app_and_key().await;
    let midnight = app.clock.now() - TimeDelta::hours(12);
    let noon = midnight - TimeDelta::hours(12);
    report(&key, burst("five", noon, &[0, 2, 5])).await;
    report(&key, burst("six", noon, &[0, 2, 6])).await;
    report(&key, burst("over-midnight", midnight, &[-2, -1, 1])).await;
    let bots: Bots = key.get("/v1/guardrails/bots").await.read();
    let found: Vec<_> = bots
        .bot_like_devices
        .iter()
        .map(|device| {
            (
                device.device_fingerprint.as_str(),
                device.fastest_burst_seconds,
            )
        })
        .collect();
    assert_eq!(found, [("over-midnight", 3.0), ("five", 5.0)]);
    assert_eq!(bots.detection_params.min_clicks, 3);

    let wider: Bots = key.get("/v1/guardrails/bots?time_window=6").await.read();
    assert_eq!(wider.total_flagged_devices, 3);
    let today: Bots = key.get("/v1/guardrails/bots?days=1").await.read();
    assert_eq!(
        today.total_flagged_devices, 0,
        "two of the clicks were before"
    );
    let pairs: Bots = key.get("/v1/guardrails/bots?min_clicks=2").await.read();
    assert_eq!(pairs.total_flagged_devices, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn referrers_are_flagged_for_many_conversions_and_for_certain_ones() {
    let (app, key) = app_and_key().await;
    let start = app.clock.now() - TimeDelta::days(2);
    let of = |referrer: &str, count| {
        let mut clicks = clicks("198.51.100.9", start, count, count);
        for click in &mut clicks {
            click["referrer"] = json!(referrer);
        }
        clicks
    };
    report(&key, of("honest", 5)).await;
    report(&key, conversions("honest", start, 4)).await;
    report(&key, of("certain", 5)).await;
    report(&key, conversions("certain", start, 5)).await;
    report(&key, conversions("ghost", start, 1)).await;
    report(&key, of("popular", 100)).await;
    report(&key, conversions("popular", start, 11)).await;
    let path = "/v1/guardrails/conversion-anomalies";
    let found: ConversionAnomalies = key.get(path).await.read();
    let days: Vec<_> = found
        .suspicious_referrers
        .iter()
        .map(|day| (day.referrer.as_str(), day.conversion_count))
        .collect();
    assert_eq!(days, [("popular", 11)]);
    let rates: Vec<_> = found
        .high_conversion_rate_referrers
        .iter()
        .map(|rate| (rate.referrer.as_str(), rate.kind, rate.conversion_rate))
        .collect();
    let expected = [
        (
            "certain",
            ConversionRateKind::HighConversionRate,
            Some(100.0),
        ),
        ("ghost", ConversionRateKind::ConversionsWithoutClicks, None),
    ];
    assert_eq!(rates, expected, "exactly 80 % is not flagged");
    assert_eq!(found.total_flagged, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ahead_of_its_time_counts_when_its_time_has_come() {
    let (app, key) = app_and_key().await;
    let now = app.clock.now();
    let mut ahead = clicks("198.51.100.1", now - TimeDelta::minutes(10), 11, 1);
    for (index, click) in ahead.iter_mut().enumerate() {
        click["occurred_at"] = json!(now + TimeDelta::seconds(index as i64 - 8));
    }
    report(&key, ahead).await;
    // Nine until now, the others in the next two seconds.
    assert_eq!(suspicious(&key, "").await.total_clicks, 9);
    app.clock.advance(TimeDelta::seconds(1));
    let later = suspicious(&key, "").await;
    assert_eq!((later.total_clicks, later.total_flagged_ips), (10, 0));
    app.clock.advance(TimeDelta::seconds(1));
    let due = suspicious(&key, "").await;
    assert_eq!((due.total_clicks, due.total_flagged_ips), (11, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_begins_with_its_first_instant_and_ends_before_its_last() {
    let (app, key) = app_and_key().await;
    let start = app.clock.now() - TimeDelta::days(1);
    report(&key, clicks("198.51.100.1", start, 3, 1)).await;
    let window = |from: DateTime<Utc>, to: DateTime<Utc>| {
        let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        format!("?from={}&to={}", text(from), text(to))
    };
    let minute = TimeDelta::minutes(1);
    let microsecond = TimeDelta::microseconds(1);
    let cases = [
        (start, start + minute * 2, 2),
        (start, start + minute * 2 + microsecond, 3),
        (start + microsecond, start + minute * 2, 1),
    ];
    for (from, to, clicks) in cases {
        let found = suspicious(&key, &window(from, to)).await;
        assert_eq!(found.total_clicks, clicks, "{from} to {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_at_fault_is_named() {
    let (_app, key) = app_and_key().await;
    let cases = [
        ("suspicious-clicks?days=0", "?days"),
        ("suspicious-clicks?days=91", "?days"),
        (
            "suspicious-clicks?days=1&from=2026-03-01T00:00:00Z",
            "?days",
        ),
        ("suspicious-clicks?from=2026-03-01T00:00:00Z", "?to"),
        ("suspicious-clicks?time_zone=Mars/Olympus", "?time_zone"),
        ("suspicious-clicks?threshold=0", "?threshold"),
        ("suspicious-clicks?threshold=1.5", "?threshold"),
        ("suspicious-clicks?time_window=5", "?time_window"),
        ("bots?time_window=61", "?time_window"),
        ("bots?min_clicks=1", "?min_clicks"),
        ("conversion-anomalies?rate_threshold=101", "?rate_threshold"),
        ("opt-outs?threshold=5", "?threshold"),
        ("coppa?days=many", "?days"),
        ("history?days=91", "?days"),
    ];
    for (path, pointer) in cases {
        let answer = key.get(&format!("/v1/guardrails/{path}")).await;
        let problem = answer.assert_problem(400, "malformed_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{path}");
    }
}
