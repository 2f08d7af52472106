//! Notices: drafts, publishing, and what a material change does.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use viral_engine_api_types::permissions::Role;

use super::family::{Family, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_written_replaced_and_published_once() {
    let family = Family::without_notice().await;
    let admin = family.app.operator(Role::Admin).await;
    let body = json!({ "is_material": false, "texts": texts("One.") });
    let draft = admin.put("/v1/notices/draft", &body).await;
    assert_eq!(draft.header("etag"), Some("\"1\""));
    let body = json!({ "is_material": true, "texts": texts("Two.") });
    let write = |tag: &str| {
        admin
            .request(Method::PUT, "/v1/notices/draft")
            .header("if-match", tag)
            .json(&body)
    };
    let changed = admin.send(write("\"1\"")).await.assert_status(200).json();
    assert_eq!(
        (&changed["number"], &changed["version"]),
        (&json!(1), &json!(2))
    );
    admin
        .send(write("\"1\""))
        .await
        .assert_problem(412, "precondition_failed");
    let publish = |tag: &str| {
        admin
            .request(Method::POST, "/v1/notices/1/publish")
            .header("if-match", tag)
    };
    admin
        .send(publish("\"1\""))
        .await
        .assert_problem(412, "precondition_failed");
    let published = admin.send(publish("\"2\"")).await.assert_status(200).json();
    assert!(published["published_at"].is_string());
    assert_eq!(
        published["texts"][0]["html"],
        "<h2>Warum wir fragen</h2>\n<p>Two. (deutsch)</p>\n"
    );
    admin
        .send(publish("\"3\""))
        .await
        .assert_problem(409, "conflict");
    let next = admin
        .put("/v1/notices/draft", &body)
        .await
        .assert_status(200)
        .json();
    assert_eq!(next["number"], 2);
    let list = admin.get("/v1/notices").await.assert_status(200).json();
    let numbers: Vec<_> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|one| &one["number"])
        .collect();
    assert_eq!(numbers, [&json!(2), &json!(1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_with_a_gap_or_in_one_language_is_not_published() {
    let family = Family::without_notice().await;
    let admin = family.app.operator(Role::Admin).await;
    let template = admin
        .get("/v1/notices/template")
        .await
        .assert_status(200)
        .json();
    let one = json!([{ "locale": "en", "body": "Hello." }]);
    for (texts, gap) in [
        (template["texts"].clone(), "[[name of your organisation"),
        (one, "language de"),
        (
            json!([{ "locale": "en", "body": " \n " }, { "locale": "de", "body": "Hallo." }]),
            "is blank",
        ),
    ] {
        let body = json!({ "is_material": false, "texts": texts });
        let tag = admin
            .put("/v1/notices/draft", &body)
            .await
            .header("etag")
            .expect("an etag")
            .to_owned();
        let publish = admin
            .request(Method::POST, "/v1/notices/1/publish")
            .header("if-match", tag);
        let problem = admin.send(publish).await.assert_problem(409, "conflict");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(gap), "{detail}");
    }
    let twice = json!({ "is_material": false, "texts": [{ "locale": "en", "body": "a" }, { "locale": "en", "body": "b" }] });
    let problem = admin
        .put("/v1/notices/draft", &twice)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/texts/1/locale");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_a_published_notice_as_it_is() {
    let family = Family::new().await;
    for sql in [
        "UPDATE notices SET is_material = true",
        "DELETE FROM notices",
        "UPDATE notice_texts SET body = 'x'",
        "DELETE FROM notice_texts",
        "INSERT INTO notice_texts SELECT id, 'en', 'x' FROM notices",
    ] {
        let mut conn = family.app.db().connection().await;
        let refused = diesel_async::SimpleAsyncConnection::batch_execute(&mut *conn, sql).await;
        let error = refused.expect_err(sql).to_string();
        assert!(
            error.contains("a published notice does not change"),
            "{sql}: {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_material_change_asks_for_consent_anew_and_another_does_not() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    family.link().await.assert_status(201);
    family.publish("We also ask you.", false).await;
    family.link().await.assert_status(201);
    family
        .publish("We sell nothing, but share more.", true)
        .await;
    let begun = Instant::now();
    while family.link().await.status != 403 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the consent still counts"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    family
        .link()
        .await
        .assert_problem(403, "reconsent_required");
    assert_eq!(
        family.states("ada").await,
        [("invite_friend".to_owned(), "reconsent_required".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_or_suspended_under_a_notice_that_changed_answers_nothing_by_it() {
    let family = Family::new().await;
    let suspended = family.granted_by_card("invite_friend").await;
    let suspend = format!("/v1/consents/{suspended}/suspend");
    family
        .key
        .post(&suspend, &json!({}))
        .await
        .assert_status(200);
    family.ask(&["core_use", "progress_reel_to_parent"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.publish("We now also collect voices.", true).await;
    let begun = Instant::now();
    let left = async || {
        let states = family.states("ada").await;
        states
            .iter()
            .filter(|(_, state)| state != "reconsent_required")
            .count()
    };
    while left().await > 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            family.states("ada").await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("because the notice has changed"), "{told}");
    let resume = format!("/v1/consents/{suspended}/resume");
    family
        .key
        .post(&resume, &json!({}))
        .await
        .assert_problem(409, "conflict");
    assert_eq!(left().await, 0);
    family.ask(&["core_use"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_write_notices_and_safety_asks_guardians() {
    let family = Family::new().await;
    let body = json!({ "is_material": false, "texts": texts("One.") });
    for role in [Role::Safety, Role::Analyst, Role::Viewer] {
        let operator = family.app.operator(role).await;
        operator
            .put("/v1/notices/draft", &body)
            .await
            .assert_problem(403, "forbidden");
    }
    let safety = family.app.operator(Role::Safety).await;
    let ask = json!({ "child": "ada", "scopes": ["core_use"] });
    safety
        .post("/v1/consents/requests", &ask)
        .await
        .assert_status(201);
    let viewer = family.app.operator(Role::Viewer).await;
    viewer
        .get("/v1/consents")
        .await
        .assert_problem(403, "forbidden");
}
