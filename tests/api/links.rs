//! Minting, finding, changing and counting links.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::Page;
use viral_engine_api_types::links::{BulkAnswer, Link, LinkStats, LinkStatus};
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{
    FIREFOX, adult, conversion, link, link_with, number, program, texts, until, user,
};

fn body(referrer: &str) -> Value {
    json!({
        "referrer": referrer,
        "source": "buddy_challenge",
        "target_url": "https://learn.example.org/join",
        "channel": "whatsapp",
    })
}

async fn backend(app: &TestApp) -> TestClient {
    app.key(&["links:read", "links:write"]).await
}

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
        detail.contains("age of somebody is not known") && detail.contains("PUT /v1/users"),
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

#[tokio::test(flavor = "multi_thread")]
async fn links_are_found_by_every_filter() {
    let app = TestApp::new().await;
    let one = link_with(&app, "ada", |body| {
        body.source = "proud_parent".to_owned();
        body.campaign = Some("spring".to_owned());
        body.alias = Some("quiz-night".to_owned());
    })
    .await;
    app.clock.advance(TimeDelta::minutes(1));
    let two = link_with(&app, "bob", |body| body.expires_in_days = Some(1)).await;
    app.clock.advance(TimeDelta::days(2));
    let three = link(&app, "cleo").await;
    let client = backend(&app).await;
    let found = |query: String| {
        let client = &client;
        async move {
            let page: Page<Link> = client.get(&format!("/v1/links?{query}")).await.read();
            page.items
                .into_iter()
                .map(|link| link.id)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(found(String::new()).await, [three.id, two.id, one.id]);
    for query in [
        "source=proud_parent",
        "campaign=spring",
        "referrer=ada",
        "q=quiz-night",
        "q=Quiz-Night",
    ] {
        assert_eq!(found(query.to_owned()).await, [one.id], "{query}");
    }
    assert_eq!(found(format!("q={}", two.token)).await, [two.id]);
    assert_eq!(found("status=expired".to_owned()).await, [two.id]);
    assert_eq!(found("status=active".to_owned()).await, [three.id, one.id]);
    assert_eq!(found("status=disabled".to_owned()).await, []);
    assert_eq!(
        found("created_from=2026-03-16T12:00:30Z&created_to=2026-03-17T00:00:00Z".to_owned()).await,
        [two.id]
    );
    client
        .get("/v1/links?status=asleep")
        .await
        .assert_problem(400, "malformed_request");
    client
        .get("/v1/links?colour=red")
        .await
        .assert_problem(400, "malformed_request");

    let first: Page<Link> = client.get("/v1/links?limit=2").await.read();
    let cursor = first.next_cursor.expect("a further page");
    let second: Page<Link> = client
        .get(&format!("/v1/links?limit=2&cursor={cursor}"))
        .await
        .read();
    assert_eq!(second.items[0].id, one.id);
    let back = second.prev_cursor.expect("the page before");
    let again: Page<Link> = client
        .get(&format!("/v1/links?limit=2&cursor={back}"))
        .await
        .read();
    assert_eq!(
        again.items.iter().map(|link| link.id).collect::<Vec<_>>(),
        [three.id, two.id]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_link_follow_its_hits() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let path = format!("/l/{}", link.token);
    let browser = program(&app, FIREFOX);
    browser.get(&path).await.assert_status(302);
    browser.get(&path).await.assert_status(302);
    program(
        &app,
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    )
    .get(&path)
    .await
    .assert_status(302);
    app.clock.advance(TimeDelta::days(1));
    browser.get(&path).await.assert_status(302);
    until(&app, "SELECT count(*) FROM events", 4).await;
    app.clicks
        .ingest
        .store(vec![conversion(app.clock.now(), &link, "newcomer")])
        .await
        .expect("stored");
    let client = backend(&app).await;
    let read: Link = client.get(&format!("/v1/links/{}", link.id)).await.read();
    assert_eq!((read.clicks, read.hits, read.conversions), (2, 4, 1));
    app.clock.advance(TimeDelta::minutes(1));
    for query in [
        "days=2",
        "from=2026-03-16T06:00:00Z&to=2026-03-17T13:00:00Z",
        "days=2&time_zone=Europe/Berlin",
    ] {
        let stats: LinkStats = client
            .get(&format!("/v1/links/{}/stats?{query}", link.id))
            .await
            .read();
        let days: Vec<_> = stats
            .days
            .iter()
            .map(|day| (day.date.to_string(), day.human, day.duplicate, day.bot))
            .collect();
        assert_eq!(
            days,
            [
                ("2026-03-16".to_owned(), 1, 1, 1),
                ("2026-03-17".to_owned(), 1, 0, 0)
            ],
            "{query}"
        );
        assert_eq!(stats.conversions, 1);
        assert_eq!(
            (stats.agents[0].name.as_str(), stats.agents[0].hits),
            ("Googlebot", 1)
        );
    }
    // The part of a day before the hits.
    let stats: LinkStats = client
        .get(&format!(
            "/v1/links/{}/stats?from=2026-03-16T00:00:00Z&to=2026-03-16T12:00:00Z",
            link.id
        ))
        .await
        .read();
    assert_eq!((stats.days.len(), stats.days[0].human), (1, 0));
    client
        .get(&format!("/v1/links/{}/stats?days=91", link.id))
        .await
        .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_qr_code_is_an_image_of_the_short_link() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let svg = client.get(&format!("/v1/links/{}/qr", link.id)).await;
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(svg.body.starts_with(b"<svg"));
    let png = client
        .get(&format!("/v1/links/{}/qr?format=png&size=256", link.id))
        .await;
    assert_eq!(png.header("content-type"), Some("image/png"));
    assert!(png.body.starts_with(b"\x89PNG"));
    assert_eq!(&png.body[16..24], [0, 0, 1, 0, 0, 0, 1, 0]);
    for bad in ["format=gif", "format=png&size=127", "format=png&size=2049"] {
        client
            .get(&format!("/v1/links/{}/qr?{bad}", link.id))
            .await
            .assert_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_hold_every_link_and_no_formula() {
    let app = TestApp::new().await;
    adult(&app, "=HYPERLINK(\"http://evil\")").await;
    let client = backend(&app).await;
    let mut formula = body("=HYPERLINK(\"http://evil\")");
    formula["campaign"] = json!("spring");
    client.post("/v1/links", &formula).await.assert_status(201);
    adult(&app, "ada").await;
    for _ in 0..3 {
        client
            .post(
                "/v1/links/bulk",
                &json!({ "links": vec![body("ada"); 700] }),
            )
            .await
            .assert_status(200);
    }
    let csv = client.get("/v1/links/export").await;
    assert_eq!(
        csv.header("content-disposition"),
        Some("attachment; filename=\"links.csv\"")
    );
    let text = String::from_utf8(csv.body).expect("text");
    assert_eq!(text.lines().count(), 1 + 2_101);
    assert!(text.starts_with("id,url,token,"), "{text:.100}");
    assert!(
        text.contains(",\"'=HYPERLINK(\"\"http://evil\"\")\","),
        "a formula"
    );
    let ndjson = client
        .get("/v1/links/export?format=ndjson&campaign=spring")
        .await;
    let link: Link = serde_json::from_slice(&ndjson.body).expect("one line");
    assert_eq!(link.referrer, "=HYPERLINK(\"http://evil\")");
}
