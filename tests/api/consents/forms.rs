//! Guardians sign a form and send it in; two operators look at it.

use chrono::TimeDelta;
use reqwest::{Body, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::consents::VerificationConfig;
use viral_engine_test_support::{Answer, TestClient};

use super::family::Family;
use super::trail::{OF_REQUESTS, assert_pressed_by, assert_untold, entries};
use crate::data_rights::delete;
use crate::world::number;

const SCOPES: [&str; 2] = ["core_use", "invite_friend"];
const PDF: &[u8] = b"%PDF-1.7\nsigned by Ada's mother\n%%EOF\n";

/// A family whose mother has chosen to sign a form.
struct World {
    family: Family,
    path: String,
}

impl World {
    async fn new() -> Self {
        let family = Family::verified_by(VerificationConfig {
            manual_review: true,
            hosted: None,
            texts: None,
        })
        .await;
        family.publish("We ask you.", false).await;
        family.ask(&SCOPES).await;
        let path = family.path_in_mail("mum@example.org", 0).await;
        let world = Self { family, path };
        world.choose().await;
        world
    }

    async fn choose(&self) {
        let told = self
            .family
            .allow_by(&self.path, "signed_form", &SCOPES)
            .await;
        assert!(told.contains("enctype=\"multipart/form-data\""), "{told}");
    }

    /// Sends a file in as a browser does, and answers the page.
    async fn send(&self, field: &str, bytes: &[u8]) -> String {
        let mut body = format!(
            "--x7\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x7--\r\n");
        let answer = self.post(Body::from(body)).await;
        answer.assert_status(200);
        String::from_utf8(answer.body).expect("text")
    }

    async fn post(&self, body: Body) -> Answer {
        let anyone = self.family.app.anonymous();
        let request = anyone
            .request(Method::POST, &format!("{}/form?lang=en", self.path))
            .header("content-type", "multipart/form-data; boundary=x7")
            .body(body);
        anyone.send(request).await
    }

    async fn states(&self) -> Vec<String> {
        let states = self.family.states("ada").await;
        states.into_iter().map(|(_, state)| state).collect()
    }

    /// The verification that was begun last.
    async fn verification(&self) -> Value {
        let list = self.family.key.get("/v1/consents/verifications").await;
        list.assert_status(200).json()["items"][0].clone()
    }

    /// Where the verification that was begun last is.
    async fn address(&self) -> String {
        let id = self.verification().await["id"].clone();
        format!("/v1/consents/verifications/{}", id.as_str().expect("an id"))
    }

    async fn review(&self, operator: &TestClient, verdict: &str) -> Answer {
        let path = format!("{}/review", self.address().await);
        operator.post(&path, &json!({ "verdict": verdict })).await
    }

    /// How many forms wait for people to look at them.
    async fn waiting(&self) -> usize {
        let path = "/v1/consents/verifications?state=submitted";
        let list = self.family.key.get(path).await;
        let list = list.assert_status(200).json();
        list["items"].as_array().expect("items").len()
    }

    /// Nothing is printed, and what is sent in is not taken; answers what is told instead.
    async fn assert_over(&self) -> [String; 2] {
        let path = format!("{}/form?lang=en", self.path);
        let printed = self.family.app.anonymous().get(&path).await;
        printed.assert_status(404);
        let before = self.states().await;
        let told = self.send("form", PDF).await;
        assert!(told.contains("the data is erased"), "{told}");
        assert_eq!(self.states().await, before);
        assert_eq!(self.verification().await["state"], "over");
        let forms = "SELECT count(*) FROM consent_forms";
        let mut conn = self.family.app.db().connection().await;
        assert_eq!(number(&mut conn, forms).await, 0);
        [String::from_utf8(printed.body).expect("text"), told]
    }

    /// Opens the form.
    async fn look(&self, operator: &TestClient) {
        let path = format!("{}/form", self.address().await);
        operator.get(&path).await.assert_status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_two_people_to_approve_a_form() {
    let world = World::new().await;
    let printed = world.family.page(&format!("{}/form", world.path)).await;
    let id = world.verification().await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(
        printed.contains(&id) && printed.contains("We ask you."),
        "{printed}"
    );
    assert!(printed.contains("Inviting friends"), "{printed}");

    let told = world.send("form", PDF).await;
    assert!(told.contains("We look at your form"), "{told}");
    let (one, other) = (
        world.family.app.operator(Role::Admin).await,
        world.family.app.operator(Role::Safety).await,
    );
    let path = format!("/v1/consents/verifications/{id}/form");
    let form = one.get(&path).await;
    form.assert_status(200);
    assert_eq!(form.body, PDF);
    assert_eq!(
        form.header("content-type"),
        Some("application/octet-stream")
    );
    assert!(
        form.header("content-disposition")
            .is_some_and(|value| value.starts_with("attachment"))
    );

    world.review(&one, "approved").await.assert_status(200);
    assert_eq!(
        world.states().await,
        ["verifying", "verifying"],
        "one is not enough"
    );
    let again = world.review(&one, "approved").await;
    again.assert_status(409);
    assert!(
        again.json()["detail"]
            .as_str()
            .expect("a text")
            .contains("somebody else")
    );
    assert_eq!(world.states().await, ["verifying", "verifying"]);

    let unseen = world.review(&other, "approved").await;
    unseen.assert_status(409);
    assert!(
        unseen.json()["detail"]
            .as_str()
            .expect("a text")
            .contains("look at it before you approve it")
    );
    assert_eq!(world.states().await, ["verifying", "verifying"]);
    world.look(&other).await;
    let decided = world
        .review(&other, "approved")
        .await
        .assert_status(200)
        .json();
    assert_eq!(decided["state"], "verified");
    assert_eq!(world.states().await, ["active", "active"]);
    let list = world.family.key.get("/v1/users/ada/consents").await.json();
    let hash = hex::encode(Sha256::digest(PDF));
    assert_eq!(
        list["items"][0]["evidence"]["transaction"],
        format!("form/{id}/sha256:{hash}")
    );
    world.review(&other, "rejected").await.assert_status(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_approve_at_the_same_time_are_two() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let (one, other) = (
        world.family.app.operator(Role::Admin).await,
        world.family.app.operator(Role::Admin).await,
    );
    world.look(&one).await;
    world.look(&other).await;
    let (first, second) = tokio::join!(
        world.review(&one, "approved"),
        world.review(&other, "approved")
    );
    first.assert_status(200);
    second.assert_status(200);
    assert_eq!(world.states().await, ["active", "active"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_came_from_an_address_that_is_the_childs_by_now_allows_nothing() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let body = json!({ "email": "mum@example.org" });
    let given = world.family.key.put("/v1/users/ada", &body).await;
    given.assert_status(200);
    for role in [Role::Admin, Role::Safety] {
        let operator = world.family.app.operator(role).await;
        world.look(&operator).await;
        world.review(&operator, "approved").await.assert_status(200);
    }
    assert_eq!(
        world.states().await,
        ["reconsent_required", "reconsent_required"]
    );
    assert_eq!(world.verification().await["state"], "over");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_rejects_is_enough_and_the_guardian_can_try_again() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let admin = world.family.app.operator(Role::Admin).await;
    let rejected = world
        .review(&admin, "rejected")
        .await
        .assert_status(200)
        .json();
    assert_eq!(rejected["state"], "failed");
    assert_eq!(world.states().await, ["notice_sent", "notice_sent"]);
    let told = world.family.message("mum@example.org", 1).await;
    assert!(told.contains("could not verify"), "{told}");
    world.choose().await;
    world.send("form", b"\x89PNG\r\n\x1a\nagain").await;
    assert_eq!(
        world.verification().await["form"]["media_type"],
        "image/png"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_is_not_taken() {
    let world = World::new().await;
    let large = [PDF, &vec![b' '; 8 * 1024 * 1024]].concat();
    for (field, bytes) in [
        ("form", &b""[..]),
        ("form", b"<html>"),
        ("form", b"<svg onload=alert(1)>"),
        ("other", PDF),
        ("form", &large),
    ] {
        let told = world.send(field, bytes).await;
        assert!(told.contains("That is no PDF"), "{field}: {told}");
    }
    world
        .post(Body::from("--x7 broken"))
        .await
        .assert_status(200);
    assert_eq!(world.verification().await["state"], "started");
    let told = world.send("form", PDF).await;
    assert!(told.contains("Your form has arrived"), "{told}");
    let told = world.send("form", PDF).await;
    assert!(told.contains("is here already"), "once: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_that_a_form_was_sent_in_and_nothing_of_what_it_says() {
    let world = World::new().await;
    for bytes in [&b"<html>"[..], PDF, PDF] {
        world.send("form", bytes).await;
    }
    let told = entries(&world.family, OF_REQUESTS).await;
    let [taken] = told.as_slice() else {
        panic!("once, when it is taken: {told:?}");
    };
    assert_eq!(taken["object_id"], world.verification().await["request_id"]);
    let form = json!({ "media_type": "application/pdf", "bytes": PDF.len() });
    assert_eq!(taken["changes"], json!({ "form": form }));
    assert_pressed_by(&world.family, "mum", taken).await;
    let token = world.path.trim_start_matches("/c/");
    assert_untold(&world.family, &["signed by", "%PDF", "<html>", token]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_proves_a_consent_stands_in_the_trail() {
    let world = World::new().await;
    world.send("form", PDF).await;
    for role in [Role::Admin, Role::Safety] {
        let operator = world.family.app.operator(role).await;
        world.look(&operator).await;
        world.review(&operator, "approved").await.assert_status(200);
    }
    let steps = entries(
        &world.family,
        "action=review_verification&object_kind=consent",
    )
    .await;
    assert_eq!(steps.len(), SCOPES.len());
    let id = world.verification().await["id"].clone();
    let hash = hex::encode(Sha256::digest(PDF));
    let transaction = format!("form/{}/sha256:{hash}", id.as_str().expect("an id"));
    for step in &steps {
        assert_eq!(step["changes"]["evidence"]["transaction"], transaction);
        assert_eq!(step["changes"]["evidence"]["method"], "signed_form");
    }
    assert_untold(&world.family, &["signed by"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_for_those_who_may_review_and_reviews_for_people() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let id = world.verification().await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/v1/consents/verifications/{id}/form");
    let analyst = world.family.app.operator(Role::Analyst).await;
    analyst.get(&path).await.assert_status(403);
    world.review(&analyst, "approved").await.assert_status(403);
    world
        .family
        .app
        .anonymous()
        .get(&path)
        .await
        .assert_status(401);
    world.family.key.get(&path).await.assert_status(403);
    let key = world.review(&world.family.key, "approved").await;
    key.assert_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_sealed_and_erased_a_month_after_the_decision() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let readable = "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM consent_forms \
                    WHERE position('signed by'::bytea IN content_cipher) > 0); END $$";
    world.family.run_sql(readable).await;
    let operators = [
        world.family.app.operator(Role::Admin).await,
        world.family.app.operator(Role::Admin).await,
    ];
    for operator in &operators {
        world.look(operator).await;
        world.review(operator, "approved").await.assert_status(200);
    }
    let verification = world.verification().await;
    let path = format!(
        "/v1/consents/verifications/{}/form",
        verification["id"].as_str().expect("an id")
    );
    world.family.pass(TimeDelta::days(29)).await;
    assert_eq!(world.verification().await["form"]["is_kept"], true);
    world.family.pass(TimeDelta::days(2)).await;
    let verification = world.verification().await;
    assert_eq!(verification["form"]["is_kept"], false);
    assert_eq!(
        verification["form"]["sha256"],
        hex::encode(Sha256::digest(PDF))
    );
    let admin = world.family.app.operator(Role::Admin).await;
    admin.get(&path).await.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_notice_overtook_is_erased_too() {
    let world = World::new().await;
    world.send("form", PDF).await;
    world.family.publish("We ask you for more.", true).await;
    let begun = std::time::Instant::now();
    while world.family.states("ada").await[0].1 != "reconsent_required" {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    world.family.pass(TimeDelta::days(15)).await;
    assert_eq!(world.verification().await["state"], "over");
    world.family.pass(TimeDelta::days(31)).await;
    assert_eq!(world.verification().await["form"]["is_kept"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_stopped_allows_nothing_until_it_goes_on() {
    let family = Family::new().await;
    let consent = family.granted_by_card("invite_friend").await;
    let link = family.link().await.assert_status(201).json();
    let post = async |what: &str| {
        let path = format!("/v1/consents/{consent}/{what}");
        family.key.post(&path, &json!({})).await
    };
    post("resume").await.assert_status(409);
    post("suspend").await.assert_status(200);
    let refused = family.link().await;
    refused.assert_status(403);
    assert_eq!(refused.json()["code"], "consent_suspended");
    let path = format!("/v1/links/{}", link["id"].as_str().expect("an id"));
    let stopped = family.key.get(&path).await.json();
    assert_ne!(stopped["state"], "active", "{stopped}");
    post("suspend").await.assert_status(409);
    post("resume").await.assert_status(200);
    family.link().await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_whose_form_waits_for_us_is_not_reminded() {
    let world = World::new().await;
    world.send("form", PDF).await;
    world.family.pass(TimeDelta::days(8)).await;
    assert_eq!(world.family.mail.received().len(), 1, "the first alone");
    let admin = world.family.app.operator(Role::Admin).await;
    world.review(&admin, "rejected").await.assert_status(200);
    let told = world.family.message("mum@example.org", 1).await;
    assert!(told.contains("could not verify"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_a_request_is_erased_with_the_child() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let admin = world.family.app.operator(Role::Admin).await;
    world.review(&admin, "rejected").await.assert_status(200);
    world.family.message("mum@example.org", 1).await;
    let app = &world.family.app;
    let readable = "SELECT count(*) FROM emails WHERE subject_key LIKE 'consent/%' \
        AND num_nonnulls(address_cipher, content_cipher) > 0";
    let count = async || number(&mut *app.db().connection().await, readable).await;
    assert_eq!(count().await, 2);
    delete(&world.family.key, "ada").await;
    assert_eq!(count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_shown_or_taken_once_the_guardian_is_erased() {
    let world = World::new().await;
    delete(&world.family.key, "mum").await;
    assert_eq!(world.states().await, ["deleted", "deleted"]);
    let page = world.family.page(&world.path).await;
    for told in world.assert_over().await.into_iter().chain([page]) {
        assert!(!told.contains("Ada"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_shown_or_taken_from_the_moment_at_which_a_deletion_is_asked_for() {
    for user in ["mum", "ada"] {
        let world = World::new().await;
        let key = &world.family.key;
        let pause = key.post("/v1/queues/default/pause", &json!({})).await;
        pause.assert_status(200);
        let body = json!({ "kind": "deletion", "user": user });
        let asked = key.post("/v1/data-requests", &body).await;
        asked.assert_status(202);
        assert_eq!(world.states().await, ["deleting", "deleting"], "{user}");
        world.assert_over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_waits_for_nobody_once_the_guardian_or_the_child_is_erased() {
    for user in ["mum", "ada"] {
        let world = World::new().await;
        world.send("form", PDF).await;
        assert_eq!(world.waiting().await, 1);
        delete(&world.family.key, user).await;
        assert_eq!(world.waiting().await, 0, "{user}");
        let verification = world.verification().await;
        assert_eq!(verification["state"], "over");
        assert_eq!(verification["form"]["is_kept"], false);
        let admin = world.family.app.operator(Role::Admin).await;
        world.review(&admin, "rejected").await.assert_status(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_waits_for_nobody_whose_question_was_asked_anew_before_the_child_was_erased() {
    let world = World::new().await;
    world.send("form", PDF).await;
    let key = &world.family.key;
    let list = key.get("/v1/users/ada/consents").await.json();
    for consent in list["items"].as_array().expect("items") {
        let id = consent["id"].as_str().expect("an id");
        let path = format!("/v1/consents/{id}/revoke");
        key.post(&path, &json!({})).await.assert_status(200);
    }
    // The consents are those of another request now.
    world.family.ask(&SCOPES).await;
    assert_eq!(world.waiting().await, 1);
    delete(key, "ada").await;
    assert_eq!(world.waiting().await, 0);
}
