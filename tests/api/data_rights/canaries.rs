//! The bar: unique texts in every field that takes one; after a deletion none is found anywhere, and a dump of the database
//! from before tells nothing that was encrypted.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

use super::backup::{dump, read_dump, restored};
use super::scan::{everything, found_in, is_in_files};
use super::{PATIENCE, delete};
use crate::consents::family::Family;

/// Ends every canary, so that logs can be searched for all of them at once.
const MARK: &str = "wyvernsong";

/// What a child's data is marked with: texts that stand nowhere else.
struct Child {
    letter: char,
    next: usize,
    /// In columns in clear.
    clear: Vec<String>,
    /// In what is encrypted.
    sealed: Vec<String>,
    /// In what is kept as a hash alone.
    hashed: Vec<String>,
}

impl Child {
    fn new(letter: char) -> Self {
        Self {
            letter,
            next: 0,
            clear: Vec::new(),
            sealed: Vec::new(),
            hashed: Vec::new(),
        }
    }

    fn text(&mut self) -> String {
        let digits = [self.next / 26, self.next % 26].map(|digit| char::from(b'a' + digit as u8));
        self.next += 1;
        format!("zq{}{}{}{MARK}", self.letter, digits[0], digits[1])
    }

    fn clear(&mut self) -> String {
        let text = self.text();
        self.clear.push(text.clone());
        text
    }

    fn sealed(&mut self) -> String {
        let text = self.text();
        self.sealed.push(text.clone());
        text
    }

    fn hashed(&mut self) -> String {
        let text = self.text();
        self.hashed.push(text.clone());
        text
    }

    fn sealed_list(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.sealed()).collect()
    }

    fn object(&mut self, count: usize) -> Value {
        let fields = (0..count).map(|_| (self.clear(), json!(self.clear())));
        Value::Object(fields.collect())
    }

    fn all(&self) -> Vec<&str> {
        self.clear
            .iter()
            .chain(&self.sealed)
            .map(String::as_str)
            .collect()
    }
}

/// Log lines with a canary in them; others are not kept.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Canaries;

impl Write for Canaries {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if text.contains(MARK) {
            LOGGED
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn capture_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("info,viral_engine=debug"))
            .with_writer(|| Canaries)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("nobody else captures logs");
        tracing::info!("{MARK} is captured");
        assert_eq!(
            LOGGED.lock().expect("lines").len(),
            1,
            "what is logged is captured"
        );
        LOGGED.lock().expect("lines").clear();
    });
}

async fn ok(key: &TestClient, path: &str, body: &Value) -> Value {
    let answer = key.post(path, body).await;
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer.json()
}

/// The same with an `Idempotency-Key`, so that the answer is kept.
async fn once(app: &TestApp, child: &mut Child, path: &str, body: &Value) -> Value {
    let key = app.key(&["*"]).await;
    let key = key.with_header("idempotency-key", &child.hashed());
    ok(&key, path, body).await
}

/// A child with texts in every field that takes one.
async fn plant(family: &Family, child: &mut Child) -> (String, Value) {
    let app = &family.app;
    let id = child.clear();
    let (name, handle) = (child.sealed(), child.sealed());
    let user = json!({
        "persona": "student", "age_band": "13_to_15", "guardian": "mum", "name": format!("{name} {}", child.sealed()),
        "email": format!("{}@example.org", child.sealed()), "handle": handle, "institution": child.clear(),
        "cohort": child.clear(), "grade": child.clear(), "preferences": child.object(3),
        "signals": { child.clear(): true },
    });
    let answer = family.key.put(&format!("/v1/users/{id}"), &user).await;
    answer.assert_status(201);
    let link = json!({
        "referrer": id, "source": "buddy_challenge", "channel": "qr", "alias": child.clear(), "campaign": child.clear(),
        "utm_medium": child.clear(), "metadata": child.object(2),
        "target_url": format!("https://learn.example.org/{}?x={}", child.clear(), child.clear()),
    });
    let link = once(app, child, "/v1/links", &link).await;
    let event = json!({ "type": "activation", "event_id": child.clear(), "referee": id, "properties": child.object(2) });
    once(app, child, "/v1/events", &event).await;
    let session = json!({
        "external_id": child.clear(), "tutor": "tutor-1", "student": id, "subject": child.sealed(), "topic": child.sealed(),
        "feedback": child.sealed(), "skills": child.sealed_list(3), "highlights": child.sealed_list(3),
        "next_steps": child.sealed_list(3), "started_at": "2026-03-10T15:00:00Z", "duration_minutes": 45,
    });
    once(app, child, "/v1/sessions", &session).await;
    let achievement = json!({ "student": id, "kind": child.clear(), "name": child.sealed(), "earned_at": "2026-03-10T15:00:00Z" });
    once(app, child, "/v1/achievements", &achievement).await;
    let disclosure = json!({
        "student": id, "party": child.sealed(), "record_class": "scores", "basis": "transfer",
        "legitimate_interest": child.sealed(),
    });
    once(app, child, "/v1/disclosures", &disclosure).await;
    let share = json!({ "parent": "mum", "student": id, "share_data": child.object(2) });
    once(app, child, "/v1/parent-shares", &share).await;
    let reel = json!({ "student": id, "reel_data": child.object(2) });
    once(app, child, "/v1/progress-reels", &reel).await;
    let activity = json!({ "user": id, "kind": child.clear(), "properties": child.object(1) });
    once(app, child, "/v1/activities", &activity).await;
    let opt_out = json!({ "user": id, "scope": child.clear() });
    once(app, child, "/v1/opt-outs", &opt_out).await;
    let studied = json!({ "host": id, "participants": ["mum"] });
    once(app, child, "/v1/study-sessions", &studied).await;
    let block = json!({ "entity": "device", "value": "abcdef0123456789abcdef0123456789", "reason": format!("{id} shares it") });
    family.key.post("/v1/blocks", &block).await;
    plant_by_hand(family, child, &id).await;
    (id, link)
}

