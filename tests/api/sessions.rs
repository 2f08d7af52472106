//! Tutoring sessions: taken in once by the platform's id, redacted, and listed by student and tutor.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::Page;
use viral_engine_api_types::permissions::Role;
use viral_engine_api_types::tutoring_sessions::TutoringSession;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{number, texts};

async fn app_and_key() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let scopes = ["tutoring_sessions:write", "tutoring_sessions:read"];
    let key = app.key(&scopes).await;
    (app, key)
}

fn session(id: &str) -> Value {
    json!({
        "external_id": id, "tutor": "tutor-1", "student": "student-1", "subject": "Mathematics",
        "started_at": "2026-03-11T15:00:00Z", "duration_minutes": 45,
    })
}

fn with(mut body: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_stored_whole_and_read_again() {
    let (_app, key) = app_and_key().await;
    let body = with(
        session("s-1"),
        json!({
            "topic": "Fractions", "rating": 5, "feedback": "It was fun.", "skills": ["Adding fractions"],
            "improvement": 2.5, "highlights": ["Explained it herself."], "next_steps": ["Ten minutes a day."],
        }),
    );
    let answer = key.post("/v1/sessions", &body).await;
    answer.assert_status(201);
    let stored: TutoringSession = answer.read();
    assert_eq!(stored.ended_at, at("2026-03-11T15:45:00Z"));
    assert_eq!((stored.duration_minutes, stored.rating), (45, Some(5)));
    assert_eq!(stored.skills, ["Adding fractions"]);
    assert_eq!(stored.violations, 0);
    let location = answer.header("location").expect("a location").to_owned();
    let read: TutoringSession = key.get(&location).await.read();
    assert_eq!(read, stored);
    let unknown = format!("/v1/sessions/{}", uuid::Uuid::now_v7());
    key.get(&unknown).await.assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn reporting_a_session_again_replaces_it_and_makes_no_other() {
    let (app, key) = app_and_key().await;
    let first: TutoringSession = key.post("/v1/sessions", &session("s-1")).await.read();
    app.clock.advance(TimeDelta::hours(1));
    let rated = with(session("s-1"), json!({ "rating": 4, "topic": "Ratios" }));
    let answer = key.post("/v1/sessions", &rated).await;
    answer.assert_status(200);
    let second: TutoringSession = answer.read();
    assert_eq!((second.id, second.created_at), (first.id, first.created_at));
    assert_eq!(
        (second.rating, second.topic.as_deref()),
        (Some(4), Some("Ratios"))
    );
    assert!(second.updated_at > first.updated_at);
    let mut conn = app.db().connection().await;
    let count = number(&mut conn, "SELECT count(*) FROM tutoring_sessions").await;
    assert_eq!(count, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contradicts_itself_is_refused_and_named() {
    let (_app, key) = app_and_key().await;
    for (fields, pointer) in [
        (json!({ "duration_minutes": null }), "/ended_at"),
        (
            json!({ "ended_at": "2026-03-11T14:00:00Z", "duration_minutes": null }),
            "/ended_at",
        ),
        (
            json!({ "ended_at": "2026-03-11T15:50:00Z" }),
            "/duration_minutes",
        ),
        (
            json!({ "ended_at": "2026-03-13T15:50:00Z", "duration_minutes": null }),
            "/ended_at",
        ),
        (json!({ "duration_minutes": 1441 }), "/duration_minutes"),
        (
            json!({ "started_at": "2026-03-16T12:06:00Z" }),
            "/started_at",
        ),
        (json!({ "rating": 6 }), "/rating"),
        (json!({ "rating": 0 }), "/rating"),
        (json!({ "improvement": 100.5 }), "/improvement"),
        (json!({ "student": "tutor-1" }), "/student"),
        (json!({ "subject": "  " }), "/subject"),
        (json!({ "skills": ["ok", " "] }), "/skills/1"),
        (json!({ "highlights": ["x".repeat(301)] }), "/highlights/0"),
        (json!({ "next_steps": vec!["x"; 11] }), "/next_steps"),
        (json!({ "external_id": "a\nb" }), "/external_id"),
    ] {
        let answer = key
            .post("/v1/sessions", &with(session("s-1"), fields.clone()))
            .await;
        let problem = answer.assert_problem(422, "validation_failed");
        let pointers: Vec<_> = problem["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .collect();
        assert!(
            pointers.iter().any(|fault| fault["pointer"] == pointer),
            "{fields}: {problem:#}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_personal_is_redacted_in_every_text() {
    let (app, key) = app_and_key().await;
    let mail = "ann@example.com";
    let body = with(
        session("s-1"),
        json!({
            "subject": format!("Maths {mail}"), "topic": mail, "feedback": mail, "skills": [mail],
            "highlights": [mail, "fine"], "next_steps": [format!("call {mail}")],
        }),
    );
    let stored: TutoringSession = key.post("/v1/sessions", &body).await.read();
    assert_eq!(stored.subject, "Maths [EMAIL]");
    assert_eq!(stored.highlights, ["[EMAIL]", "fine"]);
    assert_eq!(stored.violations, 6);
    let mut conn = app.db().connection().await;
    for sql in [
        "SELECT tutoring_sessions::text FROM tutoring_sessions",
        "SELECT changes::text FROM audit_entries",
    ] {
        let rows = texts(&mut conn, sql).await.concat();
        assert!(!rows.contains("ann@"), "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_by_when_they_started_and_by_their_people() {
    let (_app, key) = app_and_key().await;
    let items: Vec<Value> = (0..7)
        .map(|nth| {
            with(
                session(&format!("s-{nth}")),
                json!({
                    "started_at": format!("2026-03-1{nth}T10:00:00Z"),
                    "student": format!("student-{}", nth % 2), "tutor": format!("tutor-{}", nth % 3),
                }),
            )
        })
        .collect();
    let answer = key
        .post("/v1/sessions/bulk", &json!({ "items": items }))
        .await
        .json();
    assert_eq!(answer["succeeded"], 7);
    let names = |page: &Page<TutoringSession>| -> Vec<String> {
        page.items
            .iter()
            .map(|one| one.external_id.clone())
            .collect()
    };
    let mut seen = Vec::new();
    let mut path = "/v1/sessions?limit=3".to_owned();
    loop {
        let page: Page<TutoringSession> = key.get(&path).await.read();
        seen.extend(names(&page));
        match page.next_cursor {
            Some(cursor) => path = format!("/v1/sessions?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["s-6", "s-5", "s-4", "s-3", "s-2", "s-1", "s-0"]);
    for (query, expected) in [
        ("student=student-1", vec!["s-5", "s-3", "s-1"]),
        ("tutor=tutor-0", vec!["s-6", "s-3", "s-0"]),
        ("tutor=tutor-0&student=student-1", vec!["s-3"]),
        ("student=nobody", vec![]),
    ] {
        let page: Page<TutoringSession> = key.get(&format!("/v1/sessions?{query}")).await.read();
        assert_eq!(names(&page), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_fail_on_their_own_and_of_equal_ones_the_last_counts() {
    let (app, key) = app_and_key().await;
    let items = json!({ "items": [
        session("s-1"), with(session("s-2"), json!({ "rating": 9 })), with(session("s-1"), json!({ "rating": 3 })),
    ] });
    let answer = key.post("/v1/sessions/bulk", &items).await.json();
    assert_eq!(
        (&answer["succeeded"], &answer["failed"]),
        (&json!(2), &json!(1))
    );
    let pointer = &answer["results"][1]["problem"]["errors"][0]["pointer"];
    assert_eq!(pointer, "/items/1/rating");
    for index in [0, 2] {
        assert_eq!(answer["results"][index]["item"]["rating"], 3);
    }
    let admin = app.operator(Role::Admin).await;
    let path = "/v1/audit-entries?action=create_tutoring_sessions";
    let entries = admin.get(path).await.json();
    assert_eq!(entries["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_the_same_sessions_do_not_lock_each_other_out() {
    let (app, key) = app_and_key().await;
    let key = std::sync::Arc::new(key);
    let writers = (0..6).map(|writer| {
        let key = std::sync::Arc::clone(&key);
        tokio::spawn(async move {
            for turn in 0..5 {
                let items = (0..20)
                    .map(|item| session(&format!("s-{}", (item * (writer + 1) + turn) % 20)));
                let body = json!({ "items": items.collect::<Vec<_>>() });
                let answer = key.post("/v1/sessions/bulk", &body).await;
                assert_eq!(answer.json()["succeeded"], 20);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("it wrote");
    }
    let mut conn = app.db().connection().await;
    let count = number(&mut conn, "SELECT count(*) FROM tutoring_sessions").await;
    assert!(count <= 20, "{count}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_scopes_of_tutoring_sessions_open_them() {
    let (app, _) = app_and_key().await;
    let other = app.key(&["inputs:write", "users:read"]).await;
    for answer in [
        other.post("/v1/sessions", &session("s-1")).await,
        other.get("/v1/sessions").await,
    ] {
        answer.assert_problem(403, "forbidden");
    }
}
