//! What a mail server gets, and what becomes of a message that it does not take.

use viral_engine_api_types::JobId;
use viral_engine_api_types::jobs::JobState;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::Caller;
use viral_engine_service::jobs::{cancel_job, get_job, retry_job};
use viral_engine_test_support::MailServer;

use super::{app_with, hurry, queue, report, shown, until, until_true, worker};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_has_both_parts_and_can_be_unsubscribed_from_in_one_click() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let _worker = worker(&app).await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(
        &app,
        &report("report/1", "ada@example.org", Some("Zoë Müller")),
    )
    .await;
    let sent = until(&admin, email.id, "sent").await;
    assert_eq!(
        (&sent["transport"], &sent["attempts"]),
        (&"smtp".into(), &1.into())
    );
    let [message] = &server.received()[..] else {
        panic!("not one message: {:?}", server.received());
    };
    assert_eq!(message.to, "ada@example.org");
    assert!(message.message.is_ascii(), "everything else is encoded");
    let header = |name: &str| message.header(name).unwrap_or_default();
    assert_eq!(
        header("Message-ID"),
        sent["message_id"].as_str().expect("an id")
    );
    assert_eq!(header("Subject"), "Weekly report: 2026-03-09 to 2026-03-15");
    assert!(
        header("From").contains("=?utf-8?") && header("From").ends_with("<no-reply@example.org>")
    );
    assert!(header("To").contains("=?utf-8?") && header("To").ends_with("<ada@example.org>"));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(
        header("List-Unsubscribe-Post"),
        "List-Unsubscribe=One-Click"
    );
    let link = header("List-Unsubscribe");
    assert!(
        link.starts_with("<https://go.example.org/u/") && link.ends_with('>'),
        "{link}"
    );
    assert!(!link.contains("ada"), "no address in a URL");
    assert!(header("Content-Type").starts_with("multipart/alternative"));
    let (text, html) = (
        message
            .message
            .find("Content-Type: text/plain; charset=utf-8"),
        message
            .message
            .find("Content-Type: text/html; charset=utf-8"),
    );
    assert!(
        text.is_some() && text < html,
        "plain text first, as the lesser form"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_patience_gets_the_same_message_later() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "busy@example.org", None)).await;
    let _worker = worker(&app).await;
    until_true("the server asks to come back", async || {
        shown(&admin, email.id).await["last_error"].is_string()
    })
    .await;
    let waiting = shown(&admin, email.id).await;
    assert_eq!(waiting["state"], "queued");
    assert_eq!(
        waiting["last_error"],
        "the mail server asks to try again later (451)"
    );
    hurry(&app).await;
    let sent = until(&admin, email.id, "sent").await;
    assert_eq!(
        (&sent["attempts"], &sent["last_error"]),
        (&2.into(), &serde_json::Value::Null)
    );
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(
        received[0].header("Message-ID").as_deref(),
        waiting["message_id"].as_str()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_given_up_at_once_without_telling_the_address() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let _worker = worker(&app).await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "gone@example.org", None)).await;
    let failed = until(&admin, email.id, "failed").await;
    assert_eq!(
        failed["last_error"],
        "the mail server refused the message (550)"
    );
    assert_eq!(failed["attempts"], 1);
    let job: JobId = failed["job_id"]
        .as_str()
        .expect("a job")
        .parse()
        .expect("an id");
    until_true("the job is discarded", async || {
        let job = get_job(&app.context, job).await.expect("the job");
        job.job.state == JobState::Discarded
    })
    .await;
    let told = format!("{:?}", get_job(&app.context, job).await.expect("the job"));
    assert!(told.contains("(550)") && !told.contains('@'), "{told}");
    retry_job(&app.context, &Caller::system(), job)
        .await
        .expect("another try");
    until_true("the message is tried again", async || {
        let email = shown(&admin, email.id).await;
        email["attempts"] == 2 && email["state"] == "failed"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_job_is_cancelled_is_given_up_and_can_be_sent_again() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "ada@example.org", None)).await;
    let queued = shown(&admin, email.id).await;
    let job: JobId = queued["job_id"]
        .as_str()
        .expect("a job")
        .parse()
        .expect("an id");
    cancel_job(&app.context, &Caller::system(), job)
        .await
        .expect("a cancelled job");
    let failed = shown(&admin, email.id).await;
    assert_eq!(
        (&failed["state"], &failed["last_error"]),
        (&"failed".into(), &"its job was cancelled".into())
    );
    let again = admin
        .post(
            &format!("/v1/emails/{}/resend", email.id),
            &serde_json::json!({}),
        )
        .await;
    assert!(again.status < 300, "{}", again.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_between_sending_and_recording_sends_the_same_message_again() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let admin = app.operator(Role::Admin).await;
    let email = queue(&app, &report("report/1", "held@example.org", None)).await;
    let dying = worker(&app).await;
    until_true("the server has the message", async || {
        server.received().len() == 1
    })
    .await;
    drop(dying);
    assert_eq!(shown(&admin, email.id).await["state"], "queued");
    let _worker = worker(&app).await;
    until_true("the job is taken from the dead worker", async || {
        hurry(&app).await;
        shown(&admin, email.id).await["state"] == "sent"
    })
    .await;
    let ids: Vec<_> = server
        .received()
        .iter()
        .map(|one| one.header("Message-ID"))
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0].is_some() && ids[0] == ids[1], "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_adds_no_header() {
    let server = MailServer::start().await;
    let app = app_with(&server).await;
    let _worker = worker(&app).await;
    let admin = app.operator(Role::Admin).await;
    let name = "Ada\r\nBcc: all@example.org\r\n\r\n<b>\", <c@example.org>";
    let email = queue(&app, &report("report/1", "ada@example.org", Some(name))).await;
    until(&admin, email.id, "sent").await;
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("Bcc"), None);
    assert!(
        received[0].header("MIME-Version").is_some(),
        "the head goes on"
    );
    assert!(
        received[0]
            .header("To")
            .is_some_and(|to| to.ends_with("<ada@example.org>"))
    );
}
