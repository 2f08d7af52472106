//! Receivers of every kind: none of them harms the sender or the other receivers.

use std::time::{Duration, Instant};

use viral_engine_api_types::webhooks::{WebhookDeliveryStatus, WebhookEventType};
use viral_engine_service::webhooks::Sender;

use super::receiver::{Behaviour, Receiver};
use super::world::World;

/// The error of the only attempt.
async fn error_of(world: &World, url: String) -> String {
    let created = world
        .webhook_at(url, &[WebhookEventType::AlertOpened])
        .await;
    world.publish(1).await;
    let delivery = world.attempted(created.webhook.id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Pending);
    let attempt = &delivery.attempts[0];
    assert_eq!((attempt.status_code, &attempt.answer), (None, &None));
    attempt.error.clone().expect("an error")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let world = World::new().await;
    let private = Receiver::start(Behaviour::status(200)).await;
    let receiver = Receiver::start(Behaviour::Redirects(private.url())).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Pending);
    assert_eq!(delivery.attempts[0].status_code, Some(302));
    assert_eq!(private.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_endless_answer_the_first_kilobyte_is_kept() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::NeverStops).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Delivered);
    let answer = delivery.attempts[0].answer.as_deref();
    assert_eq!(answer, Some("x".repeat(1_024).as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_receiver_dawdles_after_its_yes_is_delivered() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::Trickles).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    assert_eq!(delivery.status, WebhookDeliveryStatus::Delivered);
    let answer = delivery.attempts[0].answer.as_deref().expect("its begin");
    assert!(answer.starts_with('x') && answer.len() < 100, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_keeps_silent_is_given_up_in_time() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::KeepsSilent).await;
    let error = error_of(&world, receiver.url()).await;
    assert_eq!(error, "there was no answer in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_port_is_a_failed_attempt() {
    let world = World::new().await;
    // A port that was free a moment ago.
    let url = Receiver::start(Behaviour::status(200)).await.url();
    let error = error_of(&world, url).await;
    assert!(
        error.starts_with("the connection could not be made"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_is_a_failed_attempt() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::Babbles).await;
    let error = error_of(&world, receiver.url()).await;
    assert_eq!(error, "the answer is not HTTP, or the connection broke");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_without_tls_gets_nothing_over_https() {
    let world = World::new().await;
    let receiver = Receiver::start(Behaviour::Babbles).await;
    let url = format!("https://127.0.0.1:{}/", receiver.port());
    let error = error_of(&world, url).await;
    assert!(
        error.starts_with("no secure connection could be made"),
        "{error}"
    );
    assert!(receiver.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_receiver_takes_few_slots_and_slows_nobody() {
    // As long as in real life, so that whoever waited for the dead one would be late.
    let world = World::with(Sender::new(true)).await;
    let dead = Receiver::start(Behaviour::KeepsSilent).await;
    let healthy = Receiver::start(Behaviour::status(200)).await;
    world.webhook(&dead).await;
    let id = world.webhook(&healthy).await.webhook.id;
    let begun = Instant::now();
    for number in 0..40 {
        assert_eq!(world.publish(number).await, 2);
    }
    world.until(id, "delivered", 40).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(dead.most_open(), 1, "it is given time before it is trusted");
    assert!(healthy.most_open() <= 4, "{}", healthy.most_open());
    assert_eq!(dead.connections(), dead.most_open());
}
