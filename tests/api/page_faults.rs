//! Who reads an answer behind a link in a message is told by a page what went wrong; programs are told by a problem.

use diesel_async::SimpleAsyncConnection;
use futures_util::future::join_all;
use reqwest::Method;
use uuid::Uuid;
use viral_engine_domain::emails::Address;
use viral_engine_domain::recaps::{PageKeys, Week};
use viral_engine_test_support::{Answer, TestApp};

/// A page behind each kind of link.
const PAGES: [&str; 5] = ["/c/x", "/c/x/form", "/d/x", "/r/x", "/u/x"];

fn text(answer: &Answer, status: u16) -> String {
    answer.assert_status(status);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-request-id").is_some());
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let text = String::from_utf8(answer.body.clone()).expect("a text");
    assert!(!text.contains("<script") && !text.contains("{\""), "{text}");
    text
}

/// A link to a week that looks like one of ours: what is none is told from it without the database.
fn week() -> String {
    let week = Week::new("2026-03-09".parse().expect("a day")).expect("a Monday");
    let to = Address::parse("ada@example.org").expect("an address");
    let token = PageKeys::derive([&[7; 32][..]]).token(Uuid::nil(), week, &to);
    format!("/r/{}", token.expect("a token").text())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_people_read_that_nothing_was_done() {
    let app = TestApp::new().await;
    let everybody = app.anonymous();
    let anyone = &everybody;
    let german = app.anonymous().with_header("accept-language", "de-AT");
    // Whoever wants a connection of the pool waits in vain.
    let taken = join_all((0..8).map(|_| app.db().connection())).await;
    let shown = join_all(PAGES.map(|path| anyone.get(path)));
    let pressed = ["/c/x/refuse", "/c/x/form", "/d/x", "/r/x/on", "/u/x"]
        .map(|path| anyone.send(anyone.request(Method::POST, path)));
    let (shown, pressed, wanted, asked, program) = tokio::join!(
        shown,
        join_all(pressed),
        german.get("/u/x"),
        anyone.get("/c/x?lang=de"),
        anyone.get("/v1/about"),
    );
    drop(taken);
    for answer in shown.iter().chain(&pressed) {
        let page = text(answer, 503);
        assert!(page.contains("<html lang=\"en\">"), "{page}");
        assert!(page.contains("Nothing was done. Please try again in a moment"));
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    for answer in [&wanted, &asked] {
        let page = text(answer, 503);
        assert!(page.contains("<html lang=\"de\">"), "{page}");
        assert!(page.contains("Es ist nichts geschehen."), "{page}");
    }
    program.assert_problem(503, "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_ours_is_a_page_where_people_read_it() {
    let app = TestApp::new().await;
    let gone = "ALTER TABLE lasting_keys RENAME TO lasting_keys_gone; ALTER TABLE users RENAME TO users_gone";
    let mut conn = app.db().connection().await;
    conn.batch_execute(gone).await.expect("renamed");
    let week = week();
    for path in ["/c/x", "/c/x/form", week.as_str(), "/u/x"] {
        let page = text(&app.anonymous().get(path).await, 500);
        assert!(page.contains("Something went wrong on our side"), "{page}");
        for table in ["lasting_keys", "users"] {
            assert!(!page.contains(table), "{page}");
        }
        let german = app.anonymous().with_header("accept-language", "de");
        let page = text(&german.get(path).await, 500);
        assert!(page.contains("Bei uns ist etwas schiefgegangen"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_add_to_a_guardians_link_does_not_keep_it_from_opening() {
    let app = TestApp::new().await;
    let back = app.anonymous().get("/c/return?lang=de&session_id=17").await;
    assert!(text(&back, 200).contains("<html lang=\"de\">"));
    for path in ["/c/x?utm_source=mail", "/d/x?utm_source=mail"] {
        text(&app.anonymous().get(path).await, 404);
    }
}
