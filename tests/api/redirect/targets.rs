//! Where a link leads, and what is answered to names of no link.

use viral_engine_test_support::TestApp;

use super::follow;
use crate::world::{FIREFOX, link, link_with, number, program, until};

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
