//! What changes about a link or its referrer is soon noticed where links are followed.

use serde_json::json;
use viral_engine_api_types::links::UpdateLink;
use viral_engine_service::Caller;
use viral_engine_service::links::update_link;
use viral_engine_test_support::TestApp;

use super::{execute, follow, until_status};
use crate::world::{FIREFOX, link, number, program};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_noticed_without_waiting_for_the_cache() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    until_status(&app, &link, 302).await;
    for (disabled, status) in [(true, 410), (false, 302), (true, 410)] {
        let change = UpdateLink {
            disabled: Some(disabled),
            expires_at: None,
        };
        update_link(&app.context, &Caller::system(), link.id, None, change)
            .await
            .expect("changed");
        until_status(&app, &link, status).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_on_while_the_listening_connection_is_lost() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    until_status(&app, &link, 302).await;
    for _ in 0..3 {
        execute(&app, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'").await;
        follow(&program(&app, FIREFOX), &link)
            .await
            .assert_status(302);
        // What changes meanwhile is not missed.
        let change = |disabled| UpdateLink {
            disabled: Some(disabled),
            expires_at: None,
        };
        update_link(&app.context, &Caller::system(), link.id, None, change(true))
            .await
            .expect("changed");
        until_status(&app, &link, 410).await;
        update_link(
            &app.context,
            &Caller::system(),
            link.id,
            None,
            change(false),
        )
        .await
        .expect("changed");
        until_status(&app, &link, 302).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_somebody_who_turns_out_to_be_a_child_lead_nowhere() {
    let app = TestApp::new().await;
    let (first, other) = (link(&app, "ada").await, link(&app, "ben").await);
    let browser = program(&app, FIREFOX);
    follow(&browser, &first).await.assert_status(302);
    let key = app.key(&["*"]).await;
    key.put("/v1/users/ada", &json!({ "age_band": "under_13" }))
        .await
        .assert_status(200);
    until_status(&app, &first, 410).await;
    follow(&browser, &other).await.assert_status(302);
    let shown = key.get(&format!("/v1/links/{}", first.id)).await.json();
    assert_eq!(shown["status"], "disabled");
    let audited = "SELECT count(*) FROM audit_entries WHERE action = 'update_link' AND changes->>'reason' = 'age_band'";
    assert_eq!(number(&mut *app.db().connection().await, audited).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_somebody_whose_age_band_is_cleared_lead_nowhere() {
    let app = TestApp::new().await;
    let (first, other) = (link(&app, "ada").await, link(&app, "ben").await);
    let browser = program(&app, FIREFOX);
    follow(&browser, &first).await.assert_status(302);
    follow(&browser, &other).await.assert_status(302);
    let key = app.key(&["*"]).await;
    key.put("/v1/users/ada", &json!({ "age_band": null }))
        .await
        .assert_status(200);
    let bulk = json!({ "users": [{ "external_id": "ben", "age_band": null }] });
    let answer = key.post("/v1/users/bulk", &bulk).await.json();
    assert_eq!(answer["succeeded"], 1, "{answer}");
    until_status(&app, &first, 410).await;
    until_status(&app, &other, 410).await;
}
