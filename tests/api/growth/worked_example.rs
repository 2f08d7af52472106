//! The worked example of `docs/growth.md`: its tables are what is sent and what is expected.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_test_support::{TestApp, TestClient};

const DOCUMENT: &str = include_str!("../../../docs/growth.md");
const WINDOW: &str = "from=2026-03-01T00:00:00Z&to=2026-03-16T00:00:00Z";
const ENDPOINTS: [&str; 10] = [
    "k-factor",
    "k-factor/by-source",
    "viral-coefficient",
    "cycle-time",
    "cohorts",
    "funnel",
    "loop-efficiency",
    "timeline",
    "top-referrers",
    "forecast",
];

/// The cells of the rows of the table that begins with this heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = DOCUMENT.split_once(heading).expect(heading);
    let rows = rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |line: &'static str| {
        let inner = line.trim_matches('|').split('|');
        inner.map(|cell| cell.trim().trim_matches('`')).collect()
    };
    rows.map(cells).collect()
}

/// Equal users of the first table.
struct Group {
    users: i64,
    source: &'static str,
    invitations: i64,
    clicks: i64,
    conversions: i64,
    hours: i64,
    activations: i64,
}

impl Group {
    fn of(cells: &[&'static str]) -> Self {
        let number = |index: usize| cells[index].parse().expect("a number");
        Self {
            users: number(0),
            source: cells[1],
            invitations: number(2),
            clicks: number(3),
            conversions: number(4),
            hours: number(5),
            activations: number(6),
        }
    }

    /// What one of them does.
    fn events(&self, user: &str, token: &str) -> Vec<Value> {
        let invited: DateTime<Utc> = "2026-03-03T12:00:00Z".parse().expect("a time");
        let event = |kind: &str, number: i64, hours: i64| {
            json!({
                "type": kind, "link_token": token, "referee": format!("{user}-friend-{number}"),
                "occurred_at": invited + TimeDelta::hours(hours),
            })
        };
        let click = |number: i64| {
            json!({
                "type": "click", "link_token": token, "device_fingerprint": format!("{user}-device-{number}"),
                "occurred_at": invited + TimeDelta::hours(1),
            })
        };
        let mut events: Vec<Value> = Vec::new();
        events.extend((0..self.invitations).map(|number| event("invite_sent", number, 0)));
        events.extend((0..self.clicks).map(click));
        events.extend((0..self.conversions).map(|number| event("conversion", number, self.hours)));
        events.extend(
            (0..self.activations).map(|number| event("activation", number, self.hours + 2)),
        );
        events
    }
}

async fn sign_up(key: &TestClient, user: &str) {
    let body =
        json!({ "persona": "parent", "age_band": "adult", "signed_up_at": "2026-02-09T12:00:00Z" });
    let put = key.put(&format!("/v1/users/{user}"), &body).await;
    put.assert_status(201);
}

async fn token(key: &TestClient, user: &str, source: &str) -> String {
    let body = json!({
        "referrer": user, "source": source, "channel": "email", "target_url": "https://learn.example.org/join",
    });
    let link = key.post("/v1/links", &body).await.assert_status(201).json();
    link["token"].as_str().expect("a token").to_owned()
}

async fn active(key: &TestClient, users: &[String]) {
    for (day, active) in [("02-10", 20), ("02-16", 10), ("03-09", 4)] {
        for user in &users[..active] {
            let at = format!("2026-{day}T15:00:00Z");
            let body = json!({ "user": user, "kind": "practice", "at": at });
            key.post("/v1/activities", &body).await.assert_status(201);
        }
    }
}

/// Everything that the document says of these users.
async fn world() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let scopes = [
        "users:write",
        "links:write",
        "events:write",
        "events:import",
        "inputs:write",
        "guardrails:read",
    ];
    let key = app.key(&scopes).await;
    let (mut events, mut users) = (Vec::new(), Vec::new());
    for cells in table("| users | source |") {
        let group = Group::of(&cells);
        for _ in 0..group.users {
            let user = format!("user-{}", users.len());
            sign_up(&key, &user).await;
            if group.invitations > 0 {
                let token = token(&key, &user, group.source).await;
                events.extend(group.events(&user, &token));
            }
            users.push(user);
        }
    }
    let sent = key.post("/v1/events/bulk", &events).await.json();
    assert_eq!(sent["accepted"], events.len(), "{sent:#}");
    active(&key, &users).await;
    (app, key)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_what_the_document_works_out() {
    let (_app, key) = world().await;
    let mut answers: BTreeMap<&str, Value> = BTreeMap::new();
    let mut wrong = Vec::new();
    for cells in table("| figure | `/v1/metrics/` |") {
        let (path, pointer, value) = (cells[1], cells[2], cells[3]);
        if !answers.contains_key(path) {
            let and = if path.contains('?') { "&" } else { "?" };
            let window = if path.starts_with("cohorts") {
                ""
            } else {
                WINDOW
            };
            let answer = key.get(&format!("/v1/metrics/{path}{and}{window}")).await;
            answers.insert(path, answer.assert_status(200).json());
        }
        let expected: Value = serde_json::from_str(value).expect("JSON");
        let found = answers[path].pointer(pointer);
        if found != Some(&expected) {
            wrong.push(format!("{path} {pointer}: {found:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let asked = answers
        .keys()
        .map(|path| path.split('?').next().expect("a path"));
    let asked: BTreeSet<&str> = asked.collect();
    assert_eq!(asked, BTreeSet::from(ENDPOINTS));
}
