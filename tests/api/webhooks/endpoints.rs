//! Receivers through the API, as an admin has them.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::users::reseal_personal_fields;
use viral_engine_test_support::test_app::ReplacedKeys;
use viral_engine_test_support::{TestApp, TestClient};

use super::receiver::{Behaviour, Receiver};
use super::world::{World, is_signed};
use crate::world::texts;

const URL: &str = "https://hooks.example.org/in?token=t0p-secret";

async fn create(admin: &TestClient) -> Value {
    let body = json!({ "url": URL, "description": " CRM ", "event_types": ["conversion.created", "alert.opened", "alert.opened"] });
    let created = admin.post("/v1/webhooks", &body).await;
    created.assert_status(201);
    created.json()
}

fn path(created: &Value) -> String {
    let id = created["webhook"]["id"].as_str().expect("an id");
    format!("/v1/webhooks/{id}")
}

async fn patch(client: &TestClient, path: &str, tag: &str, body: &Value) -> u16 {
    let request = client.request(Method::PATCH, path).json(body);
    client.send(request.header("if-match", tag)).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once_and_kept_from_everybody() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let created = create(&admin).await;
    let secret = created["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("whsec_"));
    assert_eq!(created["webhook"]["description"], "CRM");
    assert_eq!(
        created["webhook"]["event_types"],
        json!(["alert.opened", "conversion.created"])
    );
    let path = path(&created);
    let rotated = admin.post(&format!("{path}/rotate"), &json!({})).await;
    rotated.assert_status(200);
    let new_secret = rotated.json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    assert_ne!(new_secret, secret);

    for path in [path.as_str(), "/v1/webhooks", "/v1/audit-entries?limit=100"] {
        let answer = admin.get(path).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("whsec_"), "{path}: {text}");
    }
    let mut conn = app.db().connection().await;
    for table in ["webhook_endpoints", "audit_entries", "idempotency_keys"] {
        let rows = texts(&mut conn, &format!("SELECT * FROM {table}"))
            .await
            .join("\n");
        assert!(!rows.contains("whsec_"), "{table}: {rows}");
        let hidden = hex::encode(&secret.as_bytes()[6..]);
        assert!(!rows.contains(&hidden), "{table}: {rows}");
    }
    let audited = texts(&mut conn, "SELECT changes FROM audit_entries")
        .await
        .join("\n");
    assert!(audited.contains("https://hooks.example.org"), "{audited}");
    assert!(!audited.contains("t0p-secret"), "{audited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_changed_from_the_version_that_was_read() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let path = path(&create(&admin).await);
    let read = admin.get(&path).await;
    let tag = read.header("etag").expect("an ETag").to_owned();
    let body = json!({ "event_types": ["link.clicked"], "status": "disabled" });
    assert_eq!(patch(&admin, &path, &tag, &body).await, 200);
    assert_eq!(patch(&admin, &path, &tag, &body).await, 412);
    let changed = admin.get(&path).await.json();
    assert_eq!(changed["event_types"], json!(["link.clicked"]));
    assert_eq!(
        (&changed["status"], &changed["disabled_reason"]),
        (&json!("disabled"), &json!("operator"))
    );

    let enabled = admin.post(&format!("{path}/enable"), &json!({})).await;
    enabled.assert_status(200);
    assert_eq!(enabled.json()["status"], "enabled");
    let body = json!({ "status": "enabled" });
    assert_eq!(patch(&admin, &path, "*", &body).await, 422);
    let body = json!({ "url": "https://10.0.0.1/" });
    assert_eq!(patch(&admin, &path, "*", &body).await, 422);

    admin.delete(&path).await.assert_status(204);
    admin.get(&path).await.assert_problem(404, "not_found");
    admin.delete(&path).await.assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_subscribe_to_is_refused() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (event_types, pointer) in [
        (json!([]), "/event_types"),
        (json!(["alert.opened", "webhook.test"]), "/event_types/1"),
    ] {
        let body = json!({ "url": URL, "event_types": event_types });
        let problem = admin
            .post("/v1/webhooks", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let body = json!({ "url": URL, "event_types": ["made.up"] });
    assert_eq!(admin.post("/v1/webhooks", &body).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_a_hundred_webhooks_at_most() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    create(&admin).await;
    let fill = "INSERT INTO webhook_endpoints (id, url, description, event_types, secret, version, created_at, updated_at) \
                SELECT gen_random_uuid(), url, '', event_types, secret, 1, created_at, updated_at \
                FROM webhook_endpoints, generate_series(1, 99)";
    diesel_async::SimpleAsyncConnection::batch_execute(&mut *app.db().connection().await, fill)
        .await
        .expect("webhooks");
    let body = json!({ "url": URL, "event_types": ["alert.opened"] });
    admin
        .post("/v1/webhooks", &body)
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_tests_a_webhook_reads_how_it_went_and_sends_it_again() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let admin = world.app.operator(Role::Admin).await;
    let created = world.webhook(&receiver).await;
    let id = created.webhook.id;
    let path = format!("/v1/webhooks/{id}");
    let tested = admin.post(&format!("{path}/test"), &json!({})).await;
    tested.assert_status(202);
    world.until(id, "delivered", 1).await;

    let listed = admin.get(&format!("{path}/deliveries")).await.json();
    let delivery = &listed["items"][0];
    assert_eq!(delivery["message_id"], tested.json()["message_id"]);
    assert_eq!(delivery["event_type"], "webhook.test");
    assert_eq!(delivery["attempts"][0]["status_code"], 200);
    assert_eq!(delivery["attempts"][0]["answer"], "noted");
    let pending = format!("{path}/deliveries?status=pending");
    assert_eq!(admin.get(&pending).await.json()["items"], json!([]));

    let message = delivery["message_id"].as_str().expect("an id");
    let resend = format!("{path}/deliveries/{message}/resend");
    admin.post(&resend, &json!({})).await.assert_status(202);
    world.attempted(id, 2).await;
    assert_eq!(
        receiver.received()[0].headers["webhook-id"],
        receiver.received()[1].headers["webhook-id"]
    );
    let unknown = format!("{path}/deliveries/{id}/resend");
    admin
        .post(&unknown, &json!({}))
        .await
        .assert_problem(404, "not_found");
    let malformed = format!("{path}/deliveries/x/resend");
    assert_eq!(admin.post(&malformed, &json!({})).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_listed_in_pages_newest_first() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let admin = world.app.operator(Role::Admin).await;
    let id = world.webhook(&receiver).await.webhook.id;
    for number in 0..5 {
        world.publish(number).await;
    }
    world.until(id, "delivered", 5).await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/webhooks/{id}/deliveries?limit=2{cursor}");
        let page = admin.get(&path).await.json();
        let items = page["items"].as_array().expect("items").clone();
        seen.extend(items.into_iter().map(|item| item["message_id"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all = world.deliveries(id).await;
    let all: Vec<Value> = all.iter().map(|d| json!(d.message_id)).collect();
    assert_eq!(seen, all);
    assert_eq!(seen.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_follow_the_key_of_personal_data_when_it_is_replaced() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let created = world.webhook(&receiver).await;
    let replaced = ReplacedKeys::new();
    let context = viral_engine_service::Context {
        keys: std::sync::Arc::new(replaced.during.clone()),
        ..world.context().clone()
    };
    reseal_personal_fields(&context).await.expect("resealed");
    // Signed by a worker that knows the new key alone.
    let world = world.with_keys(replaced.after.clone()).await;
    world.publish(1).await;
    world.until(created.webhook.id, "delivered", 1).await;
    assert!(is_signed(&world, &receiver.received()[0], &created.secret));
}
