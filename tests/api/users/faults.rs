//! What is wrong with a body is told: all of it at once, and in words of JSON.

use serde_json::{Value, json};
use viral_engine_test_support::TestApp;

use super::put;

/// Types, unknown fields, rules of one field and rules between users.
#[tokio::test(flavor = "multi_thread")]
async fn all_faults_of_a_user_are_told_at_once() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(&key, "tutor", json!({ "persona": "tutor" })).await;
    let body = json!({
        "age_band": 7, "email": "nobody", "cohort": "x".repeat(300), "guardian": "tutor",
        "time_zone": "Mars/Olympus", "signals": { "verified_email": "yes" }, "shoe_size": 41,
    });
    let pointers = |problem: &Value, prefix: &str| {
        let errors = problem["errors"].as_array().expect("errors").iter();
        let pointers = errors.map(|error| error["pointer"].as_str().expect("a pointer"));
        let mut pointers: Vec<String> = pointers
            .map(|pointer| pointer.trim_start_matches(prefix).to_owned())
            .collect();
        pointers.sort();
        pointers
    };
    let expected = [
        "/age_band",
        "/cohort",
        "/email",
        "/guardian",
        "/persona",
        "/shoe_size",
        "/signals/verified_email",
        "/time_zone",
    ];
    let problem = key
        .put("/v1/users/s1", &body)
        .await
        .assert_problem(400, "malformed_body");
    assert_eq!(pointers(&problem, ""), expected);

    let mut named = body.clone();
    named["external_id"] = json!("s1");
    let answer = key
        .post("/v1/users/bulk", &json!({ "users": [named] }))
        .await
        .json();
    let problem = &answer["results"][0]["problem"];
    assert_eq!(pointers(problem, "/users/0"), expected);

    let readable = json!({ "email": "nobody", "guardian": "s1" });
    let problem = key
        .put("/v1/users/s1", &readable)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(pointers(&problem, ""), ["/email", "/guardian", "/persona"]);
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_expected_is_said_in_words_of_json() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for (path, body, words) in [
        ("/v1/links", json!([]), "an object"),
        ("/v1/links", json!({ "max_clicks": "x" }), "a whole number"),
        ("/v1/events", json!({ "properties": 7 }), "an object"),
        (
            "/v1/events",
            json!({ "occurred_at": "2026-11-21" }),
            "such as 2026-03-16T12:00:00Z",
        ),
    ] {
        let answer = key.post(path, &body).await.json();
        let said = answer["errors"][0]["detail"].as_str().unwrap_or_default();
        assert!(said.contains(words), "{answer}");
    }
}
