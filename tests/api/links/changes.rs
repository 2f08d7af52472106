//! Changing a link: from the version that was read, and not if it was tampered with.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::links::{Link, LinkStatus};
use viral_engine_test_support::TestApp;

use super::backend;
use crate::world::{FIREFOX, link, number, program, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_version_that_was_read() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let path = format!("/v1/links/{}", link.id);
    let read = client.get(&path).await;
    assert_eq!(read.header("etag"), Some("\"1\""));
    let change = |body: Value, tag: Option<&str>| {
        let request = client.request(reqwest::Method::PATCH, &path).json(&body);
        client.send(match tag {
            Some(tag) => request.header("if-match", tag),
            None => request,
        })
    };
    change(json!({ "disabled": true }), None)
        .await
        .assert_problem(428, "precondition_required");
    change(json!({ "disabled": true }), Some("\"7\""))
        .await
        .assert_problem(412, "precondition_failed");
    let disabled = change(json!({ "disabled": true }), Some("\"1\"")).await;
    assert_eq!(disabled.header("etag"), Some("\"2\""));
    assert_eq!(disabled.read::<Link>().status, LinkStatus::Disabled);
    // Nothing changes, so the version stays.
    assert_eq!(
        change(json!({ "disabled": true }), Some("\"2\""))
            .await
            .read::<Link>()
            .version,
        2
    );
    let later = link.expires_at + TimeDelta::days(60);
    let extended: Link = change(json!({ "disabled": false, "expires_at": later }), Some("*"))
        .await
        .read();
    assert_eq!(
        (extended.status, extended.expires_at, extended.version),
        (LinkStatus::Active, later, 3)
    );
    for bad in [app.clock.now(), app.clock.now() + TimeDelta::days(366)] {
        change(json!({ "expires_at": bad }), Some("*"))
            .await
            .assert_problem(422, "validation_failed");
    }
    // The new signature holds.
    program(&app, FIREFOX)
        .get(&format!("/l/{}", link.token))
        .await
        .assert_status(302);
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM audit_entries WHERE action = 'update_link'"
        )
        .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_tampered_with_can_only_be_switched_off() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    texts(&mut *app.db().connection().await, "SELECT 1").await;
    diesel_async::RunQueryDsl::execute(
        diesel::sql_query("UPDATE links SET target_url = 'https://learn.example.org/phish'"),
        &mut *app.db().connection().await,
    )
    .await
    .expect("altered");
    let path = format!("/v1/links/{}", link.id);
    let change = |body: Value| {
        client.send(
            client
                .request(reqwest::Method::PATCH, &path)
                .json(&body)
                .header("if-match", "*"),
        )
    };
    let later = link.expires_at + TimeDelta::days(1);
    change(json!({ "expires_at": later }))
        .await
        .assert_problem(409, "conflict");
    change(json!({ "disabled": true })).await.assert_status(200);
}
