//! Each user has a key of their own, and what it encrypts ends with it.

use std::sync::Arc;

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_service::config::Keys;
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::key_store::KeyStore;
use viral_engine_service::tutoring_sessions::{TutoringSessionQuery, list_tutoring_sessions};
use viral_engine_service::users::{
    PersonalField, PersonalKeys, check_key_store, get_user, reseal_personal_fields,
};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::test_app::{ReplacedKeys, keys, service_config};
use viral_engine_test_support::{TestApp, TestClient};

use crate::consents::family::Family;
use crate::world::number;

pub(super) fn context(app: &TestApp, keys: Keys) -> Context {
    let clock = app.clock.as_clock();
    Context::new(app.db().database().clone(), keys, service_config(), clock)
}

async fn put(key: &TestClient, user: &str, fields: Value) -> Value {
    let answer = key.put(&format!("/v1/users/{user}"), &fields).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
    answer.json()
}

async fn taught(key: &TestClient, subject: &str) {
    let body = json!({ "external_id": "s-1", "tutor": "tutor", "student": "s1", "subject": subject,
        "started_at": "2026-03-10T15:00:00Z", "duration_minutes": 45, "skills": ["Fractions"] });
    let answer = key.post("/v1/sessions", &body).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
}

async fn subject(context: &Context) -> String {
    let query = TutoringSessionQuery::default();
    let page = PageRequest::parse(None, None).expect("a page");
    let listed = list_tutoring_sessions(context, query, page)
        .await
        .expect("a list");
    listed.items[0].subject.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_store_people_read_as_nameless_and_nothing_fails() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(
        &key,
        "s1",
        json!({ "persona": "student", "name": "Ada", "cohort": "2026" }),
    )
    .await;
    taught(&key, "Algebra").await;
    let body = json!({ "student": "s1", "kind": "ten", "name": "Ten sessions" });
    key.post("/v1/achievements", &body).await.assert_status(201);

    let folder = tempfile::tempdir().expect("a folder");
    let lost = context(
        &app,
        Keys {
            users: Arc::new(KeyStore::new(folder.path())),
            ..keys()
        },
    );
    let user = get_user(&lost, &Caller::system(), "s1")
        .await
        .expect("a user");
    assert_eq!(user.personal.expect("fields").name, None);
    assert_eq!(user.cohort.as_deref(), Some("2026"));
    assert_eq!(subject(&lost).await, "");
    let page = PageRequest::parse(None, None).expect("a page");
    let achieved = viral_engine_service::achievements::list_achievements(&lost, None, page).await;
    assert_eq!(achieved.expect("a list").items[0].name, "");
    // Put back, it is as before.
    assert_eq!(subject(&app.context).await, "Algebra");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_store_gives_nobody_the_slot_of_another() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(&key, "s1", json!({ "persona": "student", "name": "Ada" })).await;
    put(&key, "s2", json!({ "persona": "student", "name": "Bo" })).await;
    let folder = tempfile::tempdir().expect("a folder");
    let lost = context(
        &app,
        Keys {
            users: Arc::new(KeyStore::new(folder.path())),
            ..keys()
        },
    );
    check_key_store(&lost).await.expect("checked");
    let highest = number(
        &mut *app.db().connection().await,
        "SELECT max(key_slot) FROM users",
    )
    .await;
    assert_eq!(
        lost.keys.users.len().expect("a length"),
        highest.cast_unsigned() + 1
    );
    check_key_store(&app.context).await.expect("checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_nothing_to_encrypt_has_no_key() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let sql = "SELECT count(key_slot) FROM users";
    let body = json!({ "type": "invite_sent", "referrer": "nobody" });
    key.post("/v1/events", &body).await;
    assert_eq!(number(&mut *app.db().connection().await, sql).await, 0);
    put(&key, "s1", json!({ "persona": "student", "name": "Ada" })).await;
    put(&key, "s1", json!({ "name": "Ada L." })).await;
    assert_eq!(number(&mut *app.db().connection().await, sql).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_stored_is_encrypted_with_users_keys() {
    let family = Family::new().await;
    let request = family.ask(&["core_use"]).await;
    let app = &family.app;
    let old = PersonalKeys::of(&app.context.keys);
    let mut conn = app.db().connection().await;
    let id = |sql: &str| format!("SELECT id FROM {sql}");
    let ids = crate::world::texts(&mut conn, &id("users WHERE external_id = 'ada'")).await;
    let ada = ids[0].trim_matches(['(', ')']).parse().expect("an id");
    let asked = request["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    // As the version before wrote it: with the master key, and texts in clear.
    let name = hex::encode(
        old.encrypt(ada, PersonalField::Name, "Ada Lovelace")
            .expect("sealed"),
    );
    let contact = old.encrypt(asked, PersonalField::ConsentContact, "mum@example.org");
    let contact = hex::encode(contact.expect("sealed"));
    conn.batch_execute(&format!(
        "UPDATE users SET key_slot = NULL, email_cipher = NULL, name_cipher = decode('{name}', 'hex') WHERE external_id = 'ada';
         UPDATE consent_requests SET contact_cipher = decode('{contact}', 'hex');
         INSERT INTO tutoring_sessions (id, external_id, tutor_id, student_id, subject, started_at, ended_at, minutes, skills,
             highlights, next_steps, violations, created_at, updated_at)
         SELECT gen_random_uuid(), 's-1', m.id, a.id, 'Algebra', now(), now(), 0, ARRAY['Fractions'], '{{}}', '{{}}', 0, now(), now()
         FROM users a, users m WHERE a.external_id = 'ada' AND m.external_id = 'mum';
         INSERT INTO achievements (id, student_id, kind, name, earned_at, violations, created_at)
         SELECT gen_random_uuid(), id, 'ten', 'Ten sessions', now(), 0, now() FROM users WHERE external_id = 'ada';
         INSERT INTO weekly_recaps (id, parent_id, child_id, week, time_zone, sessions, minutes, streak_days, contents, created_at, updated_at)
         SELECT gen_random_uuid(), m.id, a.id, '2026-03-09', 'UTC', 1, 45, 1, '{{\"subjects\": [\"Algebra\"], \"skills\": [],
             \"achievements\": [], \"highlights\": [], \"next_steps\": []}}', now(), now()
         FROM users a, users m WHERE a.external_id = 'ada' AND m.external_id = 'mum'"
    ))
    .await
    .expect("old rows");
    assert_eq!(
        reseal_personal_fields(&app.context).await.expect("sealed"),
        5
    );
    assert_eq!(
        reseal_personal_fields(&app.context).await.expect("sealed"),
        0
    );
    let clear = "SELECT (SELECT count(*) FROM tutoring_sessions WHERE subject <> '' OR skills <> '{}' OR texts_cipher IS NULL)
        + (SELECT count(*) FROM achievements WHERE name <> '' OR name_cipher IS NULL)
        + (SELECT count(*) FROM weekly_recaps WHERE contents <> '{}' OR contents_cipher IS NULL)
        + (SELECT count(*) FROM users WHERE NOT is_by_user_key(name_cipher))
        + (SELECT count(*) FROM consent_requests WHERE NOT is_by_user_key(contact_cipher))";
    assert_eq!(number(&mut conn, clear).await, 0);
    let user = get_user(&app.context, &Caller::system(), "ada")
        .await
        .expect("a user");
    assert_eq!(
        user.personal.expect("fields").name.as_deref(),
        Some("Ada Lovelace")
    );
    assert_eq!(subject(&app.context).await, "Algebra");
    let recaps = family.key.get("/v1/recaps").await.json();
    assert_eq!(recaps["items"][0]["subjects"], json!(["Algebra"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_master_key_takes_guardians_addresses_and_their_hashes_along() {
    let family = Family::new().await;
    // A message that is being sent is left to the next call.
    let pause = family.key.post("/v1/queues/email/pause", &json!({})).await;
    pause.assert_status(200);
    family.ask(&["core_use"]).await;
    let app = &family.app;
    let replaced = ReplacedKeys::new();
    let both = context(app, replaced.during.clone());
    assert!(reseal_personal_fields(&both).await.expect("resealed") > 0);
    assert_eq!(reseal_personal_fields(&both).await.expect("resealed"), 0);
    let alone = context(app, replaced.after.clone());
    let user = get_user(&alone, &Caller::system(), "ada")
        .await
        .expect("a user");
    assert_eq!(
        user.personal.expect("fields").name.as_deref(),
        Some("Ada Lovelace")
    );
    let hash = PersonalKeys::of(&alone.keys).search_hash(PersonalField::Email, "mum@example.org");
    let hash = hex::encode(hash.expect("a hash"));
    let sql = format!(
        "SELECT count(*) FROM consent_requests WHERE contact_hash = decode('{hash}', 'hex')"
    );
    assert_eq!(number(&mut *app.db().connection().await, &sql).await, 1);
}
