//! Achievements: earned once at a time, redacted, and listed by student.

use serde_json::{Value, json};
use viral_engine_api_types::Page;
use viral_engine_api_types::achievements::Achievement;
use viral_engine_test_support::{TestApp, TestClient};

async fn app_and_key() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let scopes = ["tutoring_sessions:write", "tutoring_sessions:read"];
    let key = app.key(&scopes).await;
    (app, key)
}

fn achievement(student: &str, day: u32) -> Value {
    json!({
        "student": student, "kind": "ten_sessions", "name": "Ten sessions",
        "earned_at": format!("2026-03-{day:02}T10:00:00Z"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_achievement_is_earned_once_at_a_time() {
    let (_app, key) = app_and_key().await;
    let answer = key
        .post("/v1/achievements", &achievement("student-1", 11))
        .await;
    answer.assert_status(201);
    let first: Achievement = answer.read();
    let mut renamed = achievement("student-1", 11);
    renamed["name"] = json!("10 sessions, ann@example.com");
    let answer = key.post("/v1/achievements", &renamed).await;
    answer.assert_status(200);
    let second: Achievement = answer.read();
    assert_eq!(second.id, first.id);
    assert_eq!(second.name, "10 sessions, [EMAIL]");
    assert_eq!(second.violations, 1);
    let other: Achievement = key
        .post("/v1/achievements", &achievement("student-1", 12))
        .await
        .read();
    assert_ne!(other.id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn achievements_are_listed_by_student_latest_first() {
    let (_app, key) = app_and_key().await;
    let items: Vec<Value> = (1..=6)
        .map(|day| achievement(&format!("student-{}", day % 2), day))
        .collect();
    let answer = key
        .post("/v1/achievements/bulk", &json!({ "items": items }))
        .await
        .json();
    assert_eq!(answer["succeeded"], 6);
    let page: Page<Achievement> = key
        .get("/v1/achievements?student=student-1&limit=2")
        .await
        .read();
    let days: Vec<String> = page
        .items
        .iter()
        .map(|one| one.earned_at.format("%d").to_string())
        .collect();
    assert_eq!(days, ["05", "03"]);
    let cursor = page.next_cursor.expect("another page");
    let path = format!("/v1/achievements?student=student-1&limit=2&cursor={cursor}");
    let rest: Page<Achievement> = key.get(&path).await.read();
    assert_eq!(rest.items.len(), 1);
    let nobody: Page<Achievement> = key.get("/v1/achievements?student=nobody").await.read();
    assert!(nobody.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_named() {
    let (_app, key) = app_and_key().await;
    for (field, value) in [
        ("kind", json!("Ten Sessions")),
        ("name", json!(" ")),
        ("student", json!("")),
        ("earned_at", json!("2026-03-16T13:00:00Z")),
    ] {
        let mut body = achievement("student-1", 11);
        body[field] = value;
        let answer = key.post("/v1/achievements", &body).await;
        let problem = answer.assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    }
}
