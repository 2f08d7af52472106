//! Signing in, sessions, refresh, CSRF and lockout.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_http::middleware::authenticate::{ACCESS_COOKIE, REFRESH_COOKIE};
use viral_engine_service::auth::create_admin;
use viral_engine_test_support::test_app::PUBLIC_URL;
use viral_engine_test_support::{Answer, TestApp, TestClient};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery staple";

async fn app_with_ada() -> TestApp {
    let app = TestApp::new().await;
    create_admin(&app.context, EMAIL, "Ada", PASSWORD)
        .await
        .expect("an admin");
    app
}

async fn login(client: &TestClient, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    client.post("/v1/auth/login", &body).await
}

async fn post(client: &TestClient, path: &str) -> Answer {
    client
        .send(client.request(reqwest::Method::POST, path))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_sets_cookies_that_scripts_and_other_sites_can_not_use() {
    let app = app_with_ada().await;
    let client = app.anonymous();
    let answer = login(&client, EMAIL, PASSWORD).await;
    answer.assert_status(200);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.starts_with("__Host-ve_"), "{cookie}");
        for attribute in [
            "HttpOnly",
            "Secure",
            "SameSite=Strict",
            "Path=/",
            "Max-Age=",
        ] {
            assert!(cookie.contains(attribute), "{attribute}: {cookie}");
        }
    }
    let token = client.cookie(ACCESS_COOKIE).expect("an access token");
    assert!(!String::from_utf8_lossy(&answer.body).contains(&token));
    let me = client.get("/v1/auth/me").await.json();
    assert_eq!(me["operator"]["email"], EMAIL);
    assert_eq!(me["operator"]["last_sign_in_at"], "2026-03-16T12:00:00Z");
    assert_eq!(me["access_expires_at"], "2026-03-16T12:15:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_fail_to_sign_in_is_answered_alike() {
    let app = app_with_ada().await;
    let disabled = create_admin(&app.context, "gone@example.org", "Gone", PASSWORD)
        .await
        .expect("an admin");
    let admin = app.operator(Role::Admin).await.with_header("if-match", "*");
    let body = json!({ "disabled": true });
    admin
        .patch(&format!("/v1/operators/{}", disabled.id), &body)
        .await
        .assert_status(200);
    let invited = app.insert_operator(Role::Viewer).await;
    let mut problems = Vec::new();
    for (email, password) in [
        (EMAIL, "wrong"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        (&invited.email, PASSWORD),
    ] {
        let mut problem = login(&app.anonymous(), email, password)
            .await
            .assert_problem(401, "invalid_credentials");
        problem["request_id"] = json!("");
        problems.push(problem);
    }
    assert!(
        problems.windows(2).all(|pair| pair[0] == pair[1]),
        "{problems:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifth_wrong_password_locks_an_address_whether_or_not_somebody_has_it() {
    let app = app_with_ada().await;
    for email in [EMAIL, "nobody@example.org"] {
        for attempt in 1..=5 {
            let answer = login(&app.anonymous(), email, "wrong").await;
            assert_eq!(answer.status, 401, "{email}, attempt {attempt}");
        }
        let locked = login(&app.anonymous(), email, PASSWORD).await;
        locked.assert_problem(429, "rate_limited");
        assert_eq!(locked.header("retry-after"), Some("2"));
    }
    // The lock is short at first: the owner gets in, and the count begins anew.
    app.clock.advance(TimeDelta::seconds(2));
    login(&app.anonymous(), EMAIL, PASSWORD)
        .await
        .assert_status(200);
    login(&app.anonymous(), EMAIL, "wrong")
        .await
        .assert_problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_double_up_to_a_quarter_of_an_hour() {
    let app = app_with_ada().await;
    for _ in 1..=4 {
        login(&app.anonymous(), EMAIL, "wrong")
            .await
            .assert_status(401);
    }
    let mut waits = Vec::new();
    for _ in 0..12 {
        login(&app.anonymous(), EMAIL, "wrong")
            .await
            .assert_status(401);
        let locked = login(&app.anonymous(), EMAIL, "wrong").await;
        locked.assert_problem(429, "rate_limited");
        let wait: i64 = locked
            .header("retry-after")
            .and_then(|wait| wait.parse().ok())
            .expect("seconds");
        waits.push(wait - 1);
        app.clock.advance(TimeDelta::seconds(wait));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_that_come_at_once_do_not_pass_the_lock() {
    let app = app_with_ada().await;
    let client = app.anonymous();
    let guesses = (0..20).map(|_| login(&client, EMAIL, "wrong"));
    let answers = futures_util::future::join_all(guesses).await;
    let checked = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(checked, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_after_a_quarter_of_an_hour_and_is_refreshed() {
    let app = app_with_ada().await;
    let client = app.anonymous();
    login(&client, EMAIL, PASSWORD).await.assert_status(200);
    app.clock.advance(TimeDelta::minutes(15));
    client
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
    post(&client, "/v1/auth/refresh").await.assert_status(200);
    client.get("/v1/auth/me").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_refresh_at_once_stay_signed_in() {
    let app = app_with_ada().await;
    let client = app.anonymous();
    login(&client, EMAIL, PASSWORD).await.assert_status(200);
    let tabs = (0..8).map(|_| post(&client, "/v1/auth/refresh"));
    for answer in futures_util::future::join_all(tabs).await {
        answer.assert_status(200);
    }
    app.clock.advance(TimeDelta::minutes(20));
    post(&client, "/v1/auth/refresh").await.assert_status(200);
    client.get("/v1/auth/me").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_that_comes_back_ends_the_session_for_both() {
    let app = app_with_ada().await;
    let owner = app.anonymous();
    login(&owner, EMAIL, PASSWORD).await.assert_status(200);
    let thief = app.anonymous();
    let stolen = owner.cookie(REFRESH_COOKIE).expect("a refresh token");
    thief.set_cookie(REFRESH_COOKIE, &stolen);

    post(&owner, "/v1/auth/refresh").await.assert_status(200);
    app.clock.advance(TimeDelta::seconds(11));
    post(&thief, "/v1/auth/refresh")
        .await
        .assert_problem(401, "unauthenticated");
    owner
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
    post(&owner, "/v1/auth/refresh")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_refresh_token_ends_nobody_s_session() {
    let app = app_with_ada().await;
    let owner = app.anonymous();
    login(&owner, EMAIL, PASSWORD).await.assert_status(200);
    let real = owner.cookie(REFRESH_COOKIE).expect("a refresh token");
    let mut forged = real.clone().into_bytes();
    forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
    let stranger = app.anonymous();
    stranger.set_cookie(REFRESH_COOKIE, &String::from_utf8(forged).expect("text"));
    post(&stranger, "/v1/auth/refresh")
        .await
        .assert_problem(401, "unauthenticated");
    owner.get("/v1/auth/me").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_a_week_without_use_and_a_month_with_it() {
    let app = app_with_ada().await;
    let idle = app.anonymous();
    login(&idle, EMAIL, PASSWORD).await.assert_status(200);
    let busy = app.anonymous();
    login(&busy, EMAIL, PASSWORD).await.assert_status(200);
    for day in 1..=4 {
        app.clock.advance(TimeDelta::days(6));
        assert_eq!(post(&busy, "/v1/auth/refresh").await.status, 200, "{day}");
    }
    post(&idle, "/v1/auth/refresh")
        .await
        .assert_problem(401, "unauthenticated");
    app.clock.advance(TimeDelta::days(6));
    post(&busy, "/v1/auth/refresh")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_from_a_browser_needs_our_origin_and_the_csrf_token() {
    let app = TestApp::new().await;
    let body = json!({ "name": "Backend", "scopes": ["links:read"] });
    let good = app.operator(Role::Admin).await;
    good.post("/v1/api-keys", &body).await.assert_status(201);
    let other = app.operator(Role::Admin).await;
    let others_token = other.get("/v1/auth/me").await.json()["csrf_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    for bad in [
        app.operator(Role::Admin).await.without_header("origin"),
        app.operator(Role::Admin)
            .await
            .with_header("origin", "https://evil.example"),
        app.operator(Role::Admin)
            .await
            .with_header("origin", "null"),
        app.operator(Role::Admin)
            .await
            .without_header("x-csrf-token"),
        app.operator(Role::Admin)
            .await
            .with_header("x-csrf-token", &others_token),
    ] {
        bad.post("/v1/api-keys", &body)
            .await
            .assert_problem(403, "csrf_rejected");
        bad.get("/v1/api-keys").await.assert_status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_neither_sign_a_browser_in_nor_out() {
    let app = app_with_ada().await;
    let foreign = app
        .anonymous()
        .with_header("origin", "https://evil.example");
    login(&foreign, EMAIL, PASSWORD)
        .await
        .assert_problem(403, "csrf_rejected");
    post(&foreign, "/v1/auth/logout")
        .await
        .assert_problem(403, "csrf_rejected");
    let own = app.anonymous().with_header("origin", PUBLIC_URL);
    login(&own, EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_not_signed_by_us_is_no_token() {
    let app = TestApp::new().await;
    let browser = app.operator(Role::Viewer).await;
    let token = browser.cookie(ACCESS_COOKIE).expect("a token");
    let parts: Vec<&str> = token.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for forged in [
        String::new(),
        "a.b.c".to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(43)),
    ] {
        browser.set_cookie(ACCESS_COOKIE, &forged);
        browser
            .get("/v1/auth/me")
            .await
            .assert_problem(401, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_on_the_server_too() {
    let app = TestApp::new().await;
    let browser = app.operator(Role::Viewer).await;
    let token = browser.cookie(ACCESS_COOKIE).expect("a token");
    post(&browser, "/v1/auth/logout").await.assert_status(204);
    assert_eq!(browser.cookie(ACCESS_COOKIE), None);
    browser.set_cookie(ACCESS_COOKIE, &token);
    browser
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_and_ends_only_their_own_sessions() {
    let app = TestApp::new().await;
    let row = app.insert_operator(Role::Viewer).await;
    let (here, there) = (app.sign_in(&row).await, app.sign_in(&row).await);
    let stranger = app.operator(Role::Admin).await;
    let list = here.get("/v1/auth/sessions").await.json();
    let items = list["items"].as_array().expect("sessions");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["user_agent"], "Firefox on Linux");
    let other = items
        .iter()
        .find(|session| session["current"] == false)
        .expect("the other session");
    let path = format!("/v1/auth/sessions/{}", other["id"].as_str().expect("an id"));
    stranger
        .delete(&path)
        .await
        .assert_problem(404, "not_found");
    here.delete(&path).await.assert_status(204);
    there
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
    here.delete(&path).await.assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_password_ends_the_other_sessions() {
    let app = app_with_ada().await;
    let (here, there) = (app.anonymous(), app.anonymous());
    let me = login(&here, EMAIL, PASSWORD).await.json();
    login(&there, EMAIL, PASSWORD).await.assert_status(200);
    let here = here
        .with_header("origin", PUBLIC_URL)
        .with_header("x-csrf-token", me["csrf_token"].as_str().expect("a token"));

    let wrong = json!({ "current_password": "wrong", "new_password": "another long password" });
    let problem = here
        .post("/v1/auth/password", &wrong)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/current_password");

    let right = json!({ "current_password": PASSWORD, "new_password": "another long password" });
    here.post("/v1/auth/password", &right)
        .await
        .assert_status(204);
    here.get("/v1/auth/me").await.assert_status(200);
    there
        .get("/v1/auth/me")
        .await
        .assert_problem(401, "unauthenticated");
    login(&app.anonymous(), EMAIL, PASSWORD)
        .await
        .assert_problem(401, "invalid_credentials");
    login(&app.anonymous(), EMAIL, "another long password")
        .await
        .assert_status(200);
}
