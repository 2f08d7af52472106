//! The admin app's files and the documentation's pages.

use std::path::Path;

use viral_engine_api_types::ErrorCode;
use viral_engine_test_support::{TestApp, TestClient};

const PAGE: &str = "<!doctype html><title>The app</title>";

fn build(dir: &Path) {
    std::fs::create_dir_all(dir.join("assets")).expect("a folder");
    for (name, content) in [
        ("assets/app-0123.js", "plain"),
        ("assets/app-0123.js.br", "brotli"),
        ("assets/app-0123.js.gz", "gzip"),
        ("assets/app-4567.wasm", "wasm"),
        ("index.html", PAGE),
    ] {
        std::fs::write(dir.join(name), content).expect("a file");
    }
}

async fn app_in(dir: &Path) -> TestApp {
    let dir = dir.to_owned();
    TestApp::with(|settings| settings.http.app_dir = dir).await
}

fn browser(app: &TestApp) -> TestClient {
    app.anonymous()
        .with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_client_route_is_answered_with_the_page_that_is_asked_for_again() {
    let dir = tempfile::tempdir().expect("a folder");
    build(dir.path());
    let app = app_in(dir.path()).await;
    let browser = browser(&app);
    for path in [
        "/",
        "/links/new",
        "/alerts?status=open",
        "/users/ada.l@school",
        "/setup",
    ] {
        let page = browser.get(path).await;
        page.assert_status(200);
        assert_eq!(page.body, PAGE.as_bytes(), "{path}");
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(page.header("cache-control"), Some("no-cache"));
    }
    let etag = browser
        .get("/")
        .await
        .header("etag")
        .expect("an ETag")
        .to_owned();
    let again = browser.with_header("if-none-match", &etag).get("/").await;
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_may_load_nothing_but_our_own_files() {
    let dir = tempfile::tempdir().expect("a folder");
    build(dir.path());
    let app = app_in(dir.path()).await;
    let page = browser(&app).get("/").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"));
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_of_mail_is_styled_by_attributes_and_does_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let app = app_in(dir.path()).await;
    let page = browser(&app).get("/mail-frame.html").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; img-src data:;"));
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hashed_files_are_cached_for_ever_in_the_smallest_form_that_is_taken() {
    let dir = tempfile::tempdir().expect("a folder");
    build(dir.path());
    let app = app_in(dir.path()).await;
    let path = "/assets/app-0123.js";
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("br;q=0", None, "plain"),
        ("identity", None, "plain"),
    ] {
        let file = app
            .anonymous()
            .with_header("accept-encoding", accepted)
            .get(path)
            .await;
        assert_eq!(file.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(file.body, body.as_bytes(), "{accepted}");
        assert_eq!(file.header("vary"), Some("accept-encoding"));
        let caching = file.header("cache-control");
        assert_eq!(caching, Some("public, max-age=31536000, immutable"));
    }
    let wasm = app.anonymous().get("/assets/app-4567.wasm").await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    let head = app.anonymous().head(path).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_not_answered_with_the_page() {
    let dir = tempfile::tempdir().expect("a folder");
    build(dir.path());
    std::fs::write(dir.path().join("secret.txt"), "secret").expect("a file");
    let app = app_in(dir.path()).await;
    let browser = browser(&app);
    for path in [
        "/assets/app-9999.js",
        "/assets/app-0123.js.br",
        "/favicon.ico",
        "/secret.txt",
        "/v1/unknown",
        "/l",
    ] {
        browser.get(path).await.assert_problem(404, "not_found");
    }
    app.anonymous()
        .with_header("accept", "application/json")
        .get("/links")
        .await
        .assert_problem(404, "not_found");
    let posted = browser
        .send(browser.request(reqwest::Method::POST, "/links"))
        .await;
    posted.assert_problem(405, "method_not_allowed");
    assert_eq!(posted.header("allow"), Some("GET, HEAD"));
}

/// A request as no browser sends it: clients resolve dots before they ask.
fn get_raw(app: &TestApp, path: &str) -> String {
    use std::io::{Read, Write};
    let address = app.base_url().trim_start_matches("http://");
    let mut socket = std::net::TcpStream::connect(address).expect("connected");
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("answered");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    build(&dir.path().join("dist"));
    std::fs::write(dir.path().join("secret.txt"), "secret").expect("a file");
    let app = app_in(&dir.path().join("dist")).await;
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/docs/../../secret.txt",
        "//secret.txt",
    ] {
        let answer = get_raw(&app, path);
        assert!(
            !answer.contains("secret\n") && !answer.ends_with("secret"),
            "{path}: {answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_app_a_page_says_how_to_build_it_and_then_serves_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let app = app_in(&dir.path().join("dist")).await;
    let page = browser(&app).get("/").await;
    page.assert_status(200);
    assert!(String::from_utf8_lossy(&page.body).contains("cargo xtask frontend"));
    build(&dir.path().join("dist"));
    assert_eq!(browser(&app).get("/").await.body, PAGE.as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_is_served_from_the_binary_and_its_scripts_from_its_own_files() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let redirect = client.get("/docs").await;
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (308, Some("/docs/"))
    );
    let page = client.get("/docs/").await;
    page.assert_status(200);
    let html = String::from_utf8(page.body.clone()).expect("text");
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "{html}"
    );
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    for script in html.split("<script").skip(1) {
        let tag = script.split("</script>").next().unwrap_or_default();
        let (attributes, content) = tag.split_once('>').expect("a tag");
        assert!(attributes.contains("src="), "an inline script: {tag}");
        assert_eq!(content.trim(), "");
        let file = attributes.split('"').nth(1).expect("a file");
        let file = client
            .get(&format!("/docs/{}", file.trim_start_matches("./")))
            .await;
        file.assert_status(200);
        assert_eq!(file.header("content-type"), Some("text/javascript"));
    }
    let start = client.get("/docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&start.body).contains("/openapi.json"));
    client
        .get("/docs/nothing.js")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_problem_leads_to_its_code() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let problem = client.get("/v1/unknown").await.json();
    let (page, anchor) = problem["type"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link");
    let html = String::from_utf8(client.get(page).await.body).expect("text");
    assert!(html.contains(&format!("id=\"{anchor}\"")));
    for code in ErrorCode::ALL {
        assert!(
            html.contains(&format!("id=\"{}\"", code.as_str())),
            "{code:?}"
        );
    }
}
