//! What is recorded of a hit: its class, its visitor, and when it is in the database.

use chrono::TimeDelta;
use reqwest::Method;
use viral_engine_service::config::ClickDurability;
use viral_engine_test_support::TestApp;

use super::{execute, follow};
use crate::ingest::assert_rollups_equal_events;
use crate::world::{FIREFOX, link, number, program, texts, until};

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
