//! One receiver: what it gets, when again, and when no more.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::webhooks::{
    RotateWebhookSecret, WebhookDeliveryStatus, WebhookDisabledReason, WebhookEventType,
    WebhookStatus,
};
use viral_engine_service::auth::create_admin;
use viral_engine_service::webhooks::{
    enable_webhook, prune_webhooks, publish, resend_webhook_message, rotate_webhook_secret,
    test_webhook,
};
use viral_engine_service::{Caller, ServiceError};

use super::receiver::{Behaviour, Receiver};
use super::world::{World, is_signed, json_of};
use crate::world::number;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_arrives_signed_and_its_answer_is_noted() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::Answers(200, "hi ada@example.org".into())).await;
    let created = world.webhook(&receiver).await;
    assert_eq!(world.publish(7).await, 1);
    let delivery = world.attempted(created.webhook.id, 1).await;

    let received = &receiver.received()[0];
    assert_eq!(received.line, "POST /in?tenant=7 HTTP/1.1");
    assert_eq!(received.headers["content-type"], "application/json");
    assert_eq!(
        received.headers["webhook-id"],
        delivery.message_id.to_string()
    );
    assert!(is_signed(&world, received, &created.secret));
    assert_eq!(
        json_of(received),
        json!({ "type": "alert.opened", "timestamp": "2026-03-16T12:00:00.000000Z", "data": { "number": 7 } })
    );

    assert_eq!(delivery.status, WebhookDeliveryStatus::Delivered);
    assert_eq!(delivery.finished_at, Some(world.app.clock.now()));
    assert_eq!(delivery.attempts[0].status_code, Some(200));
    let answer = delivery.attempts[0].answer.as_deref().expect("an answer");
    assert!(
        answer.starts_with("hi ") && !answer.contains("ada@"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_refused_comes_again_with_the_same_id_and_body() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(500)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Pending);
    let wait = delivery.next_attempt_at.expect("another") - world.app.clock.now();
    assert!(wait >= TimeDelta::seconds(5) && wait <= TimeDelta::milliseconds(5_500));
    assert!(world.read(id).await.failing_since.is_some());

    receiver.behave(Behaviour::status(204));
    world.hurry().await;
    let delivery = world.attempted(id, 2).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Delivered);
    assert_eq!(delivery.next_attempt_at, None);
    assert_eq!(world.read(id).await.failing_since, None);
    let received = receiver.received();
    assert_eq!(
        received[0].headers["webhook-id"],
        received[1].headers["webhook-id"]
    );
    assert_eq!(received[0].body, received[1].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_eight_attempts_a_message_has_failed_and_can_be_sent_again() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(503)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    for attempt in 1..8 {
        let delivery = world.attempted(id, attempt).await;
        assert_eq!(delivery.status, WebhookDeliveryStatus::Pending, "{attempt}");
        world.hurry().await;
    }
    let delivery = world.attempted(id, 8).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Failed);
    let waiting = "SELECT count(*) FROM jobs WHERE state = 'waiting'";
    assert_eq!(
        number(&mut *world.app.db().connection().await, waiting).await,
        0
    );

    receiver.behave(Behaviour::status(200));
    let system = Caller::system();
    let again = resend_webhook_message(world.context(), &system, id, delivery.message_id).await;
    assert_eq!(
        again.expect("sent again").status,
        WebhookDeliveryStatus::Pending
    );
    let delivery = world.attempted(id, 9).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Delivered);
    let received = receiver.received();
    assert_eq!(
        received[0].headers["webhook-id"],
        received[8].headers["webhook-id"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn five_days_of_failure_disable_a_receiver_and_operators_are_told() {
    let world = World::new().await;
    let password = "correct horse battery staple";
    create_admin(world.context(), "ada@example.org", "Ada", password)
        .await
        .expect("an admin");
    let receiver = Receiver::start(Behaviour::status(500)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    world.attempted(id, 1).await;
    let since = world.app.clock.now();

    world
        .app
        .clock
        .advance(TimeDelta::days(5) - TimeDelta::seconds(1));
    world.hurry().await;
    world.attempted(id, 2).await;
    let webhook = world.read(id).await;
    assert_eq!(webhook.status, WebhookStatus::Enabled);
    assert_eq!(webhook.failing_since, Some(since));

    world.app.clock.advance(TimeDelta::seconds(1));
    world.publish(2).await;
    world.until(id, "failed", 1).await;
    let webhook = world.read(id).await;
    assert_eq!(webhook.status, WebhookStatus::Disabled);
    assert_eq!(
        webhook.disabled_reason,
        Some(WebhookDisabledReason::Failing)
    );
    // The message of five days ago, which was still to come again.
    world.until(id, "skipped", 1).await;
    let told = "SELECT count(*) FROM audit_entries WHERE action = 'disable_webhook' AND actor_kind = 'system'";
    assert_eq!(
        number(&mut *world.app.db().connection().await, told).await,
        1
    );
    let mailed = "SELECT count(*) FROM emails WHERE kind = 'webhook_disabled' AND state = 'queued'";
    assert_eq!(
        number(&mut *world.app.db().connection().await, mailed).await,
        1
    );
    assert_eq!(world.publish(3).await, 0, "it is told nothing more");

    receiver.behave(Behaviour::status(200));
    let enabled = enable_webhook(world.context(), &Caller::system(), id)
        .await
        .expect("enabled");
    assert_eq!(
        (enabled.status, enabled.failing_since, enabled.disabled_at),
        (WebhookStatus::Enabled, None, None)
    );
    assert_eq!(world.publish(4).await, 1);
    world.until(id, "delivered", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_disabled_at_once() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(410)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Failed);
    assert_eq!(
        world.read(id).await.disabled_reason,
        Some(WebhookDisabledReason::Gone)
    );
    let refused =
        resend_webhook_message(world.context(), &Caller::system(), id, delivery.message_id).await;
    assert!(
        matches!(refused, Err(ServiceError::Conflict(_))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_reaches_a_disabled_receiver_and_its_failure_has_no_consequence() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(500)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    let system = Caller::system();
    test_webhook(world.context(), &system, id)
        .await
        .expect("a test");
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.event_type, WebhookEventType::WebhookTest);
    assert_eq!(delivery.status, WebhookDeliveryStatus::Failed);
    assert_eq!(world.read(id).await.failing_since, None);

    world
        .run_sql("UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = 'operator'")
        .await;
    receiver.behave(Behaviour::status(200));
    test_webhook(world.context(), &system, id)
        .await
        .expect("a test");
    world.until(id, "delivered", 1).await;
    let status = &json_of(&receiver.received()[1])["data"]["status"];
    assert_eq!(status, "disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_rotated_messages_carry_signatures_by_both() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let created = world.webhook(&receiver).await;
    let id = created.webhook.id;
    let overlap = RotateWebhookSecret {
        overlap_hours: Some(2),
    };
    let rotated = rotate_webhook_secret(world.context(), &Caller::system(), id, &overlap)
        .await
        .expect("rotated");
    assert_ne!(rotated.secret, created.secret);

    world.publish(1).await;
    world.until(id, "delivered", 1).await;
    world.app.clock.advance(TimeDelta::hours(2));
    world.publish(2).await;
    world.until(id, "delivered", 2).await;
    let received = receiver.received();
    let [both, new] = &received[..] else {
        panic!("two messages");
    };
    assert_eq!(both.headers["webhook-signature"].split(' ').count(), 2);
    assert_eq!(new.headers["webhook-signature"].split(' ').count(), 1);
    assert!(is_signed(&world, new, &rotated.secret));
    assert!(!is_signed(&world, new, &created.secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_told_to_nobody() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    let mut conn = world.app.db().connection().await;
    let now = world.app.clock.now();
    let rolled_back = conn
        .transaction(async |conn| {
            publish(conn, now, WebhookEventType::AlertOpened, &json!({})).await?;
            Err::<(), _>(ServiceError::NotFound("reason to commit"))
        })
        .await;
    assert!(rolled_back.is_err());
    world.publish(1).await;
    world.until(id, "delivered", 1).await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_receiver_that_wants_it_nothing_is_stored() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let wants = [WebhookEventType::ReportReady];
    world.webhook_at(receiver.url(), &wants).await;
    assert_eq!(world.publish(1).await, 0);
    let mut conn = world.app.db().connection().await;
    for table in ["webhook_messages", "webhook_deliveries", "jobs"] {
        let count = format!("SELECT count(*) FROM {table}");
        assert_eq!(number(&mut conn, &count).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_forgotten_after_thirty_days() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    world.until(id, "delivered", 1).await;
    world.app.clock.advance(TimeDelta::days(30));
    world.publish(2).await;
    assert_eq!(prune_webhooks(world.context()).await.expect("pruned"), 0);
    world.app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(prune_webhooks(world.context()).await.expect("pruned"), 1);
    assert_eq!(world.deliveries(id).await.len(), 1);
}
