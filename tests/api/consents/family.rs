//! What the tests of consents share: a published notice, a family, and the guardian's mail.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions, registry};
use viral_engine_service::consents::{VerificationConfig, advance_consents};
use viral_engine_test_support::{Answer, MailServer, TestApp, TestClient};

/// Longest time that something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Both languages of a notice, without a gap.
pub fn texts(words: &str) -> Value {
    json!([
        { "locale": "en", "body": format!("## Why we ask\n\n{words}") },
        { "locale": "de", "body": format!("## Warum wir fragen\n\n{words} (deutsch)") },
    ])
}

/// A family: Ada Lovelace is under 13, and her mother has an address.
pub struct Family {
    pub app: TestApp,
    pub key: TestClient,
    pub mail: MailServer,
    _worker: Worker,
}

impl Family {
    /// A family, and a notice that is published.
    pub async fn new() -> Self {
        let family = Self::without_notice().await;
        family.publish("We ask you.", false).await;
        family
    }

    pub async fn without_notice() -> Self {
        Self::verified_by(VerificationConfig::default()).await
    }

    /// A family whose guardians can be verified so, and no notice.
    pub async fn verified_by(verification: VerificationConfig) -> Self {
        let mail = MailServer::start().await;
        let app = TestApp::with(|settings| {
            settings.service.email = mail.config();
            settings.service.verification = verification;
        })
        .await;
        let options = WorkerOptions {
            queues: vec![(Queue::Email, 2), (Queue::Default, 1)],
            lease: Duration::from_millis(800),
            heartbeat: Duration::from_millis(100),
            poll: Duration::from_millis(50),
            reap: Duration::from_millis(100),
        };
        let worker = Worker::start(&app.context, registry(), options).await;
        let key = app.key(&["*"]).await;
        for (id, body) in [
            (
                "mum",
                json!({ "persona": "parent", "email": "mum@example.org", "age_band": "adult", "locale": "en" }),
            ),
            (
                "dad",
                json!({ "persona": "parent", "email": "dad@example.org", "age_band": "adult", "locale": "de-AT" }),
            ),
            (
                "ada",
                json!({ "persona": "student", "age_band": "under_13", "guardian": "mum", "name": "Ada Lovelace",
                "email": "ada@example.org", "institution": "school-1" }),
            ),
        ] {
            let answer = key.put(&format!("/v1/users/{id}"), &body).await;
            answer.assert_status(201);
        }
        Self {
            app,
            key,
            mail,
            _worker: worker.expect("a worker"),
        }
    }

    /// Writes and publishes another version of the notice.
    pub async fn publish(&self, words: &str, is_material: bool) -> Value {
        let admin = self.app.operator(Role::Admin).await;
        let body = json!({ "is_material": is_material, "texts": texts(words) });
        let draft = admin.put("/v1/notices/draft", &body).await;
        let (tag, number) = (
            draft.header("etag").expect("an etag").to_owned(),
            draft.json()["number"].clone(),
        );
        let request = admin
            .request(Method::POST, &format!("/v1/notices/{number}/publish"))
            .header("if-match", tag);
        admin.send(request).await.assert_status(200).json()
    }

    /// Asks the guardian of a child.
    pub async fn try_ask(&self, body: Value) -> Answer {
        self.key.post("/v1/consents/requests", &body).await
    }

    /// Asks Ada's mother.
    pub async fn ask(&self, scopes: &[&str]) -> Value {
        let body = json!({ "child": "ada", "scopes": scopes });
        self.try_ask(body).await.assert_status(201).json()
    }

    /// The path in the message number `index` that an address got, from 0.
    pub async fn path_in_mail(&self, to: &str, index: usize) -> String {
        let text = self.message(to, index).await;
        let (_, path) = text
            .split_once("https://go.example.org/c/")
            .expect("a link");
        let token: String = path
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        format!("/c/{token}")
    }

