//! Weekly recaps tell of a child with the guardian's consent alone.

use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use viral_engine_service::recaps::{GenerateRecaps, begin_recaps, generate_recaps};

use super::family::Family;

impl Family {
    /// Ada had a session last week.
    pub async fn taught(&self) {
        let body = json!({ "external_id": "s-1", "tutor": "tutor-1", "student": "ada", "subject": "Physics",
            "started_at": "2026-03-10T15:00:00Z", "duration_minutes": 45 });
        let answer = self.key.post("/v1/sessions", &body).await;
        assert!([200, 201].contains(&answer.status), "{answer:?}");
    }

    /// Does last week, and answers how many recaps there are of it.
    pub async fn recaps(&self) -> usize {
        let context = &self.app.context;
        let job = GenerateRecaps {
            week: Some("2026-03-09".parse().expect("a day")),
            parent: None,
            send: true,
        };
        let run = begin_recaps(context, &job).await.expect("a run");
        let mut conn = context.connection().await.expect("a connection");
        conn.transaction(async |conn| generate_recaps(conn, context, &run).await)
            .await
            .expect("a chunk");
        let page = self.key.get("/v1/recaps").await.assert_status(200).json();
        page["items"].as_array().expect("items").len()
    }

    async fn last_recap_mail(&self) -> Value {
        let page = self.key.get("/v1/emails?kind=weekly_recap").await;
        page.assert_status(200).json()["items"][0].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_has_no_recap_before_the_guardian_consents_and_none_after() {
    let family = Family::new().await;
    family.taught().await;
    assert_eq!(family.recaps().await, 0);
    let id = family.granted_by_card("progress_reel_to_parent").await;
    assert_eq!(family.recaps().await, 1);
    let path = format!("/v1/consents/{id}/revoke");
    family.key.post(&path, &json!({})).await.assert_status(200);
    assert_eq!(family.recaps().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recap_that_waits_is_withdrawn_when_the_consent_is_taken_back() {
    let family = Family::new().await;
    family.taught().await;
    let id = family.granted_by_card("progress_reel_to_parent").await;
    let pause = family.key.post("/v1/queues/email/pause", &json!({})).await;
    pause.assert_status(200);
    family.recaps().await;
    assert_eq!(family.last_recap_mail().await["state"], "queued");
    let path = format!("/v1/consents/{id}/revoke");
    family.key.post(&path, &json!({})).await.assert_status(200);
    let withdrawn = family.last_recap_mail().await;
    assert_eq!(withdrawn["state"], "failed");
    assert_eq!(
        withdrawn["last_error"],
        "a guardian has taken the consent back"
    );
    family
        .key
        .post("/v1/queues/email/resume", &json!({}))
        .await
        .assert_status(200);
    let begun = std::time::Instant::now();
    let job = format!("/v1/jobs/{}", withdrawn["job_id"].as_str().expect("a job"));
    while family.key.get(&job).await.json()["state"] != "succeeded" {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(family.mail.received(), [], "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recap_leads_to_what_the_guardian_allows_and_takes_back() {
    let family = Family::new().await;
    family.taught().await;
    family.consented().await;
    family.message("mum@example.org", 2).await;
    assert_eq!(family.recaps().await, 1);
    assert!(family.message("mum@example.org", 3).await.contains("/r/"));
    let path = family.path_in_mail("mum@example.org", 3).await;
    let page = family.page(&path).await;
    let (_, button) = page.split_once("/revoke/").expect("a button");
    let id: String = button
        .chars()
        .take_while(|c| c.is_ascii_hexdigit() || *c == '-')
        .collect();
    family.press(&path, &format!("revoke/{id}"), &[]).await;
    let revoked = ["core_use", "progress_reel_to_parent"]
        .map(|scope| (scope.to_owned(), "revoked".to_owned()));
    let states = family.states("ada").await;
    assert!(
        states.iter().any(|state| revoked.contains(state)),
        "{states:?}"
    );
    let kept = family.last_recap_mail().await;
    let path = format!("/v1/emails/{}", kept["id"].as_str().expect("an id"));
    let shown = family.key.get(&path).await.json();
    let text = shown["preview"]["text"].as_str().expect("a text");
    let (_, behind) = text.split_once("/c/").expect("a link");
    assert!(
        behind.starts_with(char::is_whitespace),
        "operators do not get the token: {text}"
    );
}
