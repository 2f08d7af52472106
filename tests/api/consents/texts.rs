//! Guardians are asked by text message, through a gateway that the test plays.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_service::consents::{TextGateway, VerificationConfig};

use super::family::Family;
use crate::webhooks::receiver::{Behaviour, Receiver};

const NUMBER: &str = "+49 171 1234567";
const PATIENCE: Duration = Duration::from_secs(20);

struct World {
    family: Family,
    gateway: Receiver,
}

impl World {
    async fn new(behaviour: Behaviour) -> Self {
        let gateway = Receiver::start(behaviour).await;
        let family = Family::verified_by(VerificationConfig {
            texts: Some(TextGateway {
                url: gateway.url().parse().expect("a URL"),
                user: "ve".to_owned(),
                password: "p w:ü".to_owned().into(),
                from: "School".to_owned(),
            }),
            ..VerificationConfig::default()
        })
        .await;
        family.publish("We ask you.", false).await;
        Self { family, gateway }
    }

    async fn ask(&self, scopes: &[&str]) -> serde_json::Value {
        let body = json!({ "child": "ada", "phone": NUMBER, "scopes": scopes });
        self.family.try_ask(body).await.assert_status(201).json()
    }

    /// The fields of the message number `index`.
    async fn text(&self, index: usize) -> HashMap<String, String> {
        let begun = Instant::now();
        loop {
            if let Some(received) = self.gateway.received().get(index) {
                assert_eq!(received.headers["authorization"], "Basic dmU6cCB3OsO8");
                let fields = url::form_urlencoded::parse(received.body.as_bytes());
                return fields.into_owned().collect();
            }
            assert!(begun.elapsed() < PATIENCE, "no text number {index}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn path(&self, index: usize) -> String {
        let body = &self.text(index).await["Body"];
        let (_, path) = body.split_once("https://go.example.org").expect("a link");
        path.to_owned()
    }
}

fn takes() -> Behaviour {
    Behaviour::Answers(201, json!({ "sid": "SM1" }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn both_steps_come_by_text_and_a_text_holds_no_name() {
    let world = World::new(takes()).await;
    let scopes = ["core_use", "progress_reel_to_parent"];
    world.ask(&scopes).await;
    let first = world.text(0).await;
    assert_eq!(first["To"], "+491711234567");
    assert_eq!(first["From"], "School");
    assert!(!first["Body"].contains("Ada"), "{first:?}");
    let path = world.path(0).await;
    world.family.press(&path, "allow", &scopes).await;
    world.family.pass(TimeDelta::hours(25)).await;
    assert!(world.text(1).await["Body"].contains("Confirm"));
    let path = world.path(1).await;
    world.family.press(&path, "confirm", &[]).await;
    assert!(world.text(2).await["Body"].contains("take it back"));
    let list = world.family.key.get("/v1/users/ada/consents").await.json();
    for consent in list["items"].as_array().expect("items") {
        assert_eq!(consent["state"], "active");
        assert_eq!(consent["evidence"]["method"], "text_plus");
        let transaction = consent["evidence"]["transaction"].as_str().expect("a text");
        assert!(transaction.starts_with("text/"), "{transaction}");
    }
    assert!(world.family.mail.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_leaves_the_platform_can_be_allowed_by_text_alone() {
    let world = World::new(takes()).await;
    world.ask(&["core_use", "invite_friend"]).await;
    let path = world.path(0).await;
    let told = world
        .family
        .press(&path, "allow", &["core_use", "invite_friend"])
        .await;
    assert!(told.contains("needs a stronger proof"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_down_gets_the_text_later_and_one_that_refuses_does_not() {
    let world = World::new(Behaviour::status(503)).await;
    world.ask(&["core_use"]).await;
    world.text(0).await;
    world.gateway.behave(takes());
    let retry =
        "UPDATE jobs SET run_at = now() WHERE kind = 'send_consent_text' AND state = 'waiting'";
    let begun = Instant::now();
    while world.gateway.received().len() < 2 {
        world.family.run_sql(retry).await;
        assert!(begun.elapsed() < PATIENCE, "it is not tried again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let world = World::new(Behaviour::status(401)).await;
    world.ask(&["core_use"]).await;
    world.text(0).await;
    let failed = "DO $$ BEGIN ASSERT (SELECT state FROM consent_texts) = 'failed'; END $$";
    let begun = Instant::now();
    loop {
        let mut conn = world.family.app.db().connection().await;
        let checked = diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, failed).await;
        if checked.is_ok() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{checked:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.gateway.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_can_not_be_asked_are_told_with_their_field() {
    let world = World::new(takes()).await;
    let minor = json!({ "persona": "student", "age_band": "13_to_15", "phone": "+49 30 555 0000" });
    world
        .family
        .key
        .put("/v1/users/tom", &minor)
        .await
        .assert_status(201);
    for (number, code) in [
        ("0171 1234567", "malformed_number"),
        ("+49 30 5550000", "address_of_a_minor"),
    ] {
        let body = json!({ "child": "ada", "phone": number, "scopes": ["core_use"] });
        let refused = world.family.try_ask(body).await.assert_status(422).json();
        assert_eq!(refused["errors"][0]["pointer"], "/phone");
        assert_eq!(refused["errors"][0]["code"], code);
    }
    let both = json!({ "child": "ada", "phone": NUMBER, "email": "mum@example.org", "scopes": ["core_use"] });
    world.family.try_ask(both).await.assert_status(422);

    let family = Family::new().await;
    let body = json!({ "child": "ada", "phone": NUMBER, "scopes": ["core_use"] });
    let refused = family.try_ask(body).await.assert_status(422).json();
    assert_eq!(refused["errors"][0]["code"], "not_offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_a_minors_by_now_gets_no_other_text_and_confirms_nothing() {
    let ended = [("core_use".to_owned(), "reconsent_required".to_owned())];
    let minor = json!({ "persona": "student", "age_band": "13_to_15", "phone": NUMBER });
    for confirms in [false, true] {
        let world = World::new(takes()).await;
        let family = &world.family;
        world.ask(&["core_use"]).await;
        let path = world.path(0).await;
        family.press(&path, "allow", &["core_use"]).await;
        if confirms {
            family.pass(TimeDelta::hours(25)).await;
            world.text(1).await;
        }
        let given = family.key.put("/v1/users/tom", &minor).await;
        given.assert_status(201);
        if confirms {
            let told = family.press(&world.path(1).await, "confirm", &[]).await;
            assert!(told.contains("is that of a minor"), "{told}");
        } else {
            family.pass(TimeDelta::hours(25)).await;
        }
        assert_eq!(family.states("ada").await, ended);
        let expected = if confirms { 2 } else { 1 };
        assert_eq!(world.gateway.received().len(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_guardian_gets_no_other_text_and_the_number_is_forgotten() {
    let world = World::new(takes()).await;
    world.ask(&["core_use"]).await;
    let path = world.path(0).await;
    world.family.press(&path, "not-mine", &[]).await;
    let body = json!({ "child": "ada", "phone": NUMBER, "scopes": ["progress_reel_to_parent"] });
    world.family.try_ask(body).await.assert_status(409);
    world.family.pass(TimeDelta::hours(13)).await;
    let gone =
        "DO $$ BEGIN ASSERT (SELECT count(contact_cipher) FROM consent_requests) = 0; END $$";
    world.family.run_sql(gone).await;
}
