//! Links that lead nowhere: forged, used up, or followed from a blocked network.

use viral_engine_api_types::blocks::{BlockEntity, CreateBlock};
use viral_engine_service::Caller;
use viral_engine_service::blocks::create_block;
use viral_engine_test_support::TestApp;

use super::{execute, follow, until_status};
use crate::world::{FIREFOX, link, link_with, program, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_altered_in_the_database_is_forged() {
    let app = TestApp::new().await;
    let safety = app.key(&["links:read"]).await;
    for (index, change) in [
        "target_url = 'https://learn.example.org/other'",
        "target_url = 'https://evil.example.net/'",
        "expires_at = expires_at + interval '1 year'",
        "max_clicks = 1000000",
        "source = 'other'",
        "campaign = 'other'",
        "channel = 'other'",
        "alias = 'quiz-night'",
        "referrer_id = (SELECT id FROM users WHERE external_id <> 'ada' LIMIT 1)",
        "token = 'AAAAAAAAAAAAAAAAAAAAAA'",
        "signature = 'v1.test.' || repeat('A', 43)",
    ]
    .into_iter()
    .enumerate()
    {
        let mut link = link(&app, &format!("user-{index}")).await;
        follow(&program(&app, FIREFOX), &link)
            .await
            .assert_status(302);
        execute(
            &app,
            &format!("UPDATE links SET {change} WHERE id = '{}'", link.id),
        )
        .await;
        if change.starts_with("token") {
            link.token = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
        }
        until_status(&app, &link, 410).await;
        let shown = safety.get(&format!("/v1/links/{}", link.id)).await.json();
        assert_eq!(shown["status"], "forged", "{change}");
        let page = follow(&program(&app, FIREFOX), &link).await;
        page.assert_status(410);
        let text = String::from_utf8(page.body.clone()).expect("text");
        assert!(
            text.contains("no longer works") && !text.contains("<script"),
            "{text}"
        );
        let forged = format!(
            "SELECT count(*) FROM events WHERE reject_reason = 'forged' AND link_id = '{}' AND referrer_id IS NULL",
            link.id
        );
        until(&app, &forged, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_stops_after_its_clicks() {
    let app = TestApp::new().await;
    let link = link_with(&app, "ada", |body| body.max_clicks = Some(2)).await;
    for version in 1..=2 {
        let browser = program(&app, &FIREFOX.replace("140", &format!("14{version}")));
        follow(&browser, &link).await.assert_status(302);
        follow(&browser, &link).await.assert_status(302);
    }
    until_status(&app, &link, 410).await;
    follow(&program(&app, FIREFOX), &link)
        .await
        .assert_status(410);
    until(
        &app,
        "SELECT count(*) FROM events WHERE reject_reason = 'exhausted'",
        1,
    )
    .await;
    until(&app, "SELECT sum(human) FROM rollup_link_days", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_networks_are_refused_and_recorded() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    until_status(&app, &link, 302).await;
    let block = CreateBlock {
        entity: BlockEntity::Network,
        value: "127.0.0.0/24".to_owned(),
        reason: "Click farm".to_owned(),
        expires_in_days: None,
    };
    create_block(&app.context, &Caller::system(), block)
        .await
        .expect("blocked");
    follow(&program(&app, FIREFOX), &link)
        .await
        .assert_status(410);
    until(
        &app,
        "SELECT count(*) FROM events WHERE class = 'rejected' AND reject_reason = 'blocked'",
        1,
    )
    .await;
}
