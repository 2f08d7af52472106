//! Who gets no mail: by a click, by a return, by law.

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use viral_engine_api_types::emails::EmailState;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::Context;
use viral_engine_service::config::Keys;
use viral_engine_service::emails::{EMAILS_KEPT, erase_emails, unsubscribe_url};
use viral_engine_service::users::reseal_personal_fields;
use viral_engine_test_support::test_app::{ReplacedKeys, service_config};
use viral_engine_test_support::{MailServer, TestApp, TestClient};

use super::{app_with, queue, report, shown, try_queue, until, worker};

/// Path of the link that unsubscribes.
fn link(app: &TestApp, id: viral_engine_api_types::EmailId) -> String {
    let url = unsubscribe_url(&app.context, id.0).expect("a link");
    url.strip_prefix("https://go.example.org")
        .expect("ours")
        .to_owned()
}

async fn page(client: &TestClient, method: &str, path: &str) -> (u16, String) {
    let method = method.parse().expect("a method");
    let request = client
        .request(method, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.text().await.expect("a page"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_the_link_asks_and_one_click_unsubscribes_for_good() {
    let app = TestApp::new().await;
    let anyone = app.anonymous();
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let path = link(&app, email.id);
    let (status, asked) = page(&anyone, "GET", &format!("{path}?utm_source=mail")).await;
    assert_eq!(status, 200);
    assert!(
        asked.contains("<form method=\"post\">") && !asked.contains("ada@"),
        "{asked}"
    );
    let still = queue(&app, &report("report/2", "ada@example.org", None)).await;
    assert_eq!(
        still.state,
        EmailState::Queued,
        "loading the page changes nothing"
    );
    for _ in 0..2 {
        let (status, done) = page(&anyone, "POST", &path).await;
        assert_eq!(status, 200);
        assert!(done.contains("unsubscribed"), "{done}");
    }
    let next = queue(&app, &report("report/3", "Ada@example.org", None)).await;
    assert_eq!(next.state, EmailState::Suppressed);
    let admin = app.operator(Role::Admin).await;
    assert_eq!(
        shown(&admin, next.id).await["suppressed_for"],
        "unsubscribed"
    );
    let entries = admin
        .get("/v1/audit-entries?action=unsubscribe")
        .await
        .json();
    assert_eq!(entries["items"].as_array().map(Vec::len), Some(1), "once");
    assert_eq!(entries["items"][0]["ip_prefix"], "127.0.0.0/24");
    // What was on its way is stopped; what somebody asks for still comes.
    let _worker = worker(&app).await;
    until(&admin, still.id, "suppressed").await;
    let test = admin
        .post("/v1/emails/test", &json!({ "to": "ada@example.org" }))
        .await;
    assert_eq!(test.json()["state"], "queued");
    let again = admin
        .post(&format!("/v1/emails/{}/resend", next.id), &json!({}))
        .await;
    let problem = again.assert_problem(409, "conflict");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|text| text.contains("unsubscribed"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_not_ours_is_a_page_that_says_so() {
    let app = TestApp::new().await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let path = link(&app, email.id);
    let changed = path.replace(&path[path.len() - 6..], "AAAAAA");
    for (method, path) in [
        ("GET", changed.as_str()),
        ("POST", &changed),
        ("GET", "/u/x"),
    ] {
        let (status, text) = page(&app.anonymous(), method, path).await;
        assert_eq!(status, 404, "{method} {path}");
        assert!(text.contains("<h1>This link does not work</h1>"), "{text}");
    }
    let foreign = app
        .anonymous()
        .with_header("origin", "https://evil.example");
    let (status, _) = page(&foreign, "POST", &path).await;
    assert_eq!(status, 403, "no other site's page unsubscribes people");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_or_reported_as_spam_stops_further_mail() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let _worker = worker(&app).await;
    let admin = app.operator(Role::Admin).await;
    let provider = app.key(&["email_events:write"]).await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let sent = until(&admin, email.id, "sent").await;
    let id = sent["message_id"]
        .as_str()
        .expect("an id")
        .trim_matches(['<', '>']);
    let tell = async |kind: &str, permanent: bool| {
        let unknown = json!({ "type": "bounced", "message_id": "<nobody@example.org>" });
        let event = json!({ "type": kind, "message_id": id, "permanent": permanent });
        let answer = provider
            .post("/v1/email-events", &json!({ "events": [event, unknown] }))
            .await;
        assert_eq!(answer.json(), json!({ "accepted": 1, "unknown": 1 }));
    };
    tell("bounced", false).await;
    assert_eq!(
        shown(&admin, email.id).await["state"],
        "sent",
        "a full mailbox is not the end"
    );
    tell("bounced", true).await;
    tell("bounced", true).await;
    assert_eq!(shown(&admin, email.id).await["state"], "bounced");
    let next = queue(&app, &report("report/2", "ada@example.org", None)).await;
    assert_eq!(next.state, EmailState::Suppressed);
    // An operator who knows that the address was repaired may try again.
    let resend = format!("/v1/emails/{}/resend", email.id);
    admin.post(&resend, &json!({})).await.assert_status(201);
    let works = queue(&app, &report("report/3", "ada@example.org", None)).await;
    assert_eq!(works.state, EmailState::Queued);
    until(&admin, works.id, "sent").await;
    tell("complained", true).await;
    admin
        .post(&resend, &json!({}))
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn minors_get_no_mail() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for (name, user, state) in [
        (
            "teen",
            json!({ "persona": "student", "age_band": "16_17" }),
            EmailState::Suppressed,
        ),
        (
            "unknown",
            json!({ "persona": "student" }),
            EmailState::Suppressed,
        ),
        (
            "parent",
            json!({ "persona": "parent", "age_band": "adult" }),
            EmailState::Queued,
        ),
    ] {
        let address = format!("{name}@example.org");
        let mut user = user;
        user["email"] = Value::from(address.clone());
        let answer = key.put(&format!("/v1/users/{name}"), &user).await;
        answer.assert_status(201);
        let email = queue(&app, &report("report/1", &address, None)).await;
        assert_eq!(email.state, state, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_stored_shows_an_address() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(
        &app,
        &report("report/1", "secret.ada@example.org", Some("Ada Secret")),
    )
    .await;
    page(&app.anonymous(), "POST", &link(&app, email.id)).await;
    admin
        .post(
            "/v1/emails/test",
            &json!({ "to": "secret.bob@example.org" }),
        )
        .await
        .assert_status(201);
    let tables = [
        "emails",
        "email_suppressions",
        "jobs",
        "job_unique",
        "audit_entries",
    ];
    for table in tables {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            row: String,
        }
        let rows: Vec<Row> = sql_query(format!("SELECT t::text AS row FROM {table} t"))
            .load(&mut *app.db().connection().await)
            .await
            .expect("rows");
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            assert!(
                !row.row.to_lowercase().contains("secret"),
                "{table}: {}",
                row.row
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipients_and_texts_are_forgotten_in_time_and_unsubscribing_still_works() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let _worker = worker(&app).await;
    until(&admin, email.id, "sent").await;
    app.clock.advance(EMAILS_KEPT);
    assert_eq!(
        erase_emails(&app.context).await.expect("erased"),
        0,
        "not a moment early"
    );
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(erase_emails(&app.context).await.expect("erased"), 1);
    // Sessions end with time; this is a new one.
    let admin = app.operator(Role::Admin).await;
    let details = admin.get(&format!("/v1/emails/{}", email.id)).await.json();
    assert_eq!(
        (&details["email"]["recipient"], &details["preview"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        page(&app.anonymous(), "POST", &link(&app, email.id))
            .await
            .0,
        200
    );
    let next = queue(&app, &report("report/2", "ada@example.org", None)).await;
    assert_eq!(next.state, EmailState::Suppressed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribed_stays_so_when_the_key_is_replaced() {
    let app = TestApp::new().await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    page(&app.anonymous(), "POST", &link(&app, email.id)).await;
    let replaced = ReplacedKeys::new();
    let on = |keys: &Keys| {
        Context::new(
            app.db().database().clone(),
            keys.clone(),
            service_config(),
            app.clock.as_clock(),
        )
    };
    let during = on(&replaced.during);
    assert_eq!(reseal_personal_fields(&during).await.expect("resealed"), 2);
    let after = on(&replaced.after);
    for (subject, is_new) in [("report/2", true), ("report/1", false)] {
        let queued = try_queue(&after, &report(subject, "ada@example.org", None)).await;
        let queued = queued.expect("queued");
        assert_eq!(queued.is_new, is_new, "{subject}");
    }
    let next = try_queue(&after, &report("report/3", "ada@example.org", None)).await;
    assert_eq!(next.expect("queued").state, EmailState::Suppressed);
}
