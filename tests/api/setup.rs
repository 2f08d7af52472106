//! Setup links: the first admin, invitations, and choosing a password.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::auth::{create_admin, create_first_setup_link};
use viral_engine_test_support::TestApp;
use viral_engine_test_support::test_app::PUBLIC_URL;

const PASSWORD: &str = "correct horse battery staple";

fn token(url: &str) -> String {
    url.split_once('#').expect("a secret behind #").1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_chooses_address_and_password_and_is_signed_in() {
    let app = TestApp::new().await;
    let url = create_first_setup_link(&app.context).await.expect("a link");
    assert!(url.starts_with(&format!("{PUBLIC_URL}/setup#")), "{url}");
    let browser = app.anonymous();
    let token = token(&url);
    let info = browser
        .post("/v1/auth/setup/inspect", &json!({ "token": token }))
        .await;
    assert_eq!(info.json()["email"], json!(null));

    let body =
        json!({ "token": token, "name": "Ada", "email": "ada@example.org", "password": PASSWORD });
    let me = browser.post("/v1/auth/setup", &body).await;
    me.assert_status(200);
    assert_eq!(me.json()["operator"]["role"], "admin");
    assert_eq!(me.json()["operator"]["status"], "active");
    browser.get("/v1/auth/me").await.assert_status(200);

    browser
        .post("/v1/auth/setup", &body)
        .await
        .assert_problem(404, "not_found");
    assert!(create_first_setup_link(&app.context).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_first_link_ends_the_one_before() {
    let app = TestApp::new().await;
    let first = create_first_setup_link(&app.context).await.expect("a link");
    let second = create_first_setup_link(&app.context).await.expect("a link");
    let browser = app.anonymous();
    browser
        .post("/v1/auth/setup/inspect", &json!({ "token": token(&first) }))
        .await
        .assert_problem(404, "not_found");
    browser
        .post(
            "/v1/auth/setup/inspect",
            &json!({ "token": token(&second) }),
        )
        .await
        .assert_status(200);
    app.clock.advance(TimeDelta::hours(24));
    browser
        .post(
            "/v1/auth/setup/inspect",
            &json!({ "token": token(&second) }),
        )
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_needs_an_address_and_a_password_that_is_not_guessed_first() {
    let app = TestApp::new().await;
    let token = token(&create_first_setup_link(&app.context).await.expect("a link"));
    let browser = app.anonymous();
    for (email, password, pointer) in [
        (None, PASSWORD, "/email"),
        (Some("not an address"), PASSWORD, "/email"),
        (Some("ada@example.org"), "short", "/password"),
        (Some("ada@example.org"), "aaaaaaaaaaaaaa", "/password"),
        (Some("ada@example.org"), "ada@example.org", "/password"),
    ] {
        let mut body = json!({ "token": token, "name": "Ada", "password": password });
        if let Some(email) = email {
            body["email"] = json!(email);
        }
        let problem = browser
            .post("/v1/auth/setup", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_used_once_even_when_two_browsers_race() {
    let app = TestApp::new().await;
    let token = token(&create_first_setup_link(&app.context).await.expect("a link"));
    let (one, two) = (app.anonymous(), app.anonymous());
    let body = |email: &str| json!({ "token": token, "name": "Ada", "email": email, "password": PASSWORD });
    let (one_body, two_body) = (body("one@example.org"), body("two@example.org"));
    let (first, second) = tokio::join!(
        one.post("/v1/auth/setup", &one_body),
        two.post("/v1/auth/setup", &two_body),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_operator_chooses_a_password_and_keeps_the_invited_address() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "email": "grace@example.org", "name": "Grace", "role": "safety" });
    let invited = admin.post("/v1/operators", &body).await;
    invited.assert_status(201);
    assert_eq!(invited.json()["operator"]["status"], "invited");
    let token = token(invited.json()["setup_url"].as_str().expect("a link"));

    let browser = app.anonymous();
    let body = json!({ "token": token, "name": "Grace H.", "email": "other@example.org", "password": PASSWORD });
    let me = browser.post("/v1/auth/setup", &body).await.json();
    assert_eq!(me["operator"]["email"], "grace@example.org");
    assert_eq!(me["operator"]["name"], "Grace H.");
    assert_eq!(me["operator"]["role"], "safety");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_an_active_operator_ends_the_other_sessions_when_it_is_used() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let row = app.insert_operator(Role::Analyst).await;
    let thief = app.sign_in(&row).await;
    let path = format!("/v1/operators/{}/setup-link", row.id);
    let link = admin.request(reqwest::Method::POST, &path);
    let link = admin.send(link).await;
    link.assert_status(201);
    thief.get("/v1/auth/me").await.assert_status(200);
    let token = token(link.json()["setup_url"].as_str().expect("a link"));
    let body = json!({ "token": token, "name": "Alan", "password": PASSWORD });
    app.anonymous()
        .post("/v1/auth/setup", &body)
        .await
        .assert_status(200);
    thief
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_an_admin_once_per_address() {
    let app = TestApp::new().await;
    create_admin(&app.context, "ada@example.org", "Ada", PASSWORD)
        .await
        .expect("an admin");
    let again = create_admin(&app.context, "ADA@example.org", "Ada", PASSWORD).await;
    assert!(again.is_err());
    assert!(
        create_admin(&app.context, "bob@example.org", "Bob", "short")
            .await
            .is_err()
    );
    let login = json!({ "email": " Ada@Example.org", "password": PASSWORD });
    app.anonymous()
        .post("/v1/auth/login", &login)
        .await
        .assert_status(200);
}
