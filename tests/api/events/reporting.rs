//! One reported event: what is kept of it, how a click is classed, and what is refused.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::events::{Event, EventResult, EventStatus};
use viral_engine_test_support::TestApp;

use super::{backend, report};
use crate::ingest::assert_rollups_equal_events;
use crate::world::{FIREFOX, link, number, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_event_is_kept_without_what_may_not_be_kept() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let sent = json!({
        "type": "conversion",
        "link_token": link.token,
        "referee": "newcomer",
        "occurred_at": "2026-03-16T11:00:00.123456Z",
        "ip": "203.0.113.77",
        "device_fingerprint": "device-1",
        "user_agent": FIREFOX,
        "value": "12.50",
        "currency": "EUR",
        "properties": { "plan": "family", "contact": "joe@example.com" },
        "event_id": "order-7",
    });
    let answer = client.post("/v1/events", &sent).await;
    answer.assert_status(201);
    let result: EventResult = answer.read();
    assert_eq!(result.status, EventStatus::Accepted);
    let page: Page<Event> = client.get("/v1/events").await.read();
    let event = &page.items[0];
    assert_eq!(Some(event.id), result.id);
    assert_eq!(event.referrer.as_deref(), Some("ada"));
    assert_eq!(event.referee.as_deref(), Some("newcomer"));
    assert_eq!(event.link_id, Some(link.id));
    assert_eq!(
        event.occurred_at.to_rfc3339(),
        "2026-03-16T11:00:00.123456+00:00"
    );
    assert_eq!(event.received_at, app.clock.now());
    assert_eq!(event.ip_prefix.as_deref(), Some("203.0.113.0/24"));
    assert_eq!(
        (event.value.as_deref(), event.currency.as_deref()),
        (Some("12.5"), Some("EUR"))
    );
    assert_eq!(event.properties["plan"], "family");
    let mut conn = app.db().connection().await;
    let everything = texts(&mut conn, "SELECT * FROM events").await.join("");
    for secret in ["203.0.113.77", "joe@example.com", "Firefox"] {
        assert!(!everything.contains(secret), "{secret}: {everything}");
    }
    let known = texts(
        &mut conn,
        "SELECT age_band FROM users WHERE external_id = 'newcomer'",
    )
    .await;
    assert_eq!(known, ["(unknown)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_id_is_accepted_once_within_thirty_days() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    let event = json!({ "type": "click", "referrer": "ada", "event_id": "e-1" });
    let first = report(&client, event.clone()).await;
    let again = client.post("/v1/events", &event).await;
    assert_eq!(again.status, 200);
    let again: EventResult = again.read();
    assert_eq!((again.status, again.id), (EventStatus::Duplicate, first.id));
    app.clock.advance(TimeDelta::days(29));
    assert_eq!(
        report(&client, event.clone()).await.status,
        EventStatus::Duplicate
    );
    app.clock.advance(TimeDelta::days(1));
    let later = report(&client, event).await;
    assert_eq!(later.status, EventStatus::Accepted);
    assert_ne!(later.id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_of_platforms_are_classified_as_far_as_they_tell() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let click = |device: Option<&str>, agent: Option<&str>| json!({ "type": "click", "link_token": link.token, "device_fingerprint": device, "user_agent": agent, "ip": "203.0.113.7" });
    for (device, agent) in [
        (Some("d1"), None),
        (Some("d1"), Some(FIREFOX)),
        (Some("d2"), Some(FIREFOX)),
        (None, None),
        (
            Some("d3"),
            Some("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        ),
        (Some("d4"), Some("WhatsApp/2.23.20.0")),
    ] {
        report(&client, click(device, agent)).await;
        app.clock.advance(TimeDelta::seconds(1));
    }
    let page: Page<Event> = client.get("/v1/events").await.read();
    let classes: Vec<&str> = page
        .items
        .iter()
        .rev()
        .map(|event| event.class.expect("a class").as_str())
        .collect();
    assert_eq!(
        classes,
        ["human", "duplicate", "human", "human", "bot", "preview"]
    );
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_of_blocked_devices_are_rejected() {
    let app = TestApp::new().await;
    let operator = app.key(&["blocks:write"]).await;
    for (entity, value) in [("device", "farm-1"), ("network", "198.51.100.0/24")] {
        let block = json!({ "entity": entity, "value": value, "reason": "Click farm" });
        operator.post("/v1/blocks", &block).await.assert_status(201);
    }
    let client = backend(&app).await;
    for (device, ip) in [
        ("farm-1", "203.0.113.7"),
        ("other", "198.51.100.9"),
        ("other", "203.0.113.7"),
    ] {
        report(
            &client,
            json!({ "type": "click", "referrer": "ada", "device_fingerprint": device, "ip": ip }),
        )
        .await;
    }
    let rejected: Page<Event> = client.get("/v1/events?class=rejected").await.read();
    assert_eq!(rejected.items.len(), 2);
    assert!(
        rejected
            .items
            .iter()
            .all(|event| event.reject_reason.as_deref() == Some("blocked"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_at_fault_is_named() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    for (field, value) in [
        ("type", json!("impression")),
        ("link_token", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("click_id", json!("7")),
        ("click_id", json!("00000000-0000-0000-0000-000000000000")),
        ("ip", json!("300.1.1.1")),
        ("occurred_at", json!("2026-03-09T11:59:59Z")),
        ("occurred_at", json!("2026-03-16T12:05:01Z")),
        ("value", json!("1e3")),
        ("currency", json!("eur")),
        ("event_id", json!("x".repeat(129))),
        ("device_fingerprint", json!("")),
        ("properties", json!({ "text": "x".repeat(4096) })),
        ("referee", json!("ada")),
        ("colour", json!("red")),
    ] {
        let mut event =
            json!({ "type": "click", "referrer": "ada", "value": "1", "currency": "EUR" });
        event[field] = value.clone();
        let problem = client
            .post("/v1/events", &event)
            .await
            .assert_problem(422, "validation_failed");
        let pointer = problem["errors"][0]["pointer"].as_str().expect("a pointer");
        assert_eq!(pointer, format!("/{field}"), "{field} {value}: {problem}");
    }
    for event in [
        json!({ "type": "conversion" }),
        json!({ "type": "activation" }),
    ] {
        let problem = client
            .post("/v1/events", &event)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/referee");
    }
    let invitation = json!({ "type": "invite_sent", "referee": "newcomer" });
    client
        .post("/v1/events", &invitation)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(
        number(
            &mut *app.db().connection().await,
            "SELECT count(*) FROM events"
        )
        .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_past_time_needs_the_scope_to_import() {
    let app = TestApp::new().await;
    let old = json!({ "type": "click", "referrer": "ada", "occurred_at": "2015-05-17T10:05:03Z" });
    backend(&app)
        .await
        .post("/v1/events", &old)
        .await
        .assert_problem(422, "validation_failed");
    let importer = app.key(&["events:write", "events:import"]).await;
    importer.post("/v1/events", &old).await.assert_status(201);
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(&mut conn, "SELECT count(*) FROM events_2015_05").await,
        1
    );
}
