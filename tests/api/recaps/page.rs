//! The parent's page: behind a link that nobody can guess, without script, with the parent's choice.

use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_domain::emails::Address;
use viral_engine_domain::recaps::{PageKeys, Week};
use viral_engine_service::emails::unsubscribe_url;
use viral_engine_test_support::test_app::keys;
use viral_engine_test_support::{TestApp, TestClient};

use super::{WEEK, app_and_key, delivering, family, id_of, page_in, put, recaps, run_due, taught};
use crate::world::{number, until};

/// The page of a week of a parent who has the address that families here have.
async fn path(app: &TestApp, parent: &str, week: &str) -> String {
    let secret = keys().personal_data;
    let keys = PageKeys::derive([secret.expose().as_slice()]);
    let week = Week::new(week.parse().expect("a day")).expect("a Monday");
    let to = Address::parse(&format!("{parent}@example.org")).expect("an address");
    let token = keys.token(id_of(app, parent).await, week, &to);
    format!("/r/{}", token.expect("a token").text())
}

async fn text(client: &TestClient, path: &str) -> String {
    let answer = client.get(path).await;
    answer.assert_status(200);
    String::from_utf8(answer.body).expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_reads_the_week_without_script_or_anything_to_load() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "<b>Zoë</b> Doe")]).await;
    let told = json!({ "highlights": ["<script>alert(1)</script>"], "rating": 4, "skills": ["Fractions"] });
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", told).await;
    run_due(&app).await;
    let anyone = app.anonymous();
    let path = path(&app, "ada", WEEK).await;
    let answer = anyone.get(&path).await;
    let policy = answer
        .header("content-security-policy")
        .expect("a policy")
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = text(&anyone, &format!("{path}?utm_source=mail")).await;
    assert!(
        html.contains("<html lang=\"en\">") && html.contains("light dark"),
        "{html}"
    );
    assert!(
        html.contains("&#60;script&#62;alert(1)") && html.contains("Fractions"),
        "{html}"
    );
    assert!(html.contains("4 of 5"), "{html}");
    for forbidden in ["<script", "<b>", "src=", "http://", "ada@"] {
        assert!(!html.contains(forbidden), "{forbidden} in {html}");
    }
    assert!(
        html.contains("https://go.example.org/u/"),
        "a way out of all mail: {html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_message_reads_nothing_once_the_parent_has_another_address() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let anyone = app.anonymous();
    let path = path(&app, "ada", WEEK).await;
    let own = text(&anyone, &path).await;
    assert!(own.contains("Zoë"), "{own}");
    put(&key, "ada", &json!({ "email": "ADA@Example.org" })).await;
    text(&anyone, &path).await;
    for replaced in [json!("ada.new@example.org"), json!(null)] {
        put(&key, "ada", &json!({ "email": replaced })).await;
        anyone.get(&path).await.assert_status(404);
        let chosen = anyone.post(&format!("{path}/off"), &json!({})).await;
        chosen.assert_status(404);
    }
    assert_eq!(key.get("/v1/users/ada").await.json()["weekly_recap"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_is_sent_again_to_another_address_opens_by_the_new_link_alone() {
    let (app, key, server, _worker) = delivering().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let sent = "SELECT count(*) FROM emails WHERE state = 'sent'";
    until(&app, sent, 1).await;
    put(&key, "ada", &json!({ "email": "ada.new@example.org" })).await;
    let resend = format!("/v1/recaps/{}/resend", recaps(&key).await[0].id);
    key.post(&resend, &json!({})).await.assert_status(201);
    until(&app, sent, 2).await;
    let [former, current] = &server.received()[..] else {
        panic!("not two messages");
    };
    assert_eq!(former.to, "ada@example.org");
    assert_eq!(current.to, "ada.new@example.org");
    let anyone = app.anonymous();
    let former = page_in(former);
    anyone.get(&former).await.assert_status(404);
    let chosen = anyone.post(&format!("{former}/off"), &json!({})).await;
    chosen.assert_status(404);
    let own = text(&anyone, &page_in(current)).await;
    assert!(own.contains("Zoë"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_stops_the_recap_and_one_starts_it_again() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    put(&key, "ada", &json!({ "locale": "de" })).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let anyone = app.anonymous();
    let path = path(&app, "ada", WEEK).await;
    assert!(
        text(&anyone, &path)
            .await
            .contains("Wochenrückblick abbestellen")
    );
    let wanted = async || key.get("/v1/users/ada").await.json()["weekly_recap"].clone();
    for _ in 0..2 {
        let answer = anyone.post(&format!("{path}/off"), &json!({})).await;
        answer.assert_status(200);
        let html = String::from_utf8(answer.body).expect("a text");
        assert!(html.contains("keine Wochenrückblicke mehr"), "{html}");
        assert_eq!(wanted().await, false);
    }
    let audited = "SELECT count(*) FROM audit_entries WHERE action = 'choose_recaps'";
    assert_eq!(number(&mut *app.db().connection().await, audited).await, 1);
    anyone
        .post(&format!("{path}/on"), &json!({}))
        .await
        .assert_status(200);
    assert_eq!(wanted().await, true);
    anyone
        .post(&format!("{path}/maybe"), &json!({}))
        .await
        .assert_status(404);
    let foreign = app.anonymous().with_header("origin", "https://evil.test");
    foreign
        .post(&format!("{path}/off"), &json!({}))
        .await
        .assert_status(403);
    assert_eq!(wanted().await, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_which_parent_chose_and_from_where() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let path = path(&app, "ada", WEEK).await;
    app.anonymous()
        .post(&format!("{path}/off"), &json!({}))
        .await
        .assert_status(200);
    let admin = app.operator(Role::Admin).await;
    let found = admin.get("/v1/audit-entries?action=choose_recaps").await;
    let entry = found.json()["items"][0].clone();
    assert_eq!(entry["actor_kind"], "guardian");
    assert_eq!(entry["actor_id"], json!(id_of(&app, "ada").await));
    assert_eq!(entry["ip_prefix"], "127.0.0.0/24");
    let all = admin.get("/v1/audit-entries?limit=100").await.json();
    let all = all.to_string();
    for untold in ["ada@example", "Zoë", path.trim_start_matches("/r/")] {
        assert!(!all.contains(untold), "{untold} is in {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribed_from_all_mail_reads_so_and_gets_recaps_again_by_asking() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let anyone = app.anonymous();
    let path = path(&app, "ada", WEEK).await;
    let message = recaps(&key).await[0].email_id.expect("a message");
    let url = unsubscribe_url(&app.context, message.0).expect("a link");
    let link = url.strip_prefix("https://go.example.org").expect("ours");
    assert!(
        text(&anyone, &path)
            .await
            .contains("You get the recap by email")
    );
    anyone.post(link, &json!({})).await.assert_status(200);
    assert!(
        text(&anyone, &path)
            .await
            .contains("You do not get the recap by email")
    );
    anyone
        .post(&format!("{path}/on"), &json!({}))
        .await
        .assert_status(200);
    assert!(
        text(&anyone, &path)
            .await
            .contains("You get the recap by email")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_for_its_own_parent_and_does_not_last_for_ever() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë"), ("tim", "Tim")]).await;
    family(&key, "bob", None, &[]).await;
    for (id, child) in [("1", "zoe"), ("2", "tim")] {
        taught(&key, id, child, "2026-03-10T15:00:00Z", json!({})).await;
    }
    run_due(&app).await;
    let anyone = app.anonymous();
    let ada = path(&app, "ada", WEEK).await;
    let mut tampered = ada.clone().into_bytes();
    tampered[10] = if tampered[10] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).expect("a path");
    for missing in [tampered.as_str(), "/r/x", &ada[..40]] {
        let answer = anyone.get(missing).await;
        answer.assert_status(404);
        assert!(!String::from_utf8_lossy(&answer.body).contains("Zoë"));
    }
    put(&key, "tim", &json!({ "guardian": "bob" })).await;
    let html = text(&anyone, &ada).await;
    assert!(html.contains("Zoë") && !html.contains("Tim"), "{html}");
    let bob = text(&anyone, &path(&app, "bob", WEEK).await).await;
    assert!(!bob.contains("Zoë") && !bob.contains("Tim"), "{bob}");
    app.clock.advance(chrono::TimeDelta::days(89));
    anyone.get(&ada).await.assert_status(200);
    app.clock.advance(chrono::TimeDelta::days(1));
    anyone.get(&ada).await.assert_status(404);
}
