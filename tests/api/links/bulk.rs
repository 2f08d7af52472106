//! Minting many links in one call.

use serde_json::{Value, json};
use viral_engine_api_types::links::{BulkAnswer, Link};
use viral_engine_test_support::TestApp;

use super::{backend, body};
use crate::world::{adult, number};

#[tokio::test(flavor = "multi_thread")]
async fn items_of_a_bulk_call_succeed_or_fail_on_their_own() {
    let app = TestApp::new().await;
    adult(&app, "ada").await;
    let mut taken = body("ada");
    taken["alias"] = json!("same-word");
    let mut bad = body("ada");
    bad["channel"] = json!("carrier_pigeon");
    let links = json!({ "links": [body("ada"), bad, body("stranger"), taken, taken, 7] });
    let answer: BulkAnswer<Link> = backend(&app)
        .await
        .post("/v1/links/bulk", &links)
        .await
        .read();
    assert_eq!((answer.succeeded, answer.failed), (2, 4));
    let outcome: Vec<Option<String>> = answer
        .results
        .iter()
        .map(|result| {
            result.problem.as_ref().map(|p| {
                format!(
                    "{} {}",
                    p.code.as_str(),
                    p.errors.first().map_or("", |e| &e.pointer)
                )
            })
        })
        .collect();
    assert_eq!(
        outcome,
        [
            None,
            Some("validation_failed /links/1/channel".to_owned()),
            Some("parental_consent_required ".to_owned()),
            None,
            Some("conflict ".to_owned()),
            Some("malformed_body /links/5".to_owned()),
        ]
    );
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM links").await, 2);
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM audit_entries WHERE action = 'create_links'"
        )
        .await,
        2
    );
    assert_eq!(
        number(
            &mut conn,
            "SELECT sum(total) FROM rollup_input_days WHERE kind = 'link'"
        )
        .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_call_takes_a_thousand_links_and_no_more() {
    let app = TestApp::new().await;
    adult(&app, "ada").await;
    let client = backend(&app).await;
    let links: Vec<Value> = vec![body("ada"); 1_000];
    let answer: BulkAnswer<Link> = client
        .post("/v1/links/bulk", &json!({ "links": links }))
        .await
        .read();
    assert_eq!(answer.succeeded, 1_000);
    let links: Vec<Value> = vec![body("ada"); 1_001];
    client
        .post("/v1/links/bulk", &json!({ "links": links }))
        .await
        .assert_problem(422, "validation_failed");
    client
        .post("/v1/links/bulk", &json!({ "links": [] }))
        .await
        .assert_problem(422, "validation_failed");
}
