//! What receivers are told, and that nobody is named.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::guardrails::CurrentAlerts;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_service::webhooks::publish_outbox;

use super::receiver::{Behaviour, Receiver};
use super::world::{World, eventually, json_of};
use crate::world::{click, conversion, link, number};

async fn told(world: &World, receiver: &Receiver, messages: usize) -> Vec<Value> {
    let received = eventually("messages", async || {
        publish_outbox(world.context()).await.expect("told");
        let received = receiver.received();
        (received.len() >= messages).then_some(received)
    })
    .await;
    assert_eq!(received.len(), messages);
    received.iter().map(json_of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_told_when_they_open_get_worse_and_are_resolved() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let wants = [
        WebhookEventType::AlertOpened,
        WebhookEventType::AlertEscalated,
        WebhookEventType::AlertResolved,
    ];
    let id = world.webhook_at(receiver.url(), &wants).await.webhook.id;
    let key = world.app.key(&["*"]).await;
    let reel = json!({ "student": "student-1", "reel_data": { "note": "ann@example.com" } });
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
    let current: CurrentAlerts = key.get("/v1/guardrails/alerts").await.read();
    key.get("/v1/guardrails/alerts").await.assert_status(200);
    world.until(id, "delivered", 1).await;
    key.post("/v1/progress-reels", &reel)
        .await
        .assert_status(201);
    key.get("/v1/guardrails/alerts").await.assert_status(200);
    world.until(id, "delivered", 2).await;

    world.app.clock.advance(TimeDelta::days(31));
    let none: CurrentAlerts = key.get("/v1/guardrails/alerts").await.read();
    assert_eq!(none.total_alerts, 0);
    world.until(id, "delivered", 3).await;
    let told = told(&world, &receiver, 3).await;
    assert_eq!(told[0]["type"], "alert.opened");
    assert_eq!(told[1]["type"], "alert.escalated");
    assert_eq!(told[1]["data"]["value"], 2.0);
    assert_eq!(told[2]["type"], "alert.resolved");
    for told in &told {
        assert_eq!(told["data"]["alert_id"], json!(current.alerts[0].id));
        assert_eq!(told["data"]["alert_type"], "coppa_violation");
        assert!(!told.to_string().contains("ann@"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_of_a_moment_are_one_message_and_each_conversion_is_its_own() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let wants = [
        WebhookEventType::LinkClicked,
        WebhookEventType::ConversionCreated,
    ];
    world.webhook_at(receiver.url(), &wants).await;
    let (one, other) = (
        link(&world.app, "parent-1").await,
        link(&world.app, "parent-2").await,
    );
    let now = world.app.clock.now();
    let clicks = vec![
        click(now, &one, "device-1", 1),
        click(now, &one, "device-2", 2),
        click(now, &other, "device-3", 3),
    ];
    let ingest = &world.app.clicks.ingest;
    ingest.store(clicks).await.expect("stored");
    let again = vec![
        click(now, &one, "device-1", 1),
        conversion(now, &one, "referee@example.org"),
        conversion(now, &one, "student-9"),
    ];
    ingest.store(again).await.expect("stored");

    let told = told(&world, &receiver, 3).await;
    let of_type = |kind: &str| -> Vec<&Value> {
        let found = told.iter().filter(|message| message["type"] == kind);
        found.map(|message| &message["data"]).collect()
    };
    let clicks = of_type("link.clicked");
    assert_eq!(clicks.len(), 1, "{told:#?}");
    let mut expected = vec![
        json!({ "link_id": one.id, "human": 2, "duplicate": 1 }),
        json!({ "link_id": other.id, "human": 1, "duplicate": 0 }),
    ];
    expected.sort_by_key(|link| link["link_id"].to_string());
    assert_eq!(clicks[0]["links"], json!(expected));
    let conversions = of_type("conversion.created");
    assert_eq!(conversions.len(), 2);
    for conversion in conversions {
        assert_eq!(conversion["link_id"], json!(one.id));
        assert!(conversion["event_id"].is_string() && conversion["referee_id"].is_string());
        assert!(
            !conversion.to_string().contains("example.org"),
            "{conversion}"
        );
    }
    let key = world.app.key(&["users:read"]).await;
    let mut referees = Vec::new();
    for conversion in of_type("conversion.created") {
        let id = conversion["referee_id"].as_str().expect("an id");
        let found = key.get(&format!("/v1/users?id={id}")).await;
        let found = found.assert_status(200).json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
        referees.push(found["items"][0]["external_id"].clone());
    }
    referees.sort_by_key(Value::to_string);
    assert_eq!(referees, [json!("referee@example.org"), json!("student-9")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_waits_for_a_second_so_that_a_second_makes_one_message() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let wants = [WebhookEventType::LinkClicked];
    world.webhook_at(receiver.url(), &wants).await;
    let link = link(&world.app, "parent-1").await;
    let now = world.app.clock.now();
    let ingest = &world.app.clicks.ingest;
    let store = async |device: &str| {
        let clicks = vec![click(now, &link, device, 1)];
        ingest.store(clicks).await.expect("stored");
    };
    store("device-1").await;
    // In the future, so that however slow this machine is, it has not waited yet.
    world
        .run_sql("UPDATE webhook_outbox SET created_at = now() + interval '1 hour'")
        .await;
    assert_eq!(publish_outbox(world.context()).await.expect("told"), 0);
    store("device-2").await;
    world
        .run_sql("UPDATE webhook_outbox SET created_at = now() - interval '1 second'")
        .await;
    assert_eq!(publish_outbox(world.context()).await.expect("told"), 1);
    assert_eq!(publish_outbox(world.context()).await.expect("told"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_wants_to_know_ingest_leaves_nothing() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let wants = [WebhookEventType::AlertOpened];
    world.webhook_at(receiver.url(), &wants).await;
    let link = link(&world.app, "parent-1").await;
    let now = world.app.clock.now();
    let events = vec![
        click(now, &link, "device-1", 1),
        conversion(now, &link, "student-9"),
    ];
    world.app.clicks.ingest.store(events).await.expect("stored");
    let left = "SELECT count(*) FROM webhook_outbox";
    assert_eq!(
        number(&mut *world.app.db().connection().await, left).await,
        0
    );
}
