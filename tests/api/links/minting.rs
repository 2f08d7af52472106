//! Minting a link: its defaults, its alias, for whom, and what is refused.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::links::{Link, LinkStatus};
use viral_engine_test_support::TestApp;

use super::{backend, body};
use crate::world::{adult, number, user};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_minted_with_its_defaults() {
    let app = TestApp::new().await;
    adult(&app, "parent-17").await;
    let answer = backend(&app)
        .await
        .post("/v1/links", &body("parent-17"))
        .await;
    answer.assert_status(201);
    let link: Link = answer.read();
    assert_eq!(
        answer.header("location"),
        Some(format!("/v1/links/{}", link.id).as_str())
    );
    assert_eq!(link.token.len(), 22);
    assert_eq!(link.url, format!("https://go.example.org/l/{}", link.token));
    assert_eq!(link.campaign, "organic");
    assert_eq!(link.expires_at - link.created_at, TimeDelta::days(30));
    assert_eq!(
        (link.status, link.clicks, link.version),
        (LinkStatus::Active, 0, 1)
    );
    let mut conn = app.db().connection().await;
    let audited =
        "SELECT count(*) FROM audit_entries WHERE action = 'create_link' AND object_kind = 'link'";
    assert_eq!(number(&mut conn, audited).await, 1);
    let counted = "SELECT sum(total) FROM rollup_input_days WHERE kind = 'link'";
    assert_eq!(number(&mut conn, counted).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn children_and_users_of_unknown_age_share_no_links() {
    let app = TestApp::new().await;
    user(&app, "kid", "under_13").await;
    let client = backend(&app).await;
    let problem = client
        .post("/v1/links", &body("kid"))
        .await
        .assert_problem(403, "parental_consent_required");
    assert!(
        problem["detail"]
            .as_str()
            .expect("a detail")
            .contains("under 13")
    );
    let problem = client
        .post("/v1/links", &body("somebody"))
        .await
        .assert_problem(403, "parental_consent_required");
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(
        detail.contains("age of the user somebody is not known")
            && detail.contains("PUT /v1/users"),
        "{detail}"
    );
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM links").await, 0);
    let known = "SELECT count(*) FROM users WHERE external_id = 'somebody'";
    assert_eq!(
        number(&mut conn, known).await,
        0,
        "a refusal stores nothing"
    );
    for band in ["13_to_15", "16_17", "adult"] {
        user(&app, band, band).await;
        client
            .post("/v1/links", &body(band))
            .await
            .assert_status(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_at_fault_is_named() {
    let app = TestApp::new().await;
    adult(&app, "ada").await;
    let client = backend(&app).await;
    let mut bad = body("ada");
    bad["source"] = json!("Not A Slug");
    bad["target_url"] = json!("https://evil.example.net/");
    bad["alias"] = json!("admin");
    bad["metadata"] = json!({ "note": "call joe@example.com" });
    let problem = client
        .post("/v1/links", &bad)
        .await
        .assert_problem(422, "validation_failed");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["pointer"].as_str().expect("a pointer"))
        .collect();
    assert_eq!(
        pointers,
        ["/source", "/target_url", "/alias", "/metadata/note"]
    );
    assert!(!problem.to_string().contains("joe@example.com"));
    for (field, value) in [
        ("expires_in_days", json!(0)),
        ("expires_in_days", json!(366)),
        ("max_clicks", json!(0)),
        ("campaign", json!("")),
        ("alias", json!("ab")),
        ("metadata", json!({ "text": "x".repeat(4096) })),
        ("target_url", json!("http://learn.example.org/")),
        ("target_url", json!("https://user@learn.example.org/")),
        ("referrer", json!("x".repeat(201))),
        ("unknown", json!(1)),
    ] {
        let mut bad = body("ada");
        bad[field] = value.clone();
        let problem = client
            .post("/v1/links", &bad)
            .await
            .assert_problem(422, "validation_failed");
        let pointer = problem["errors"][0]["pointer"].as_str().expect("a pointer");
        assert!(
            pointer.starts_with(&format!("/{field}")),
            "{field} {value}: {problem}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_holds_no_personal_information_however_it_is_written() {
    let app = TestApp::new().await;
    adult(&app, "ada").await;
    let client = backend(&app).await;
    for query in [
        "e=ann@example.com",
        "e=ann%40example.com",
        "next=%2Fjoin%3Fe%3Dann%2540example.com",
        "tel=%2B1%20415%20555%202671",
        "text=call+me+at+415+555+2671",
        "id=123-45-6789",
        "card=4111%201111%201111%201111",
    ] {
        let mut bad = body("ada");
        bad["target_url"] = json!(format!("https://learn.example.org/join?{query}"));
        let problem = client
            .post("/v1/links", &bad)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/target_url", "{query}");
        assert_eq!(problem["errors"][0]["code"], "personal_information");
    }
    let mut good = body("ada");
    good["target_url"] = json!(
        "https://learn.example.org/quiz%2F7?level=3&score=90%25&from=2026-03-02&ref=u-1234567"
    );
    client.post("/v1/links", &good).await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_names_one_link() {
    let app = TestApp::new().await;
    adult(&app, "ada").await;
    let client = backend(&app).await;
    let mut wish = body("ada");
    wish["alias"] = json!("quiz-night");
    let link: Link = client.post("/v1/links", &wish).await.read();
    assert_eq!(link.alias.as_deref(), Some("quiz-night"));
    client
        .post("/v1/links", &wish)
        .await
        .assert_problem(409, "conflict");
    wish["alias"] = json!("auto");
    let minted: Link = client.post("/v1/links", &wish).await.read();
    assert_eq!(minted.alias.expect("an alias").len(), 12);
}