    /// The message number `index` that an address got, decoded.
    pub async fn message(&self, to: &str, index: usize) -> String {
        let begun = Instant::now();
        loop {
            let received = self.mail.received();
            let own: Vec<_> = received.iter().filter(|mail| mail.to == to).collect();
            if let Some(mail) = own.get(index) {
                return mail.message.replace("=\r\n", "").replace("=3D", "=");
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{to} got {} messages",
                own.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses a button of a page, as a browser does, and answers the page.
    pub async fn press(&self, path: &str, choice: &str, scopes: &[&str]) -> String {
        let ticked = scopes.iter().map(|scope| ("scope", *scope));
        self.send(path, choice, ticked.collect()).await
    }

    /// Allows scopes, to be verified so.
    pub async fn allow_by(&self, path: &str, method: &str, scopes: &[&str]) -> String {
        let ticked = scopes.iter().map(|scope| ("scope", *scope));
        let form = ticked.chain([("method", method)]).collect();
        self.send(path, "allow", form).await
    }

    async fn send(&self, path: &str, choice: &str, form: Vec<(&str, &str)>) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, "lang=en"));
        let ticked: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(':', "%3A")))
            .collect();
        let anyone = self.app.anonymous();
        let request = anyone
            .request(Method::POST, &format!("{path}/{choice}?{query}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(ticked.join("&"));
        let answer = anyone.send(request).await;
        answer.assert_status(200);
        String::from_utf8(answer.body).expect("text")
    }

    pub async fn page(&self, path: &str) -> String {
        let answer = self.app.anonymous().get(path).await;
        answer.assert_status(200);
        String::from_utf8(answer.body).expect("text")
    }

    /// Lets time pass, and what is due happen.
    pub async fn pass(&self, time: TimeDelta) {
        self.app.clock.advance(time);
        advance_consents(&self.app.context).await.expect("advanced");
    }

    /// The state of each scope of a child, by scope.
    pub async fn states(&self, child: &str) -> Vec<(String, String)> {
        let list = self.key.get(&format!("/v1/users/{child}/consents")).await;
        let list = list.assert_status(200).json();
        let items = list["items"].as_array().expect("items");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut states: Vec<_> = items
            .iter()
            .map(|item| (text(&item["scope"]), text(&item["state"])))
            .collect();
        states.sort();
        states
    }

    /// Mother allows core_use and progress reports, in both steps.
    pub async fn consented(&self) -> Value {
        let scopes = ["core_use", "progress_reel_to_parent"];
        let request = self.ask(&scopes).await;
        let path = self.path_in_mail("mum@example.org", 0).await;
        self.press(&path, "allow", &scopes).await;
        self.pass(TimeDelta::hours(25)).await;
        let path = self.path_in_mail("mum@example.org", 1).await;
        self.press(&path, "confirm", &[]).await;
        request
    }

    /// A consent of Ada's mother to a scope that messages alone can not give, as a verification by card leaves it.
    pub async fn granted_by_card(&self, scope: &str) -> String {
        let (id, at) = (uuid::Uuid::now_v7(), self.app.clock.now().to_rfc3339());
        let sql = format!(
            "INSERT INTO consents (id, child_id, guardian_id, scope, notice_id, state, failures, evidence_method, \
             evidence_transaction, evidence_locale, evidence_notice_hash, evidence_at, version, created_at, updated_at) \
             SELECT '{id}', child.id, child.guardian_id, '{scope}', notices.id, 'active', 0, 'card_transaction', 't-1', 'en', \
             decode(repeat('07', 32), 'hex'), '{at}', 1, now(), now() \
             FROM users child, notices WHERE child.external_id = 'ada' AND notices.published_at IS NOT NULL \
             ORDER BY notices.number DESC LIMIT 1; \
             INSERT INTO consent_steps (consent_id, number, at, event, from_state, to_state, actor_kind) \
             VALUES ('{id}', 1, '{at}', 'verified', 'verifying', 'active', 'guardian')"
        );
        self.run_sql(&sql).await;
        id.to_string()
    }

    /// Lets the node know of consents that were written behind its back.
    pub async fn refresh(&self) {
        self.run_sql("UPDATE consent_epoch SET epoch = epoch + 1")
            .await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }

    pub async fn run_sql(&self, sql: &str) {
        let mut conn = self.app.db().connection().await;
        conn.batch_execute(sql).await.expect(sql);
    }

    /// Mints a link in Ada's name.
    pub async fn link(&self) -> Answer {
        let body = json!({ "referrer": "ada", "source": "buddy_challenge", "channel": "qr",
            "target_url": "https://learn.example.org/" });
        self.key.post("/v1/links", &body).await
    }
}
