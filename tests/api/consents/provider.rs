//! A hosted provider verifies guardians: started, told by signed messages, and everything that goes wrong with it.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_domain::consents::Method as Way;
use viral_engine_domain::webhooks::{SigningSecret, sign};
use viral_engine_service::consents::{HostedConfig, VerificationConfig};
use viral_engine_test_support::Answer;

use super::family::Family;
use crate::webhooks::receiver::{Behaviour, Receiver};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SCOPES: [&str; 2] = ["core_use", "invite_friend"];

/// A family, and a provider that begins the verification `v-1`.
struct World {
    family: Family,
    provider: Receiver,
    /// The guardian's page.
    path: String,
}

impl World {
    async fn new() -> Self {
        let provider = Receiver::start(begins("v-1")).await;
        let family = Family::verified_by(VerificationConfig {
            manual_review: false,
            hosted: Some(HostedConfig {
                url: provider.url().parse().expect("a URL"),
                key: "k-7".to_owned().into(),
                webhook_secret: secret(),
                methods: vec![Way::CardTransaction, Way::IdCheck],
            }),
            texts: None,
        })
        .await;
        family.publish("We ask you.", false).await;
        family.ask(&SCOPES).await;
        let path = family.path_in_mail("mum@example.org", 0).await;
        Self {
            family,
            provider,
            path,
        }
    }

    async fn states(&self) -> Vec<String> {
        let states = self.family.states("ada").await;
        states.into_iter().map(|(_, state)| state).collect()
    }

    /// The provider tells something, signed now.
    async fn tell(&self, kind: &str, id: &str) -> Answer {
        let body = message(kind, id);
        let at = self.family.app.context.now().timestamp();
        let signature = sign(&secret(), "m-1", at, body.as_bytes());
        self.send(&body, at, &signature).await
    }

    /// The provider says this, signed now.
    async fn say(&self, body: &Value) -> Answer {
        let body = body.to_string();
        let at = self.family.app.context.now().timestamp();
        let signature = sign(&secret(), "m-1", at, body.as_bytes());
        self.send(&body, at, &signature).await
    }

    async fn send(&self, body: &str, at: i64, signature: &str) -> Answer {
        let anyone = self.family.app.anonymous();
        let request = anyone
            .request(Method::POST, "/v1/consents/provider-messages")
            .header("content-type", "application/json")
            .header("webhook-id", "m-1")
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
            .body(body.to_owned());
        anyone.send(request).await
    }
}

fn secret() -> SigningSecret {
    SigningSecret::parse(SECRET).expect("a secret")
}

fn begins(id: &str) -> Behaviour {
    let body = json!({ "id": id, "url": format!("https://verify.example/{id}") });
    Behaviour::Answers(201, body.to_string())
}