/// What no request puts there: texts of alerts and reports, what receivers were told and answered, jobs that failed.
async fn plant_by_hand(family: &Family, child: &mut Child, id: &str) {
    let text = child.clear();
    let sql = format!(
        "INSERT INTO alerts (id, type, subject, severity, status, message, value, threshold, baseline, details, opened_at,
             updated_at, due_at, cause_present)
         VALUES (gen_random_uuid(), 'fraud_detected', 'platform', 'low', 'resolved', '{id} did {text}', 1, 1, 1, '{{\"user\": \"{id}\", \"what\": \"{}\"}}', now(), now(), now(), false);
         INSERT INTO reports (id, report_type, period_start, period_end, time_zone, is_scheduled, inputs, created_at, ready_at)
         VALUES (gen_random_uuid(), 'custom', '2026-03-01', '2026-03-07', 'UTC', false,
             '{{\"top_referrers\": [{{\"referrer\": \"other\"}}, {{\"referrer\": \"{id}\"}}]}}', now(), now());
         INSERT INTO jobs (id, kind, queue, payload, state, attempt, attempt_limit, max_attempts, priority, created_at, run_at, finished_at)
         VALUES ('{}', 'sweep', 'default', '{{\"user\": \"{id}\", \"text\": \"{}\"}}', 'discarded', 1, 1, 1, 1, now(), now(), now());
         INSERT INTO webhook_messages (id, event_type, body, created_at)
         VALUES (gen_random_uuid(), 'link.clicked', '{{\"user\": \"{id}\", \"text\": \"{}\"}}', now());
         INSERT INTO api_keys (id, name, prefix, secret_hash, scopes, created_at)
         VALUES (gen_random_uuid(), 'the tablet of {id}', 'x', decode(md5('{id}'), 'hex'), '{{}}', now());
         INSERT INTO webhook_endpoints (id, url, description, event_types, secret, disabled_at, disabled_reason,
             version, created_at, updated_at)
         VALUES (gen_random_uuid(), 'https://hooks.example.org/', 'asked for by {id}', '{{link.clicked}}', '', now(), 'operator',
             1, now(), now());
         INSERT INTO webhook_outbox (event_type, data, created_at)
         VALUES ('nothing', '{{\"user\": \"{id}\", \"text\": \"{}\"}}', now() + interval '1 day')",
        child.clear(), uuid::Uuid::now_v7(), child.clear(), child.clear(), child.clear(),
    );
    family.run_sql(&sql).await;
}

/// The guardian is asked at an address of the child's alone, allows it, and gets a recap.
async fn tell_guardian(family: &Family, child: &mut Child, id: &str) {
    let body = json!({ "child": id, "guardian": "mum", "email": format!("{}@example.org", child.sealed()), "scopes": ["disclose:school-cloud"] });
    ok(&family.key, "/v1/consents/requests", &body).await;
}

