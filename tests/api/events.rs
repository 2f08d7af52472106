//! Reporting, finding and exporting events.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::Page;
use viral_engine_api_types::events::{Event, EventResult, EventStatus, EventsAnswer};
use viral_engine_service::events::reject_unknown_clicks;
use viral_engine_test_support::{TestApp, TestClient};

use crate::ingest::assert_rollups_equal_events;
use crate::world::{FIREFOX, click, link, number, texts};

async fn backend(app: &TestApp) -> TestClient {
    app.key(&["events:read", "events:write", "links:read"])
        .await
}

async fn report(client: &TestClient, event: Value) -> EventResult {
    client.post("/v1/events", &event).await.read()
}

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
async fn a_referee_converts_once() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let event = |referrer: Option<&str>| json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token, "referrer": referrer });
    let first = report(&client, event(None)).await;
    let again = report(&client, event(Some("bob"))).await;
    assert_eq!((again.status, again.id), (EventStatus::Duplicate, first.id));
    let activation =
        json!({ "type": "activation", "referee": "newcomer", "link_token": link.token });
    assert_eq!(
        report(&client, activation).await.status,
        EventStatus::Accepted
    );
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE type = 'conversion'"
        )
        .await,
        1
    );
    assert_rollups_equal_events(&mut conn, 3).await;
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
async fn a_conversion_that_overtakes_its_click_is_completed_by_it() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    // The hit lies in the click log, and the target page reports before it is shipped.
    let hit = click(app.clock.now(), &link, "device", 1);
    let click_id = hit.id;
    let event = json!({ "type": "conversion", "referee": "newcomer", "click_id": click_id });
    assert_eq!(report(&client, event).await.status, EventStatus::Accepted);
    let late = json!({ "type": "activation", "referee": "newcomer", "click_id": click_id, "referrer": "bob" });
    report(&client, late).await;
    app.clicks.ingest.store(vec![hit]).await.expect("stored");
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
    let waiting = "SELECT count(*) FROM awaited_clicks";
    assert_eq!(number(&mut *app.db().connection().await, waiting).await, 0);
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("ada"));
    assert_eq!(page.items[0].link_id, Some(link.id));
    let page: Page<Event> = client.get("/v1/events?type=activation").await.read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("bob"));
    // The same for a click that is stored already.
    let event = json!({ "type": "conversion", "referee": "another", "click_id": click_id });
    report(&client, event).await;
    let page: Page<Event> = client
        .get("/v1/events?type=conversion&limit=1")
        .await
        .read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("ada"));
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_click_is_given_up_after_a_day() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let invented = json!({
        "type": "conversion", "referee": "newcomer", "click_id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
    });
    report(&client, invented.clone()).await;
    let genuine = json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token });
    // The click may still come, from the log of a slow node.
    app.clock.advance(TimeDelta::hours(23));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 0);

    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 1);
    assert_eq!(report(&client, genuine).await.status, EventStatus::Accepted);
    assert_eq!(
        report(&client, invented).await.status,
        EventStatus::Duplicate,
        "the referee is credited to ada"
    );
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    let told: Vec<_> = page
        .items
        .iter()
        .map(|event| (event.referrer.as_deref(), event.reject_reason.as_deref()))
        .collect();
    assert_eq!(told, [(Some("ada"), None), (None, Some("unknown_click"))]);
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_names_its_referrer_keeps_its_credit_whatever_its_click() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    let named = json!({
        "type": "conversion", "referee": "newcomer", "referrer": "ada",
        "click_id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
    });
    report(&client, named.clone()).await;
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 1);
    assert_eq!(report(&client, named).await.status, EventStatus::Duplicate);
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    assert_eq!(page.items[0].reject_reason, None);
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_click_gives_way_to_a_conversion_whose_origin_is_known() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let invented = click(app.clock.now(), &link, "nobody", 1).id;
    let event = json!({ "type": "conversion", "referee": "newcomer", "click_id": invented });
    let first = report(&client, event.clone()).await;
    assert_eq!(report(&client, event).await.status, EventStatus::Duplicate);
    let honest = json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token });
    let second = report(&client, honest.clone()).await;
    assert_eq!(second.status, EventStatus::Accepted);
    let third = report(&client, honest).await;
    assert_eq!(
        (third.status, third.id),
        (EventStatus::Duplicate, second.id)
    );
    let mut conn = app.db().connection().await;
    let credits = "SELECT event_id::text FROM conversion_credits";
    let id = second.id.map(|id| format!("({id})"));
    assert_eq!(texts(&mut conn, credits).await, Vec::from_iter(id));
    let rejected = "SELECT id::text FROM events WHERE reject_reason = 'unknown_click'";
    let id = first.id.map(|id| format!("({id})"));
    assert_eq!(texts(&mut conn, rejected).await, Vec::from_iter(id));
    assert_eq!(
        number(&mut conn, "SELECT count(*) FROM awaited_clicks").await,
        0
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_themselves_by_a_link_or_a_click_either() {
    let app = TestApp::new().await;
    let link = link(&app, "selfy").await;
    let client = backend(&app).await;
    let hit = click(app.clock.now(), &link, "device", 1);
    let click_id = hit.id;
    app.clicks.ingest.store(vec![hit]).await.expect("stored");
    for (field, value) in [
        ("referrer", json!("selfy")),
        ("link_token", json!(link.token)),
        ("click_id", json!(click_id)),
    ] {
        for kind in ["conversion", "activation", "invite_sent"] {
            let mut event = json!({ "type": kind, "referee": "selfy" });
            event[field] = value.clone();
            let answer = client.post("/v1/events", &event).await;
            let problem = answer.assert_problem(422, "validation_failed");
            let told = json!([{ "pointer": "/referee", "code": "self_referral", "detail": "Nobody invites themselves." }]);
            assert_eq!(problem["errors"], told, "{kind} by {field}");
        }
    }
    // Sent twice in one call, the second is no duplicate of anything.
    let own = json!({ "type": "conversion", "referee": "selfy", "link_token": link.token, "event_id": "once" });
    let answer = client.post("/v1/events/bulk", &json!([own, own])).await;
    let results = answer.json()["results"].clone();
    for index in 0..2 {
        assert_eq!(results[index]["status"], "rejected", "{results}");
    }
    // Nothing of it is in the way of a true referral, and whoever is named is believed.
    let by_bob = json!({ "type": "conversion", "referee": "selfy", "referrer": "bob", "link_token": link.token, "event_id": "once" });
    assert_eq!(report(&client, by_bob).await.status, EventStatus::Accepted);
    let mut conn = app.db().connection().await;
    let stored = "SELECT count(*) FROM events WHERE type <> 'click'";
    assert_eq!(number(&mut conn, stored).await, 1);
    assert_rollups_equal_events(&mut conn, 3).await;
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
