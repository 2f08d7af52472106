//! The message: one a parent, for those who want it, escaped, and again only on purpose.

use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::emails::unsubscribe_url;
use viral_engine_test_support::{TestApp, TestClient};

use super::{
    WEEK, again, app_and_key, delivering, family, page_in, put, recaps, run, run_due, taught,
};
use crate::world::{number, texts, until};

/// What the latest message says: subject line, HTML and text.
async fn message(app: &TestApp, admin: &TestClient) -> (String, String, String) {
    let sql = "SELECT id FROM emails ORDER BY created_at DESC, id DESC LIMIT 1";
    let found = texts(&mut *app.db().connection().await, sql).await;
    let id = found.first().expect("a message").trim_matches(['(', ')']);
    let shown = admin.get(&format!("/v1/emails/{id}")).await.json();
    let part = |name: &str| {
        let text: &Value = &shown["preview"][name];
        text.as_str().expect("a text").to_owned()
    };
    (part("subject_line"), part("html"), part("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_tells_of_all_children_by_their_first_names_in_the_parents_language() {
    let (app, key) = app_and_key().await;
    let admin = app.operator(Role::Admin).await;
    family(
        &key,
        "ada",
        Some("Europe/Berlin"),
        &[("zoe", "Zoë Doe"), ("tim", "Tim Doe")],
    )
    .await;
    put(&key, "ada", &json!({ "locale": "de-AT" })).await;
    taught(
        &key,
        "1",
        "zoe",
        "2026-03-10T15:00:00Z",
        json!({ "rating": 5 }),
    )
    .await;
    taught(
        &key,
        "2",
        "tim",
        "2026-03-10T15:00:00Z",
        json!({ "skills": ["Brüche"] }),
    )
    .await;
    assert_eq!(run_due(&app).await, (1, 2, 1));
    let (subject, html, text) = message(&app, &admin).await;
    assert_eq!(subject, "Wochenrückblick: 09.03.2026 bis 15.03.2026");
    for form in [&html, &text] {
        assert!(form.contains("Zoë") && form.contains("Tim"), "{form}");
        assert!(!form.contains("Doe"), "first names are enough: {form}");
        assert!(
            form.contains("5 von 5") && form.contains("Brüche"),
            "{form}"
        );
    }
    let mut conn = app.db().connection().await;
    let stored = texts(&mut conn, "SELECT emails::text FROM emails")
        .await
        .concat();
    assert!(
        !stored.contains("Zoë") && !stored.contains("ada@"),
        "{stored}"
    );
    let stored = texts(&mut conn, "SELECT weekly_recaps::text FROM weekly_recaps").await;
    assert!(!stored.concat().contains("Zoë"), "recaps hold no names");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_somebody_writes_stays_text() {
    let (app, key) = app_and_key().await;
    let admin = app.operator(Role::Admin).await;
    let hostile = "<script>alert(1)</script>\"'&ve-slot-page</mj-text>";
    family(&key, "ada", None, &[("zoe", "<img/src=x> Doe")]).await;
    let told = json!({ "subject": hostile, "highlights": [hostile], "next_steps": [hostile], "skills": [hostile] });
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", told).await;
    run_due(&app).await;
    let (_, html, text) = message(&app, &admin).await;
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert!(
        html.contains("ve-slot-page"),
        "no slot is filled by what is told"
    );
    assert_eq!(text.matches(hostile).count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_mail_or_has_no_address_still_has_a_recap() {
    let (app, key) = app_and_key().await;
    for (parent, fields) in [
        ("off", json!({ "weekly_recap": false })),
        ("unreachable", json!({ "email": null })),
        ("gone", json!({})),
        ("fine", json!({})),
    ] {
        let child = format!("{parent}-child");
        family(&key, parent, None, &[(&child, "Kim")]).await;
        put(&key, parent, &fields).await;
        taught(&key, parent, &child, "2026-03-02T15:00:00Z", json!({})).await;
        taught(
            &key,
            &format!("{parent}-2"),
            &child,
            "2026-03-10T15:00:00Z",
            json!({}),
        )
        .await;
    }
    assert_eq!(run(&app.context, &again("2026-03-02")).await, (4, 4, 2));
    let sent = recaps(&key).await;
    let gone = sent
        .iter()
        .find(|recap| recap.parent == "gone")
        .expect("a recap");
    let url = unsubscribe_url(&app.context, gone.email_id.expect("a message").0).expect("a link");
    let path = url.strip_prefix("https://go.example.org").expect("ours");
    app.anonymous()
        .post(path, &json!({}))
        .await
        .assert_status(200);

    assert_eq!(run_due(&app).await, (4, 4, 2));
    let states = "SELECT u.external_id, e.state, e.suppressed_for FROM weekly_recaps w JOIN users u ON u.id = w.parent_id \
        LEFT JOIN emails e ON e.id = w.email_id WHERE w.week = '2026-03-09' ORDER BY 1";
    let states = texts(&mut *app.db().connection().await, states).await;
    assert_eq!(
        states,
        [
            "(fine,queued,)",
            "(gone,suppressed,unsubscribed)",
            "(off,,)",
            "(unreachable,,)"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivery_is_off_recaps_are_made_and_sent_later_by_asking() {
    let (app, key) = app_and_key().await;
    let admin = app.operator(Role::Admin).await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    let flag = "/v1/flags/email_delivery";
    let switched = admin.request(reqwest::Method::PUT, flag);
    let switched = switched
        .header("if-match", "*")
        .json(&json!({ "enabled": false }));
    admin.send(switched).await.assert_status(200);
    assert_eq!(run_due(&app).await, (1, 1, 0));
    let recap = &recaps(&key).await[0];
    assert_eq!(recap.email_id, None);
    let resend = format!("/v1/recaps/{}/resend", recap.id);
    key.post(&resend, &json!({}))
        .await
        .assert_problem(409, "email_delivery_off");
    let switched = admin.request(reqwest::Method::PUT, flag);
    let switched = switched
        .header("if-match", "*")
        .json(&json!({ "enabled": true }));
    admin.send(switched).await.assert_status(200);
    assert_eq!(run(&app.context, &again(WEEK)).await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parents_week_is_delivered_with_a_page_and_again_only_on_purpose() {
    let (app, key, server, _worker) = delivering().await;
    family(&key, "ada", None, &[("zoe", "Zoë Doe")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    let sent = "SELECT count(*) FROM emails WHERE state = 'sent'";
    until(&app, sent, 1).await;
    let [message] = &server.received()[..] else {
        panic!("not one message");
    };
    assert_eq!(message.to, "ada@example.org");
    assert!(
        message
            .header("List-Unsubscribe")
            .expect("a header")
            .starts_with("<https://go.example.org/u/")
    );
    let page = app.anonymous().get(&page_in(message)).await;
    page.assert_status(200);

    let recap = &recaps(&key).await[0];
    let resend = format!("/v1/recaps/{}/resend", recap.id);
    let answer = key.post(&resend, &json!({})).await;
    answer.assert_status(201);
    assert_eq!(answer.json()["sequence"], 2);
    until(&app, sent, 2).await;
    assert_eq!(server.received().len(), 2);
    assert_ne!(recaps(&key).await[0].email_id, recap.email_id);
    assert_eq!(run(&app.context, &again(WEEK)).await, (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_recaps_gets_none_by_a_resend_either() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    put(&key, "ada", &json!({ "weekly_recap": false })).await;
    let resend = format!("/v1/recaps/{}/resend", recaps(&key).await[0].id);
    key.post(&resend, &json!({}))
        .await
        .assert_problem(409, "conflict");
    put(&key, "ada", &json!({ "weekly_recap": null })).await;
    let answer = key.post(&resend, &json!({})).await;
    let detail = answer.assert_problem(409, "conflict")["detail"].to_string();
    assert!(detail.contains("on its way"), "{detail}");
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM emails").await, 1);
}
