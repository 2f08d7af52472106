//! Institution networks and blocks: what operators decide about networks and devices.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::blocks::Block;
use viral_engine_api_types::institution_networks::InstitutionNetwork;
use viral_engine_api_types::permissions::Role;
use viral_engine_db::notifications::{Channel, Notice, Notices, notify};
use viral_engine_service::Context;
use viral_engine_service::notifications::follow_other_nodes;
use viral_engine_test_support::TestApp;

use crate::world::texts;

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_marked_once_without_its_host_bits() {
    let app = TestApp::new().await;
    let safety = app.operator(Role::Safety).await;
    let body = |network: &str| json!({ "network": network, "name": "Lincoln Middle School" });
    let path = "/v1/institution-networks";
    let marked: InstitutionNetwork = safety.post(path, &body("10.20.30.40/16")).await.read();
    assert_eq!(marked.network, "10.20.0.0/16");
    safety
        .post(path, &body("10.20.0.0/16"))
        .await
        .assert_problem(409, "conflict");
    for network in [
        "10.0.0.0/7",
        "10.0.0.0/25",
        "10.0.0.1",
        "2001:db8::/49",
        "school",
    ] {
        let answer = safety.post(path, &body(network)).await;
        let problem = answer.assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/network", "{network}");
    }
    let one = format!("{path}/{}", marked.id);
    safety.delete(&one).await.assert_status(204);
    safety.delete(&one).await.assert_problem(404, "not_found");
    app.operator(Role::Analyst)
        .await
        .post(path, &body("10.20.0.0/16"))
        .await
        .assert_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_write_is_kept_without_personal_information() {
    let app = TestApp::new().await;
    let safety = app.operator(Role::Safety).await;
    let body = json!({ "entity": "device", "value": "device-1", "reason": "mail ann@kid.org" });
    let block: Block = safety.post("/v1/blocks", &body).await.read();
    assert_eq!(block.reason, "mail [EMAIL]");
    let body = json!({ "network": "10.20.0.0/16", "name": "Lincoln, ann@kid.org" });
    let path = "/v1/institution-networks";
    let marked: InstitutionNetwork = safety.post(path, &body).await.read();
    assert_eq!(marked.name, "Lincoln, [EMAIL]");
    let mut conn = app.db().connection().await;
    let kept = texts(
        &mut conn,
        "SELECT reason FROM blocks UNION ALL SELECT name FROM institution_networks \
         UNION ALL SELECT changes::text FROM audit_entries",
    )
    .await
    .concat();
    assert!(kept.contains("mail [EMAIL]") && kept.contains("Lincoln, [EMAIL]"));
    assert!(!kept.contains("ann@"), "{kept}");
    safety
        .delete(&format!("{path}/{}", marked.id))
        .await
        .assert_status(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_holds_on_this_node_at_once_and_ends_by_itself() {
    let app = TestApp::new().await;
    let safety = app.operator(Role::Safety).await;
    let device = json!({ "entity": "device", "value": "device-1", "reason": "Click farm" });
    let block: Block = safety.post("/v1/blocks", &device).await.read();
    assert!(
        block
            .created_by
            .as_deref()
            .is_some_and(|by| by.contains('@'))
    );
    let blocklist = &app.context.blocklist;
    assert!(blocklist.blocks_device("device-1", app.clock.now()));
    safety
        .post("/v1/blocks", &device)
        .await
        .assert_problem(409, "conflict");
    safety
        .delete(&format!("/v1/blocks/{}", block.id))
        .await
        .assert_status(204);
    assert!(!blocklist.blocks_device("device-1", app.clock.now()));

    // A day later the operator would have to sign in again; a key does not.
    let key = app.key(&["*"]).await;
    let network = json!({
        "entity": "network", "value": "203.0.113.9/24", "reason": "Click farm", "expires_in_days": 1,
    });
    let block: Block = key.post("/v1/blocks", &network).await.read();
    assert_eq!(block.value, "203.0.113.0/24");
    let now = app.clock.now();
    assert!(blocklist.blocks_network("203.0.113.0/24", now));
    app.clock.advance(TimeDelta::days(1));
    assert!(!blocklist.blocks_network("203.0.113.0/24", app.clock.now()));
    let list = key.get("/v1/blocks").await.json();
    assert_eq!(list["items"], json!([]));
    key.post("/v1/blocks", &network).await.assert_status(201);
    let wide = json!({ "entity": "network", "value": "203.0.0.0/16", "reason": "Click farm" });
    key.post("/v1/blocks", &wide)
        .await
        .assert_problem(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_reaches_the_other_nodes() {
    let app = TestApp::new().await;
    let other = Context {
        notices: Notices::default(),
        blocklist: std::sync::Arc::default(),
        ..app.context.clone()
    };
    let mut notices = other.notices.subscribe();
    let stop = tokio_util::sync::CancellationToken::new();
    let following = tokio::spawn(follow_other_nodes(other.clone(), stop.clone()));
    while notices.recv().await.expect("a notice") != Notice::Connected {}
    let safety = app.operator(Role::Safety).await;
    let device = json!({ "entity": "device", "value": "device-1", "reason": "Click farm" });
    safety.post("/v1/blocks", &device).await.assert_status(201);
    let told = async {
        while !other.blocklist.blocks_device("device-1", app.clock.now()) {
            // Something else that changes, so that nobody waits for ever.
            let mut conn = app.db().connection().await;
            notify(&mut conn, Channel::Blocks, "").await.expect("told");
            notices.recv().await.expect("a notice");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), told)
        .await
        .expect("the other node blocks too");
    stop.cancel();
    following.await.expect("it ended");
}