fn message(kind: &str, id: &str) -> String {
    let data = json!({ "id": id, "transaction_id": "card-81" });
    json!({ "type": format!("verification.{kind}"), "data": data }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_guardian_allows_what_leaves_the_platform_at_once() {
    let world = World::new().await;
    let page = world.family.page(&world.path).await;
    assert!(
        page.contains("value=\"card_transaction\"") && !page.contains("disabled"),
        "{page}"
    );
    let told = world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    assert!(
        told.contains("href=\"https://verify.example/v-1\""),
        "{told}"
    );
    assert_eq!(world.states().await, ["verifying", "verifying"]);
    world.family.link().await.assert_status(403);

    world.tell("verified", "v-1").await.assert_status(200);
    assert_eq!(world.states().await, ["active", "active"]);
    world.family.link().await.assert_status(201);
    let receipt = world.family.message("mum@example.org", 1).await;
    assert!(receipt.contains("You have allowed this"), "{receipt}");

    let list = world.family.key.get("/v1/users/ada/consents").await.json();
    let evidence = &list["items"][0]["evidence"];
    assert_eq!(evidence["method"], "card_transaction");
    assert_eq!(evidence["transaction"], "hosted/card-81");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_learns_no_name_and_no_address() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "id_check", &SCOPES)
        .await;
    let received = world.provider.received();
    let [request] = received.as_slice() else {
        panic!("{received:?}");
    };
    assert_eq!(request.headers["authorization"], "Bearer k-7");
    let body: Value = serde_json::from_str(&request.body).expect("JSON");
    let mut names: Vec<_> = body.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["id", "locale", "method", "return_url"]);
    assert_eq!(body["id"], request.headers["idempotency-key"]);
    // Not the guardian's own link, by which everything can be answered.
    assert_eq!(
        body["return_url"],
        "https://go.example.org/c/return?lang=en"
    );
    let page = world.family.page("/c/return?lang=de").await;
    assert!(page.contains("Danke"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_changes_nothing_and_the_guardian_is_told() {
    let world = World::new().await;
    for behaviour in [
        Behaviour::status(500),
        Behaviour::status(200),
        Behaviour::Redirects("http://127.0.0.1:1/".to_owned()),
        Behaviour::Babbles,
        Behaviour::Answers(
            200,
            json!({ "id": "v 2", "url": "https://verify.example/" }).to_string(),
        ),
        Behaviour::Answers(
            200,
            json!({ "id": "v-2", "url": "javascript:alert(1)" }).to_string(),
        ),
        Behaviour::Answers(200, "x".repeat(1 << 20)),
    ] {
        world.provider.behave(behaviour.clone());
        let told = world
            .family
            .allow_by(&world.path, "card_transaction", &SCOPES)
            .await;
        assert!(
            told.contains("Nothing has changed"),
            "{behaviour:?}: {told}"
        );
        assert_eq!(world.states().await, ["notice_sent", "notice_sent"]);
    }
    let told = world
        .family
        .allow_by(&world.path, "email_plus", &["core_use"])
        .await;
    assert!(told.contains("counts once you have confirmed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_believed_when_they_are_signed_and_fresh() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    let body = message("verified", "v-1");
    let now = world.family.app.context.now().timestamp();
    let signed = |at: i64| sign(&secret(), "m-1", at, body.as_bytes());
    let other = SigningSecret::new(&[9; 32]).expect("a secret");
    for (at, signature) in [
        (now, String::new()),
        (now, sign(&other, "m-1", now, body.as_bytes())),
        (now, sign(&secret(), "m-2", now, body.as_bytes())),
        (now, signed(now - 1)),
        (now - 301, signed(now - 301)),
        (now + 301, signed(now + 301)),
    ] {
        world.send(&body, at, &signature).await.assert_status(401);
    }
    let altered = message("verified", "v-2");
    world
        .send(&altered, now, &signed(now))
        .await
        .assert_status(401);
    assert_eq!(world.states().await, ["verifying", "verifying"]);
    world
        .send(&body, now - 299, &signed(now - 299))
        .await
        .assert_status(200);
    assert_eq!(world.states().await, ["active", "active"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_decided_once() {
    let world = World::new().await;
    world.tell("verified", "v-1").await.assert_status(404);
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    let first = world.tell("verified", "v-1").await;
    assert_eq!(first.assert_status(200).json()["applied"], true);
    for kind in ["verified", "failed"] {
        let again = world.tell(kind, "v-1").await;
        assert_eq!(again.assert_status(200).json()["applied"], false);
    }
    assert_eq!(world.states().await, ["active", "active"]);
    let steps = world.family.key.get("/v1/users/ada/consents").await.json();
    let id = steps["items"][0]["id"].as_str().expect("an id").to_owned();
    let details = world
        .family
        .key
        .get(&format!("/v1/consents/{id}"))
        .await
        .json();
    assert_eq!(details["steps"].as_array().expect("steps").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_refused_by_name() {
    let world = World::new().await;
    let now = world.family.app.context.now().timestamp();
    for body in [
        "",
        "[]",
        "{}",
        r#"{"type": "verification.maybe", "data": {"id": "v-1"}}"#,
    ] {
        let signature = sign(&secret(), "m-1", now, body.as_bytes());
        let answer = world.send(body, now, &signature).await;
        answer.assert_status(400);
        assert!(
            answer.json()["detail"]
                .as_str()
                .expect("a text")
                .contains("verification.verified")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failures_end_a_request_and_each_is_told() {
    let world = World::new().await;
    for number in 1..=3 {
        world.provider.behave(begins(&format!("v-{number}")));
        world
            .family
            .allow_by(&world.path, "card_transaction", &SCOPES)
            .await;
        world
            .tell("failed", &format!("v-{number}"))
            .await
            .assert_status(200);
        let expected = if number == 3 {
            "required"
        } else {
            "notice_sent"
        };
        assert_eq!(world.states().await, [expected, expected], "after {number}");
        if number < 3 {
            let told = world.family.message("mum@example.org", number).await;
            assert!(told.contains("could not verify"), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_can_choose_another_way_and_a_late_answer_changes_nothing() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    let told = world.family.press(&world.path, "other-way", &[]).await;
    assert!(told.contains("choose another way now"), "{told}");
    let late = world.tell("verified", "v-1").await;
    assert_eq!(late.assert_status(200).json()["applied"], false);
    assert_eq!(world.states().await, ["notice_sent", "notice_sent"]);
    let told = world
        .family
        .allow_by(&world.path, "email_plus", &SCOPES)
        .await;
    assert!(told.contains("needs a stronger proof"), "{told}");
    let told = world
        .family
        .allow_by(&world.path, "signed_form", &SCOPES)
        .await;
    assert!(told.contains("Choose how you show"), "not offered: {told}");
    assert_eq!(world.states().await, ["notice_sent", "notice_sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_after_the_time_is_over_or_after_a_refusal_allows_nothing() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    world.family.pass(TimeDelta::days(15)).await;
    assert_eq!(world.states().await, ["expired", "expired"]);
    let late = world.tell("verified", "v-1").await;
    assert_eq!(late.assert_status(200).json()["applied"], false);
    assert_eq!(world.states().await, ["expired", "expired"]);

    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    world.family.press(&world.path, "refuse", &[]).await;
    let late = world.tell("verified", "v-1").await;
    assert_eq!(late.assert_status(200).json()["applied"], false);
    assert_eq!(world.states().await, ["denied", "denied"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_nobody_is_listened_to() {
    let family = Family::new().await;
    let answer = family
        .app
        .anonymous()
        .post("/v1/consents/provider-messages", &json!({}))
        .await;
    answer.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_without_its_proof_is_none() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    let body = json!({ "type": "verification.verified", "data": { "id": "v-1" } });
    refused(&world, &body, "/data/transaction_id").await;
    assert_eq!(world.states().await, ["verifying", "verifying"]);
}

/// The message is refused for good, for this field.
async fn refused(world: &World, body: &Value, pointer: &str) -> String {
    let problem = world
        .say(body)
        .await
        .assert_problem(400, "malformed_request");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    problem["detail"].as_str().expect("a text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_as_a_proof_but_an_opaque_reference() {
    let world = World::new().await;
    world
        .family
        .allow_by(&world.path, "card_transaction", &SCOPES)
        .await;
    let message = |transaction: &str| {
        let data = json!({ "id": "v-1", "transaction_id": transaction });
        json!({ "type": "verification.verified", "data": data })
    };
    for transaction in [
        "",
        " ",
        "jane.quongle@home.example 4111111111111111",
        "\u{202e}",
        "\u{ffff}",
        "\u{2028}",
        "a\u{0}b",
        &"x".repeat(129),
    ] {
        let told = refused(&world, &message(transaction), "/data/transaction_id").await;
        assert!(told.contains("1 to 128 ASCII letters"), "{told}");
        assert!(!told.contains("quongle"), "{told}");
    }
    assert_eq!(world.states().await, ["verifying", "verifying"]);
    // The provider mends its message, and is heard.
    let taken = world.say(&message("ch_3NqT/card:81.0")).await;
    assert_eq!(taken.assert_status(200).json()["applied"], true);
    let list = world.family.key.get("/v1/users/ada/consents").await.json();
    let evidence = &list["items"][0]["evidence"];
    assert_eq!(evidence["transaction"], "hosted/ch_3NqT/card:81.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_nothing_can_have_is_refused_by_its_field() {
    let world = World::new().await;
    for kind in ["verified", "failed"] {
        for id in ["a\u{0}b", "", "a b", "ü", &"x".repeat(201)] {
            let data = json!({ "id": id, "transaction_id": "t" });
            let body = json!({ "type": format!("verification.{kind}"), "data": data });
            let told = refused(&world, &body, "/data/id").await;
            assert!(told.contains("1 to 200 printable"), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_verified_at_an_address_that_is_a_minors_by_now() {
    let other = json!({ "persona": "student", "age_band": "13_to_15", "email": "mum@example.org" });
    let own = json!({ "email": "MUM@example.org" });
    for (minor, body) in [("ada", own), ("tom", other)] {
        let world = World::new().await;
        let family = &world.family;
        family
            .allow_by(&world.path, "card_transaction", &SCOPES)
            .await;
        let path = format!("/v1/users/{minor}");
        let given = family.key.put(&path, &body).await;
        assert!(given.status < 300, "{}", given.json());
        let told = world.tell("verified", "v-1").await;
        assert_eq!(told.assert_status(200).json()["applied"], false);
        let ended = ["reconsent_required", "reconsent_required"];
        assert_eq!(world.states().await, ended);
        let again = world.tell("verified", "v-1").await;
        assert_eq!(again.assert_status(200).json()["applied"], false);
        assert_eq!(world.states().await, ended);
        family.link().await.assert_status(403);
        let page = family.page(&world.path).await;
        assert!(page.contains("a minor"), "{page}");
        let elsewhere = json!({ "child": "ada", "scopes": SCOPES, "email": "mum@example.net" });
        family.try_ask(elsewhere).await.assert_status(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_verified_guardian_has_refused_is_asked_nowhere_again() {
    let world = World::new().await;
    let family = &world.family;
    family
        .allow_by(&world.path, "card_transaction", &["core_use"])
        .await;
    world.tell("verified", "v-1").await.assert_status(200);
    assert_eq!(world.states().await, ["active", "denied"]);
    let elsewhere =
        json!({ "child": "ada", "scopes": ["invite_friend"], "email": "mum@example.net" });
    let again = family.try_ask(elsewhere).await;
    again.assert_problem(409, "conflict");
}
