//! What is read of links: lists by filter and page, figures, QR codes and exports.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::links::{Link, LinkStats};
use viral_engine_test_support::TestApp;

use super::{backend, body};
use crate::world::{FIREFOX, adult, conversion, link, link_with, program, until};

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
