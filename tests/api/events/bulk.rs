//! Many events in one call: in either form, each on its own, and once however many calls there are.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::events::{EventStatus, EventsAnswer};
use viral_engine_test_support::TestApp;

use super::backend;
use crate::ingest::assert_rollups_equal_events;
use crate::world::{link, number};

#[tokio::test(flavor = "multi_thread")]
async fn good_items_of_a_bulk_call_are_kept_in_either_form() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    let click = |id: &str| json!({ "type": "click", "referrer": "ada", "event_id": id });
    let items = [
        click("1"),
        json!({ "type": "click", "ip": "x" }),
        click("1"),
        json!(7),
        click("2"),
        json!({ "type": "click", "link_token": "unknown" }),
    ];
    let array: EventsAnswer = client.post("/v1/events/bulk", &items).await.read();
    assert_eq!(
        (array.accepted, array.duplicates, array.rejected),
        (2, 1, 3)
    );
    let statuses: Vec<EventStatus> = array.results.iter().map(|result| result.status).collect();
    use EventStatus::{Accepted, Duplicate, Rejected};
    assert_eq!(
        statuses,
        [Accepted, Rejected, Duplicate, Rejected, Accepted, Rejected]
    );
    assert_eq!(array.results[2].id, array.results[0].id);
    let pointer = |index: usize| {
        array.results[index]
            .problem
            .as_ref()
            .expect("a problem")
            .errors[0]
            .pointer
            .clone()
    };
    assert_eq!(
        (pointer(1), pointer(3), pointer(5)),
        (
            "/1/ip".to_owned(),
            "/3".to_owned(),
            "/5/link_token".to_owned()
        )
    );

    let lines = items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
        + "\n\nnot json\n";
    let request = client
        .request(Method::POST, "/v1/events/bulk")
        .header("content-type", "application/x-ndjson")
        .body(lines);
    let lines: EventsAnswer = client.send(request).await.read();
    assert_eq!(
        (lines.accepted, lines.duplicates, lines.rejected),
        (0, 3, 4)
    );

    let request = client
        .request(Method::POST, "/v1/events/bulk")
        .header("content-type", "text/plain")
        .body("x");
    client
        .send(request)
        .await
        .assert_problem(415, "unsupported_media_type");
    client
        .post("/v1/events/bulk", &json!([]))
        .await
        .assert_problem(422, "validation_failed");
    client
        .post("/v1/events/bulk", &vec![json!({}); 5_001])
        .await
        .assert_problem(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_bulk_calls_keep_each_event_once() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let clients = [
        backend(&app).await,
        backend(&app).await,
        backend(&app).await,
    ];
    let batch: Vec<Value> = (0..500)
        .map(|n| {
            json!({
                "type": if n % 5 == 0 { "conversion" } else { "click" },
                "link_token": link.token,
                "referee": format!("referee-{}", n % 50),
                "device_fingerprint": format!("device-{}", n % 7),
                "ip": format!("203.0.113.{}", n % 3),
                "occurred_at": app.clock.now() - TimeDelta::milliseconds(n * 37),
                "event_id": format!("event-{n}"),
            })
        })
        .collect();
    let calls = clients
        .iter()
        .map(|client| client.post("/v1/events/bulk", &batch));
    let (mut accepted, mut duplicates) = (0, 0);
    for answer in futures_util::future::join_all(calls).await {
        let answer: EventsAnswer = answer.read();
        accepted += answer.accepted;
        duplicates += answer.duplicates;
    }
    // 400 clicks, and 10 referees with one conversion each.
    assert_eq!((accepted, duplicates), (410, 1_090));
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM events").await, 410);
    assert_rollups_equal_events(&mut conn, 3).await;
}
