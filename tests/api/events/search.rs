//! Finding events by filter and page, and exporting them.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::events::{Event, EventsAnswer};
use viral_engine_test_support::TestApp;

use super::backend;
use crate::world::link;

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_every_filter_and_exported() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let now = app.clock.now();
    let events = json!([
        { "type": "click", "link_token": link.token, "device_fingerprint": "d1", "ip": "203.0.113.7", "occurred_at": now },
        { "type": "click", "referrer": "bob", "device_fingerprint": "=d2", "ip": "203.0.113.8", "occurred_at": now - TimeDelta::hours(1) },
        { "type": "invite_sent", "referrer": "bob", "referee": "cleo", "occurred_at": now - TimeDelta::hours(2) },
    ]);
    let answer: EventsAnswer = client.post("/v1/events/bulk", &events).await.read();
    let id = |index: usize| answer.results[index].id.expect("an id");
    let page: Page<Event> = client.get("/v1/events").await.read();
    let ip_key = page.items[0].ip_key.clone().expect("a key");
    for (query, expected) in [
        (String::new(), vec![0, 1, 2]),
        ("type=click".to_owned(), vec![0, 1]),
        ("class=human".to_owned(), vec![0, 1]),
        (format!("link_id={}", link.id), vec![0]),
        ("referrer=bob".to_owned(), vec![1, 2]),
        ("referrer=nobody".to_owned(), vec![]),
        ("device_fingerprint=d1".to_owned(), vec![0]),
        (format!("ip_key={ip_key}"), vec![0]),
        ("from=2026-03-16T11:00:00Z".to_owned(), vec![0, 1]),
        ("to=2026-03-16T11:00:00Z".to_owned(), vec![2]),
    ] {
        let page: Page<Event> = client.get(&format!("/v1/events?{query}")).await.read();
        let found: Vec<_> = page.items.iter().map(|event| event.id).collect();
        assert_eq!(
            found,
            expected.iter().map(|n| id(*n)).collect::<Vec<_>>(),
            "{query}"
        );
    }
    client
        .get("/v1/events?ip_key=203.0.113.7")
        .await
        .assert_problem(400, "malformed_request");
    let first: Page<Event> = client.get("/v1/events?limit=1").await.read();
    let next = first.next_cursor.expect("a further page");
    let second: Page<Event> = client
        .get(&format!("/v1/events?limit=1&cursor={next}"))
        .await
        .read();
    assert_eq!(second.items[0].id, id(1));

    let csv =
        String::from_utf8(client.get("/v1/events/export?type=click").await.body).expect("text");
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.contains(",'=d2,"), "{csv}");
    let ndjson =
        String::from_utf8(client.get("/v1/events/export?format=ndjson").await.body).expect("text");
    let exported: Vec<Event> = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    assert_eq!(
        exported.iter().map(|event| event.id).collect::<Vec<_>>(),
        [id(0), id(1), id(2)]
    );
}
