//! Creating and changing users: one by one, many at once, at the same time, under any external id.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_test_support::TestApp;

use super::put;

#[tokio::test(flavor = "multi_thread")]
async fn absent_fields_stay_and_null_clears() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let created = key
        .put(
            "/v1/users/s1",
            &json!({ "persona": "student", "age_band": "under_13", "grade": "7", "name": "Ada", "time_zone": "Europe/Berlin" }),
        )
        .await;
    created.assert_status(201);
    let changed = key.put("/v1/users/s1", &json!({ "grade": null })).await;
    changed.assert_status(200);
    let user = changed.json();
    assert_eq!(user["grade"], Value::Null);
    assert_eq!(user["age_band"], "under_13");
    assert_eq!(user["time_zone"], "Europe/Berlin");
    assert_eq!(user["personal"]["name"], "Ada");
    let user = put(&key, "s1", json!({ "name": null })).await;
    assert_eq!(user["personal"]["name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_what_is_no_text_too() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let whole = json!({ "persona": "tutor", "age_band": "adult", "preferences": { "theme": "dark" }, "signals": { "verified_email": true } });
    let nothing =
        json!({ "persona": null, "age_band": null, "preferences": null, "signals": null });
    put(&key, "t1", whole.clone()).await;
    let user = put(&key, "t1", nothing.clone()).await;
    put(&key, "t2", whole).await;
    let mut item = nothing;
    item["external_id"] = json!("t2");
    let body = json!({ "users": [item] });
    let answer = key.post("/v1/users/bulk", &body).await.json();
    for user in [&user, &answer["results"][0]["item"]] {
        assert_eq!(user["persona"], Value::Null, "{user}");
        assert_eq!(user["age_band"], "unknown");
        assert_eq!(user["preferences"], json!({}));
        assert_eq!(user["signals"], json!({}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_changed_from_what_was_read_when_the_caller_says_so() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let write = |tag: &'static str, body: Value| {
        let request = key.request(Method::PUT, "/v1/users/s1").json(&body);
        key.send(request.header("if-match", tag))
    };
    let student = json!({ "persona": "student" });
    for tag in ["*", "\"1\""] {
        write(tag, student.clone())
            .await
            .assert_problem(412, "precondition_failed");
    }
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");

    let created = key.put("/v1/users/s1", &student).await;
    created.assert_status(201);
    assert_eq!(created.header("etag"), Some("\"1\""));
    let changed = write("\"1\"", json!({ "grade": "5" })).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    write("\"1\"", json!({ "grade": "6" }))
        .await
        .assert_problem(412, "precondition_failed");
    let signals = key
        .request(Method::PUT, "/v1/users/s1/signals")
        .json(&json!({ "verified_email": true }));
    key.send(signals.header("if-match", "\"1\""))
        .await
        .assert_problem(412, "precondition_failed");
    write("*", json!({ "grade": "6" })).await.assert_status(200);
    let read = key.get("/v1/users/s1").await;
    assert_eq!(read.header("etag"), Some("\"3\""));
    assert_eq!(read.json()["grade"], "6");
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_merged_and_never_create_a_user() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let path = "/v1/users/s1/signals";
    key.put(path, &json!({ "verified_email": true }))
        .await
        .assert_problem(404, "not_found");
    put(
        &key,
        "s1",
        json!({ "persona": "student", "signals": { "verified_email": true } }),
    )
    .await;
    let user = key
        .put(path, &json!({ "payment_verified": false }))
        .await
        .json();
    assert_eq!(
        user["signals"],
        json!({ "verified_email": true, "payment_verified": false })
    );
    key.put(path, &json!({ "Not A Name": true }))
        .await
        .assert_problem(422, "validation_failed");
    key.put(path, &json!({ "verified_email": "yes" }))
        .await
        .assert_problem(400, "malformed_body");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_of_a_bulk_call_succeeds_or_fails_on_its_own() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let answer = key
        .post(
            "/v1/users/bulk",
            &json!({ "users": [
                { "external_id": "s1", "persona": "student", "guardian": "p1" },
                { "external_id": "s2", "persona": "wizard" },
                { "persona": "student" },
                { "external_id": "s4", "persona": "student", "unknown": 1 },
                { "external_id": "s5", "persona": "student", "email": "nobody" },
                { "external_id": "p1", "name": "Parent" },
            ]}),
        )
        .await;
    answer.assert_status(200);
    let answer = answer.json();
    assert_eq!(
        (&answer["succeeded"], &answer["failed"]),
        (&json!(2), &json!(4))
    );
    let fault = |index: usize| {
        let problem = &answer["results"][index]["problem"];
        problem["errors"][0]["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(fault(1), "/users/1/persona");
    assert_eq!(fault(2), "/users/2/external_id");
    assert_eq!(fault(3), "/users/3/unknown");
    assert_eq!(fault(4), "/users/4/email");
    assert_eq!(answer["results"][5]["item"]["persona"], "parent");
    key.get("/v1/users/s5")
        .await
        .assert_problem(404, "not_found");
    for users in [json!([]), json!(vec![json!({}); 1001])] {
        key.post("/v1/users/bulk", &json!({ "users": users }))
            .await
            .assert_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts_of_one_user_at_once_merge_and_create_it_once() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let groups = ["grade", "cohort", "institution", "locale"].map(|field| (field, "en"));
    let fields = groups
        .into_iter()
        .chain([("handle", "zoe_7"), ("name", "Zoe")]);
    let bodies: Vec<Value> = fields
        .map(|(field, value)| json!({ "persona": "student", field: value }))
        .collect();
    let puts = bodies.iter().map(|body| key.put("/v1/users/s1", body));
    let answers = futures_util::future::join_all(puts).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let user = key.get("/v1/users/s1").await.json();
    for field in ["grade", "cohort", "institution", "locale"] {
        assert_eq!(user[field], "en", "{field}");
    }
    assert_eq!(user["personal"]["handle"], "zoe_7");
    assert_eq!(user["personal"]["name"], "Zoe");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_id_may_hold_what_urls_must_escape() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for (path, name) in [
        ("a%2Fb", "a/b"),
        ("100%25", "100%"),
        ("%C3%A5sa", "åsa"),
        ("a+b", "a+b"),
        ("bulk", "bulk"),
    ] {
        let user = put(&key, path, json!({ "persona": "student" })).await;
        assert_eq!(user["external_id"], name);
        let read = key.get(&format!("/v1/users/{path}")).await.json();
        assert_eq!(read["external_id"], name);
    }
    key.put(
        &format!("/v1/users/{}", "x".repeat(201)),
        &json!({ "persona": "student" }),
    )
    .await
    .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_text_is_nobody() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for path in ["/v1/users/%ff", "/v1/users/a%FE"] {
        key.put(path, &json!({ "persona": "parent" }))
            .await
            .assert_problem(400, "malformed_request");
    }
}