/// Everything that the API shows, as one text.
async fn shown(family: &Family, ids: &[&str]) -> String {
    let admin = family.app.operator(Role::Admin).await;
    let mut all = String::new();
    let lists = [
        "users",
        "links",
        "events",
        "sessions",
        "achievements",
        "recaps",
        "emails",
        "consents",
        "alerts",
        "reports",
        "jobs",
        "blocks",
        "audit-entries",
        "data-requests",
        "disclosures",
    ];
    for list in lists {
        let page = admin.get(&format!("/v1/{list}?limit=100")).await;
        all.push_str(&String::from_utf8_lossy(&page.body));
    }
    for id in ids {
        all.push_str(&String::from_utf8_lossy(
            &admin.get(&format!("/v1/users/{id}")).await.body,
        ));
    }
    let mails = admin.get("/v1/emails?limit=100").await.json();
    for mail in mails["items"].as_array().expect("mails") {
        let path = format!("/v1/emails/{}", mail["id"].as_str().expect("an id"));
        all.push_str(&String::from_utf8_lossy(&admin.get(&path).await.body));
    }
    let guardrails = [
        "suspicious-clicks",
        "bots",
        "opt-outs",
        "coppa",
        "conversion-anomalies",
        "health",
    ];
    for part in guardrails {
        let answer = admin.get(&format!("/v1/guardrails/{part}")).await;
        all.push_str(&String::from_utf8_lossy(&answer.body));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_deletion_none_of_fifty_canaries_a_child_is_found_anywhere() {
    capture_logs();
    let family = Family::new().await;
    let app = &family.app;
    family
        .key
        .put("/v1/users/tutor-1", &json!({ "persona": "tutor" }))
        .await
        .assert_status(201);
    let mut children: Vec<Child> = "abc".chars().map(Child::new).collect();
    let mut ids = Vec::new();
    for child in &mut children {
        let (id, link) = plant(&family, child).await;
        let alias = link["alias"].as_str().expect("an alias").to_owned();
        let followed = app.anonymous().get(&format!("/l/{alias}")).await;
        assert_eq!(followed.status, 302, "{followed:?}");
        tell_guardian(&family, child, &id).await;
        ids.push((id, alias));
    }
    assert_eq!(family.recaps().await, 3, "a recap of each child");
    for child in &children {
        let different: BTreeSet<&str> = child.all().into_iter().collect();
        assert!(different.len() >= 50, "{} canaries", different.len());
    }

    // The scan finds what is in clear, and the API shows what is encrypted.
    let before = everything(app).await;
    let names: Vec<&str> = ids.iter().map(|(id, _)| id.as_str()).collect();
    let answers = shown(&family, &names).await;
    for child in &children {
        for text in &child.clear {
            assert!(
                !found_in(&before, text).is_empty(),
                "{text} was planted and is not found"
            );
        }
        for text in &child.hashed {
            assert_eq!(
                found_in(&before, text),
                Vec::<&str>::new(),
                "{text} is a hash"
            );
        }
        for text in &child.sealed {
            assert!(
                answers.contains(text.as_str()),
                "{text} was planted and is not shown"
            );
            let clear: Vec<&str> = found_in(&before, text)
                .into_iter()
                .filter(|table| *table != "idempotency_keys")
                .collect();
            assert!(clear.is_empty(), "{text} is readable in {clear:?}");
        }
    }
    let alive = read_dump(&app.context, names[0]).await;
    let readable = children[0]
        .sealed
        .iter()
        .filter(|text| alive.contains(text.as_str()))
        .count();
    let sealed = children[0].sealed.len();
    assert_eq!(
        readable, sealed,
        "the dump's reader reads all while the key is there: {alive}"
    );
    dump(app).await;

    let begun = Instant::now();
    for (id, _) in &ids[..2] {
        delete(&family.key, id).await;
    }
    let after = everything(app).await;
    let answers = shown(&family, &names[2..]).await;
    let files = app.click_log_dir().to_owned();
    let mut left = Vec::new();
    for child in &children[..2] {
        for text in child.all() {
            left.extend(
                found_in(&after, text)
                    .into_iter()
                    .map(|table| format!("{text} in {table}")),
            );
            left.extend(
                answers
                    .contains(text)
                    .then(|| format!("{text} in an answer")),
            );
            left.extend(is_in_files(&files, text).then(|| format!("{text} in the click log")));
        }
    }
    assert_eq!(left, Vec::<String>::new());
    assert!(begun.elapsed() < PATIENCE);
    for (_, alias) in &ids[..2] {
        assert_eq!(
            app.anonymous().get(&format!("/l/{alias}")).await.status,
            404,
            "the cache of names"
        );
    }
    let logged = LOGGED.lock().expect("lines").clone();
    assert_eq!(logged, Vec::<String>::new(), "logs name nobody");

    // The dump from before, and the key store as it is: nothing that was encrypted is read.
    let restored = restored(app);
    for (child, id) in children[..2].iter().zip(&names) {
        let read = read_dump(&restored, id).await;
        for text in &child.sealed {
            assert!(
                !read.contains(text.as_str()),
                "{text} is read from the dump"
            );
        }
    }
    // The third child is as before.
    for text in &children[2].clear {
        assert!(
            !found_in(&after, text).is_empty(),
            "{text} of another child is gone"
        );
    }
    let read = read_dump(&restored, names[2]).await;
    let readable = children[2]
        .sealed
        .iter()
        .filter(|text| read.contains(text.as_str()))
        .count();
    assert_eq!(
        readable,
        children[2].sealed.len(),
        "another child's is still read"
    );
}
