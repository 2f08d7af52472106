//! The outbox: what is queued once, what operators see of it, and the flag that stops it.

use serde_json::{Value, json};
use viral_engine_api_types::emails::{EmailKind, EmailState};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{MailServer, TestApp, TestClient};

use super::{app_with, queue, report, shown, try_queue, until, worker};

async fn switch(admin: &TestClient, enabled: bool) -> Value {
    let flags = admin.get("/v1/flags").await.json();
    let items = flags["items"].as_array().expect("flags");
    let flag = items.iter().find(|flag| flag["key"] == "email_delivery");
    let version = flag.expect("the flag")["version"]
        .as_i64()
        .expect("a version");
    let request = admin
        .request(reqwest::Method::PUT, "/v1/flags/email_delivery")
        .header("if-match", format!("\"{version}\""))
        .json(&json!({ "enabled": enabled }));
    let answer = admin.send(request).await;
    answer.assert_status(200);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_messages_stay_where_operators_read_them() {
    let app = TestApp::new().await;
    let _worker = worker(&app).await;
    let admin = app.operator(Role::Admin).await;
    let answer = admin
        .post(
            "/v1/emails/test",
            &json!({ "to": "Ada@Example.org", "locale": "de" }),
        )
        .await;
    answer.assert_status(201);
    let queued = answer.json();
    let id = queued["id"].as_str().expect("an id");
    assert_eq!(
        answer.header("location"),
        Some(format!("/v1/emails/{id}").as_str())
    );
    let sent = until(&admin, id, "sent").await;
    assert_eq!(sent["transport"], "outbox");
    assert_eq!(sent["recipient"], "Ada@example.org");
    assert_eq!(sent["message_id"], queued["message_id"]);
    let details = admin.get(&format!("/v1/emails/{id}")).await.json();
    let html = details["preview"]["html"].as_str().expect("a preview");
    assert!(html.contains("Diese Nachricht ist angekommen"), "{html}");
    let listed = admin
        .get("/v1/emails?state=sent&kind=test_message")
        .await
        .json();
    assert_eq!(listed["items"], json!([sent]));
    let none = admin.get("/v1/emails?state=failed").await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_kind_and_subject_a_recipient_gets_one_message_however_often_it_is_queued() {
    let app = TestApp::new().await;
    let first = queue(&app, &report("report/1", "ada@example.org", None)).await;
    assert!(first.is_new && first.state == EmailState::Queued);
    let again = queue(&app, &report("report/1", "ADA@example.org", None)).await;
    assert_eq!((again.id, again.is_new), (first.id, false));
    let other = queue(&app, &report("report/2", "ada@example.org", None)).await;
    assert!(other.is_new && other.id != first.id);
    let mail = report("report/3", "ada@example.org", None);
    let (one, two) = tokio::join!(queue(&app, &mail), queue(&app, &mail));
    assert_eq!(one.id, two.id);
    assert_ne!(one.is_new, two.is_new, "exactly one of two at once is new");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_again_on_purpose_it_is_a_message_of_its_own() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let first = queue(&app, &report("report/1", "ada@example.org", Some("Ada"))).await;
    let path = format!("/v1/emails/{}/resend", first.id);
    admin
        .post(&path, &json!({}))
        .await
        .assert_problem(409, "conflict");
    let _worker = worker(&app).await;
    let sent = until(&admin, first.id, "sent").await;
    let answer = admin.post(&path, &json!({})).await;
    answer.assert_status(201);
    let again = answer.json();
    assert_eq!(again["sequence"], 2);
    assert_ne!(again["message_id"], sent["message_id"]);
    until(&admin, again["id"].as_str().expect("an id"), "sent").await;
    let entries = admin
        .get("/v1/audit-entries?action=resend_email")
        .await
        .json();
    assert_eq!(entries["items"][0]["object_id"], first.id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn recipients_and_texts_are_for_those_who_may_read_personal_fields() {
    let app = TestApp::new().await;
    let email = queue(
        &app,
        &report("report/1", "ada@example.org", Some("Ada Lovelace")),
    )
    .await;
    let path = format!("/v1/emails/{}", email.id);
    let safety = app.operator(Role::Safety).await.get(&path).await;
    assert!(safety.json().to_string().contains("ada@example.org"));
    assert!(safety.json()["preview"]["html"].is_string());
    let analyst = app.operator(Role::Analyst).await;
    for path in [path.as_str(), "/v1/emails"] {
        let answer = analyst.get(path).await;
        answer.assert_status(200);
        let text = answer.json().to_string();
        assert!(
            !text.contains("ada@") && !text.contains("Lovelace"),
            "{text}"
        );
    }
    let details = analyst.get(&path).await.json();
    assert_eq!(details["preview"], Value::Null);
    assert_eq!(details["email"]["recipient"], Value::Null);
    let analyst_resends = analyst.post(&format!("{path}/resend"), &json!({})).await;
    analyst_resends.assert_problem(403, "forbidden");
    let viewer = app.operator(Role::Viewer).await;
    viewer
        .get("/v1/emails")
        .await
        .assert_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_can_not_be_used_to_unsubscribe_somebody() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let details = admin.get(&format!("/v1/emails/{}", email.id)).await.json();
    assert!(!details.to_string().contains("/u/"), "{details:#}");
    let html = details["preview"]["html"].as_str().expect("a preview");
    assert!(
        html.contains("Unsubscribe") && html.contains("&#60;b&#62;"),
        "{html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivery_is_switched_off_messages_are_refused_and_say_so() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let before = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let flag = switch(&admin, false).await;
    assert_eq!(
        (&flag["enabled"], &flag["version"]),
        (&json!(false), &json!(2))
    );
    assert!(
        flag["updated_by"]
            .as_str()
            .is_some_and(|by| by.contains('@'))
    );
    let test = admin
        .post("/v1/emails/test", &json!({ "to": "ada@example.org" }))
        .await;
    let problem = test.assert_problem(409, "email_delivery_off");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|text| text.contains("email_delivery"))
    );
    let refused = try_queue(&app.context, &report("report/2", "ada@example.org", None)).await;
    assert!(refused.is_err());
    // What was queued before waits, and is not lost.
    let running = worker(&app).await;
    super::until_true("an attempt was refused", async || {
        shown(&admin, before.id).await["last_error"].is_string()
    })
    .await;
    let waiting = shown(&admin, before.id).await;
    assert_eq!(
        (&waiting["state"], &waiting["attempts"]),
        (&json!("queued"), &json!(0))
    );
    switch(&admin, true).await;
    super::hurry(&app).await;
    until(&admin, before.id, "sent").await;
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_is_shown_with_made_up_data_in_each_language() {
    let app = TestApp::new().await;
    let analyst = app.operator(Role::Analyst).await;
    let templates = analyst.get("/v1/email-templates").await.json();
    let items = templates["items"].as_array().expect("templates");
    assert_eq!(items.len(), EmailKind::ALL.len());
    for item in items {
        let kind = item["kind"].as_str().expect("a kind");
        for locale in item["locales"].as_array().expect("languages") {
            let locale = locale.as_str().expect("a language");
            let path = format!("/v1/email-templates/{kind}/preview?locale={locale}");
            let answer = analyst.get(&path).await;
            answer.assert_status(200);
            let html = answer.json()["html"].as_str().expect("HTML").to_owned();
            assert!(
                html.contains(&format!("lang=\"{locale}\"")),
                "{kind} {locale}"
            );
        }
    }
    let unknown = analyst.get("/v1/email-templates/spam/preview").await;
    unknown.assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_refused_at_its_field() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for to in [
        "ada",
        "ada@example",
        "ada@example.org, b@example.org",
        "a@b.example\r\nBcc: c@d.example",
    ] {
        let answer = admin.post("/v1/emails/test", &json!({ "to": to })).await;
        let problem = answer.assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_operator_gets_a_link_that_nobody_else_sees() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "email": "new@example.org", "name": "Zoë", "role": "admin" });
    let invited = admin.post("/v1/operators", &body).await;
    invited.assert_status(201);
    let url = invited.json()["setup_url"]
        .as_str()
        .expect("a link")
        .to_owned();
    let secret = url.split('#').nth(1).expect("a secret").to_owned();
    let list = admin
        .get("/v1/emails?kind=operator_invitation")
        .await
        .json();
    let id = list["items"][0]["id"].as_str().expect("an id").to_owned();
    let safety = app.operator(Role::Safety).await;
    let waiting = safety.get(&format!("/v1/emails/{id}")).await.json();
    assert!(waiting["preview"]["html"].is_string() && !waiting.to_string().contains(&secret));
    let _worker = worker(&app).await;
    until(&admin, &id, "sent").await;
    let body = server.received()[0]
        .message
        .replace("=\r\n", "")
        .replace("=3D", "=");
    assert_eq!(body.matches(&secret).count(), 2, "in both forms: {body}");
    let sent = safety.get(&format!("/v1/emails/{id}")).await.json();
    assert_eq!(sent["preview"], Value::Null, "kept no longer than it takes");
    let again = admin
        .post(&format!("/v1/emails/{id}/resend"), &json!({}))
        .await;
    again.assert_problem(409, "conflict");
}
