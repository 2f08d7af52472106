//! Following links, as the public does.

use chrono::TimeDelta;
use diesel::sql_query;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::json;
use viral_engine_api_types::blocks::{BlockEntity, CreateBlock};
use viral_engine_api_types::links::{Link, UpdateLink};
use viral_engine_service::Caller;
use viral_engine_service::blocks::create_block;
use viral_engine_service::config::ClickDurability;
use viral_engine_service::links::update_link;
use viral_engine_test_support::test_client::Answer;
use viral_engine_test_support::{TestApp, TestClient};

use crate::ingest::assert_rollups_equal_events;
use crate::world::{FIREFOX, link, link_with, number, program, texts, until};

async fn follow(client: &TestClient, link: &Link) -> Answer {
    client.get(&format!("/l/{}", link.token)).await
}

async fn execute(app: &TestApp, sql: &str) {
    let mut conn = app.db().connection().await;
    sql_query(sql).execute(&mut conn).await.expect(sql);
}

/// Follows the link until the answer has this status: other nodes are told of changes, which takes a moment.
async fn until_status(app: &TestApp, link: &Link, status: u16) {
    let begun = std::time::Instant::now();
    loop {
        let answer = program(app, FIREFOX)
            .head(&format!("/l/{}", link.token))
            .await;
        if answer.status == status {
            return;
        }
        let late = begun.elapsed() > std::time::Duration::from_secs(20);
        assert!(!late, "{} and not {status} after 20 s", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_its_target_with_the_click_and_nothing_about_anyone() {
    let app = TestApp::new().await;
    let link = link_with(&app, "lovelace", |body| {
        body.utm_medium = Some("chat".to_owned());
    })
    .await;
    let answer = follow(&program(&app, FIREFOX), &link).await;
    answer.assert_status(302);
    let location = answer.header("location").expect("a location");
    let (target, click) = location.split_once("ve_click=").expect("a click id");
    assert_eq!(
        target,
        "https://learn.example.org/join?lang=en&utm_source=buddy_challenge&utm_medium=chat&utm_campaign=organic&"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("ve_visitor="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/l; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(!location.contains("lovelace"));
    until(&app, "SELECT count(*) FROM events", 1).await;
    let stored = format!(
        "SELECT count(*) FROM events WHERE id = '{click}' AND class = 'human' AND ip_prefix = '127.0.0.0/24'"
    );
    until(&app, &stored, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_the_same_and_records_nothing() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let path = format!("/l/{}", link.token);
    let head = program(&app, FIREFOX).head(&path).await;
    head.assert_status(302);
    assert_eq!(head.header("cache-control"), Some("no-store"));
    assert!(
        head.header("location")
            .expect("a location")
            .contains("ve_click=")
    );
    follow(&program(&app, FIREFOX), &link)
        .await
        .assert_status(302);
    until(&app, "SELECT count(*) FROM events", 1).await;
    let people = "SELECT count(*) FROM events WHERE class = 'human'";
    until(&app, people, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_classes_add_up_to_the_requests() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let browser = program(&app, FIREFOX);
    let path = format!("/l/{}", link.token);
    follow(&browser, &link).await.assert_status(302);
    follow(&browser, &link).await.assert_status(302);
    for agent in [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
    ] {
        follow(&program(&app, agent), &link)
            .await
            .assert_status(302);
    }
    follow(&app.anonymous(), &link).await.assert_status(302);
    follow(&program(&app, "WhatsApp/2.23.20.0"), &link)
        .await
        .assert_status(302);
    for (name, value) in [
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
    ] {
        let request = browser.request(Method::GET, &path).header(name, value);
        browser.send(request).await.assert_status(302);
    }
    app.clock.advance(TimeDelta::days(31));
    follow(&browser, &link).await.assert_status(410);

    until(&app, "SELECT count(*) FROM events", 9).await;
    let mut conn = app.db().connection().await;
    for (class, hits) in [
        ("human", 1),
        ("duplicate", 1),
        ("bot", 3),
        ("preview", 1),
        ("prefetch", 2),
        ("rejected", 1),
    ] {
        let sql = format!("SELECT coalesce(sum({class}), 0) FROM rollup_link_days");
        assert_eq!(number(&mut conn, &sql).await, hits, "{class}");
    }
    let mut names = texts(
        &mut conn,
        "SELECT DISTINCT agent FROM events WHERE agent IS NOT NULL",
    )
    .await;
    names.sort();
    assert_eq!(names, ["(Googlebot)", "(WhatsApp)", "(curl)"]);
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE reject_reason = 'expired'"
        )
        .await,
        1
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_the_same_by_cookie_and_without_one_and_new_after_an_hour() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let classes = |class: &str| format!("SELECT count(*) FROM events WHERE class = '{class}'");
    // The jar keeps the cookie of the first answer.
    let browser = program(&app, FIREFOX);
    follow(&browser, &link).await.assert_status(302);
    app.clock.advance(TimeDelta::minutes(59));
    let second = follow(&browser, &link).await;
    assert_eq!(second.header("set-cookie"), None);
    until(&app, &classes("duplicate"), 1).await;
    // The same browser without its cookie, and another one.
    follow(&program(&app, FIREFOX), &link)
        .await
        .assert_status(302);
    until(&app, &classes("duplicate"), 2).await;
    follow(&program(&app, &FIREFOX.replace("140", "141")), &link)
        .await
        .assert_status(302);
    until(&app, &classes("human"), 2).await;
    app.clock.advance(TimeDelta::minutes(2));
    follow(&browser, &link).await.assert_status(302);
    until(&app, &classes("human"), 3).await;
    until(&app, "SELECT count(*) FROM events WHERE has_cookie", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_equal_school_laptops_are_thirty_people() {
    let app = TestApp::new().await;
    execute(&app, "INSERT INTO institution_networks VALUES (gen_random_uuid(), '127.0.0.0/8', 'School', now())").await;
    let link = link(&app, "ada").await;
    for _ in 0..5 {
        follow(&program(&app, FIREFOX), &link)
            .await
            .assert_status(302);
    }
    let same = program(&app, FIREFOX);
    follow(&same, &link).await.assert_status(302);
    follow(&same, &link).await.assert_status(302);
    until(&app, "SELECT count(*) FROM events WHERE class = 'human'", 6).await;
    until(
        &app,
        "SELECT count(*) FROM events WHERE class = 'duplicate'",
        1,
    )
    .await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn unknown_links_are_not_found_and_guessing_aliases_is_slowed() {
    let app = TestApp::new().await;
    let link = link_with(&app, "ada", |body| {
        body.alias = Some("quiz-night".to_owned());
    })
    .await;
    assert_eq!(link.url, "https://go.example.org/l/quiz-night");
    let guesser = program(&app, FIREFOX);
    for name in [
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAB",
        "x",
        "%00",
        "a%2Fb",
        &"x".repeat(500),
    ] {
        guesser.get(&format!("/l/{name}")).await.assert_status(404);
    }
    for number in 0..30 {
        guesser
            .get(&format!("/l/guess-{number}"))
            .await
            .assert_status(404);
    }
    let refused = guesser.get("/l/guess-31").await;
    refused.assert_status(429);
    assert!(refused.header("retry-after").is_some());
    // Tokens can not be guessed, so they are not held back.
    follow(&guesser, &link).await.assert_status(302);
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE link_id IS NULL"
        )
        .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_that_was_missing_works_once_it_is_minted() {
    let app = TestApp::new().await;
    program(&app, FIREFOX)
        .get("/l/quiz-night")
        .await
        .assert_status(404);
    link_with(&app, "ada", |body| {
        body.alias = Some("quiz-night".to_owned());
    })
    .await;
    let begun = std::time::Instant::now();
    while program(&app, FIREFOX).get("/l/Quiz-Night").await.status != 302 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_database_durability_an_answered_click_is_in_the_database() {
    let app = TestApp::with(|settings| {
        settings.service.click_durability = ClickDurability::Database;
    })
    .await;
    let link = link(&app, "ada").await;
    for hits in 1..=5 {
        follow(&program(&app, FIREFOX), &link)
            .await
            .assert_status(302);
        let mut conn = app.db().connection().await;
        assert_eq!(number(&mut conn, "SELECT count(*) FROM events").await, hits);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_visitor_cookies_none_is_set_or_believed() {
    let app = TestApp::with(|settings| settings.service.visitor_cookie = false).await;
    let link = link(&app, "ada").await;
    let answer = follow(&program(&app, FIREFOX), &link).await;
    assert_eq!(answer.header("set-cookie"), None);
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
