//! Who must have a persona, and who may be whose guardian.

use serde_json::{Value, json};
use viral_engine_test_support::TestApp;

use super::put;

#[tokio::test(flavor = "multi_thread")]
async fn a_persona_that_is_needed_can_not_be_cleared() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let refused = |name: &'static str| {
        let key = &key;
        async move {
            let answer = key
                .put(&format!("/v1/users/{name}"), &json!({ "persona": null }))
                .await;
            answer.assert_problem(422, "validation_failed")["errors"][0].clone()
        }
    };
    assert_eq!(refused("new").await["code"], "required");
    let child = json!({ "persona": "student", "guardian": "mum" });
    put(&key, "child", child).await;
    assert_eq!(refused("mum").await["code"], "is_guardian");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_needs_a_persona_and_is_treated_as_a_child_without_a_band() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let problem = key
        .put("/v1/users/s1", &json!({ "grade": "7" }))
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/persona");
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");
    let user = put(&key, "s1", json!({ "persona": "student" })).await;
    assert_eq!(user["age_band"], "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_guardian_is_created_as_a_parent() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let student = put(
        &key,
        "s1",
        json!({ "persona": "student", "guardian": "p1" }),
    )
    .await;
    assert_eq!(student["guardian"], "p1");
    let guardian = key.get("/v1/users/p1").await.json();
    assert_eq!(guardian["persona"], "parent");
    let student = put(&key, "s1", json!({ "guardian": null })).await;
    assert_eq!(student["guardian"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn guardians_are_parents_and_never_form_a_circle() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(
        &key,
        "s1",
        json!({ "persona": "student", "guardian": "p1" }),
    )
    .await;
    put(&key, "s2", json!({ "persona": "student" })).await;
    for (name, body, pointer) in [
        ("s1", json!({ "guardian": "s1" }), "/guardian"),
        ("s1", json!({ "guardian": "s2" }), "/guardian"),
        ("p1", json!({ "guardian": "s1" }), "/guardian"),
        ("p1", json!({ "guardian": "p2" }), "/persona"),
        ("p1", json!({ "persona": "student" }), "/persona"),
        ("s1", json!({ "persona": "parent" }), "/persona"),
    ] {
        let problem = key
            .put(&format!("/v1/users/{name}"), &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{name} {body}");
    }
    key.get("/v1/users/p2")
        .await
        .assert_problem(404, "not_found");
}
