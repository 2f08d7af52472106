//! Over https a receiver must be whom the URL names.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use viral_engine_api_types::webhooks::{WebhookDelivery, WebhookEventType};
use viral_engine_service::webhooks::Sender;
use viral_engine_service::webhooks::sender::Lookup;

use super::receiver::{Behaviour, Receiver};
use super::world::{World, is_signed};

/// Every name is this machine's.
struct Here;

impl Lookup for Here {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A receiver that is `hooks.example.org`, and a client's configuration that believes it.
async fn receiver() -> (Receiver, ClientConfig) {
    let certified = rcgen::generate_simple_self_signed(["hooks.example.org".to_owned()])
        .expect("a certificate");
    let key = certified.signing_key.serialize_der().try_into();
    let server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.expect("a key"))
        .expect("a configuration");
    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).expect("a root");
    let client = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = TlsAcceptor::from(Arc::new(server));
    let receiver = Receiver::start_encrypted(Behaviour::status(200), tls).await;
    (receiver, client)
}

async fn sent(world: &World, receiver: &Receiver, host: &str) -> (WebhookDelivery, String) {
    let url = format!("https://{host}:{}/in", receiver.port());
    let created = world
        .webhook_at(url, &[WebhookEventType::AlertOpened])
        .await;
    world.publish(1).await;
    let delivery = world.attempted(created.webhook.id, 1).await;
    (delivery, created.secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_with_a_valid_certificate_gets_its_messages() {
    let (receiver, client) = receiver().await;
    let sender = Sender::with_lookup(Arc::new(Here), true).trusting(client);
    let world = World::with(sender).await;
    let (delivery, secret) = sent(&world, &receiver, "hooks.example.org").await;
    assert_eq!(delivery.attempts[0].status_code, Some(200));
    let received = &receiver.received()[0];
    assert_eq!(
        received.headers["host"],
        format!("hooks.example.org:{}", receiver.port())
    );
    assert!(is_signed(&world, received, &secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_name_or_of_nobody_known_is_refused() {
    let (receiver, client) = receiver().await;
    let trusting = Sender::with_lookup(Arc::new(Here), true).trusting(client);
    let system = Sender::with_lookup(Arc::new(Here), true);
    for (sender, host) in [
        (trusting, "other.example.org"),
        (system, "hooks.example.org"),
    ] {
        let world = World::with(sender).await;
        let (delivery, _) = sent(&world, &receiver, host).await;
        let error = delivery.attempts[0].error.as_deref();
        assert_eq!(
            error,
            Some("no secure connection could be made: the certificate is not valid"),
            "{host}"
        );
    }
    assert!(receiver.received().is_empty());
}
