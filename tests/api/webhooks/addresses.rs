//! Nothing is ever sent into a private network, whatever names and addresses say.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_service::webhooks::Sender;
use viral_engine_service::webhooks::sender::Lookup;
use viral_engine_test_support::TestApp;

use super::receiver::{Behaviour, Receiver};
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused_in_every_spelling() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://10.1.2.3/",
        "https://100.100.100.100/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.0.1:8443/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
    ] {
        let body = json!({ "url": url, "event_types": ["alert.opened"] });
        let problem = admin
            .post("/v1/webhooks", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}");
        assert_eq!(problem["errors"][0]["code"], "not_public", "{url}");
    }
    for (url, code) in [
        ("http://hooks.example.org/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://user:password@hooks.example.org/", "credentials"),
        ("hooks.example.org", "malformed_url"),
    ] {
        let body = json!({ "url": url, "event_types": ["alert.opened"] });
        let problem = admin
            .post("/v1/webhooks", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], code, "{url}");
    }
}

/// A resolver that says something else each time, as somebody who rebinds a name would.
struct Rebinding {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Rebinding {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[asked % self.answers.len()].clone();
        Box::pin(async move { Ok(answer) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_a_private_network_is_not_connected_to_whenever_it_is_asked() {
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let address = |text: &str| -> IpAddr { text.parse().expect("an address") };
    let answers = vec![
        vec![address("127.0.0.1")],
        vec![address("::1"), address("127.0.0.1")],
        vec![address("::ffff:127.0.0.1")],
        vec![address("10.0.0.1"), address("127.0.0.1")],
    ];
    let (attempts, asked) = (answers.len(), Arc::new(AtomicUsize::new(0)));
    let lookup = Rebinding {
        answers,
        asked: Arc::clone(&asked),
    };
    // Strict although the app is not: it is the sender's word that counts.
    let world = World::with(Sender::with_lookup(Arc::new(lookup), false)).await;
    let url = format!("https://rebinding.example.org:{}/", receiver.port());
    let created = world
        .webhook_at(url, &[WebhookEventType::AlertOpened])
        .await;
    let id = created.webhook.id;
    world.publish(1).await;
    for attempt in 1..=attempts {
        let delivery = world.attempted(id, attempt).await;
        let error = delivery.attempts[attempt - 1].error.as_deref();
        assert_eq!(
            error,
            Some("the name has no address on the public internet")
        );
        if attempt < attempts {
            world.hurry().await;
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), attempts);
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_receiver_from_development_gets_nothing_once_they_are_not_allowed() {
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let world = World::with(Sender::new(false)).await;
    let id = world.webhook(&receiver).await.webhook.id;
    world.publish(1).await;
    let delivery = world.attempted(id, 1).await;
    let error = delivery.attempts[0].error.as_deref().expect("an error");
    assert!(
        error.starts_with("nothing may be sent to this URL"),
        "{error}"
    );
    assert_eq!(receiver.connections(), 0);
}
