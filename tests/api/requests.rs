//! How bodies, queries and paths that can not be read are refused.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{Answer, TestApp, TestClient};

async fn post_raw(client: &TestClient, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header("content-type", content_type)
        .body(body);
    client.send(request).await
}

async fn post_text(client: &TestClient, body: &str) -> Answer {
    post_raw(client, "/v1/api-keys", "application/json", body.into()).await
}

fn fault(problem: &Value) -> (&str, &str) {
    let error = &problem["errors"][0];
    (
        error["pointer"].as_str().unwrap_or_default(),
        error["code"].as_str().unwrap_or_default(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_is_400_and_says_where() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for body in [
        "",
        "{",
        "nonsense",
        "{\"name\": }",
        "{} {}",
        "\u{0}",
        "[1, 2",
    ] {
        post_text(&admin, body)
            .await
            .assert_problem(400, "malformed_body");
    }
    let problem = post_text(&admin, "{\n  \"name\": oops }")
        .await
        .assert_problem(400, "malformed_body");
    assert!(
        problem["detail"]
            .as_str()
            .expect("a detail")
            .contains("line 2")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_at_fault_is_named_with_its_pointer() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (body, status, code, pointer, fault_code) in [
        (
            json!({ "name": 7, "scopes": ["*"] }),
            400,
            "malformed_body",
            "/name",
            "wrong_type",
        ),
        (
            json!({ "name": "n", "scopes": ["*", 7] }),
            400,
            "malformed_body",
            "/scopes/1",
            "wrong_type",
        ),
        (
            json!({ "name": "n", "scopes": ["*"], "scope": 1 }),
            422,
            "validation_failed",
            "/scope",
            "unknown_field",
        ),
        (
            json!({ "scopes": ["*"] }),
            422,
            "validation_failed",
            "/name",
            "required",
        ),
        (
            json!({ "name": "", "scopes": ["*"] }),
            422,
            "validation_failed",
            "/name",
            "length",
        ),
        (
            json!({ "name": "n", "scopes": [] }),
            422,
            "validation_failed",
            "/scopes",
            "length",
        ),
        (
            json!({ "name": "n", "scopes": ["*"], "expires_in_days": 0 }),
            422,
            "validation_failed",
            "/expires_in_days",
            "range",
        ),
        (
            json!({ "name": "n", "scopes": ["*"], "expires_in_days": -1 }),
            422,
            "validation_failed",
            "/expires_in_days",
            "invalid_value",
        ),
        (json!(["n", ["*"]]), 400, "malformed_body", "", "wrong_type"),
    ] {
        let problem = admin
            .post("/v1/api-keys", &body)
            .await
            .assert_problem(status, code);
        assert_eq!(fault(&problem), (pointer, fault_code), "{problem:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_not_repeated_in_the_answer() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "tell-nobody" });
    let answer = admin.post("/v1/operators", &body).await;
    let problem = answer.assert_problem(422, "validation_failed");
    assert_eq!(fault(&problem), ("/role", "invalid_value"));
    assert!(!String::from_utf8_lossy(&answer.body).contains("tell-nobody"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_breaks_a_rule_is_named() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "email": "a", "name": "", "role": "viewer" });
    let problem = admin
        .post("/v1/operators", &body)
        .await
        .assert_problem(422, "validation_failed");
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/email", "/name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_read_as_json() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "name": "n", "scopes": ["*"] }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        post_raw(&admin, "/v1/api-keys", content_type, body.clone().into())
            .await
            .assert_problem(415, "unsupported_media_type");
    }
    let good = "Application/JSON; charset=utf-8";
    post_raw(&admin, "/v1/api-keys", good, body.into())
        .await
        .assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_refused_whether_it_is_announced_or_not() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    post_text(&admin, &large)
        .await
        .assert_problem(413, "body_too_large");
    let chunks = futures_util::stream::iter(
        std::iter::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024])).take(32),
    );
    let request = admin
        .request(Method::POST, "/v1/api-keys")
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(chunks));
    admin
        .send(request)
        .await
        .assert_problem(413, "body_too_large");
    let users: Vec<Value> = (0..1000)
        .map(|n| {
            let grade = "x".repeat(1024);
            json!({ "external_id": format!("u{n}"), "persona": "student", "grade": grade })
        })
        .collect();
    admin
        .post("/v1/users/bulk", &json!({ "users": users }))
        .await
        .assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_nesting_and_nul_characters_are_refused_before_they_do_harm() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!("{{\"persona\":\"student\",\"preferences\":{{\"deep\":{open}{close}}}}}")
    };
    for (depth, status) in [(30, 201), (31, 400), (100_000, 400)] {
        let request = admin
            .request(Method::PUT, "/v1/users/u1")
            .header("content-type", "application/json")
            .body(nested(depth));
        let answer = admin.send(request).await;
        assert_eq!(answer.status, status, "{depth} deep");
    }
    for body in [
        json!({ "persona": "student", "grade": "a\u{0}b" }),
        json!({ "persona": "student", "preferences": { "a\u{0}": 1 } }),
    ] {
        admin
            .put("/v1/users/u2", &body)
            .await
            .assert_problem(400, "malformed_body");
    }
    let harmless = json!({ "persona": "student", "grade": "\\u0000" });
    admin
        .put("/v1/users/u2", &harmless)
        .await
        .assert_status(201);
    admin
        .put("/v1/users/a%00b", &json!({ "persona": "student" }))
        .await
        .assert_problem(400, "malformed_request");
    admin
        .get("/v1/users?institution=a%00b")
        .await
        .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_repeated_and_malformed_parameters_are_refused_by_name() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (query, pointer) in [
        ("limits=5", "?limits"),
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=ten", "?limit"),
        ("limit=5&limit=6", "?limit"),
        ("cursor=nonsense", "?cursor"),
        // Well-formed, but its time is 146,000 years before 1970, which PostgreSQL can not hold.
        ("cursor=AMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "?cursor"),
        ("persona=wizard", "?persona"),
    ] {
        let problem = admin
            .get(&format!("/v1/users?{query}"))
            .await
            .assert_problem(400, "malformed_request");
        assert_eq!(fault(&problem).0, pointer, "{problem:#}");
    }
}

/// Such a user could be made, but never be asked for: a path holds no control characters.
#[tokio::test(flavor = "multi_thread")]
async fn an_external_id_has_no_control_characters_wherever_it_is_named() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let bad = "a\nb";
    for (path, body, pointer) in [
        (
            "events",
            json!({ "type": "invite_sent", "referrer": bad }),
            "/referrer",
        ),
        (
            "events",
            json!({ "type": "conversion", "referee": bad }),
            "/referee",
        ),
        (
            "opt-outs",
            json!({ "user": bad, "scope": "email" }),
            "/user",
        ),
        (
            "parent-shares",
            json!({ "parent": bad, "student": "s" }),
            "/parent",
        ),
        (
            "parent-shares",
            json!({ "parent": "p", "student": bad }),
            "/student",
        ),
        ("progress-reels", json!({ "student": bad }), "/student"),
        ("study-sessions", json!({ "host": bad }), "/host"),
        (
            "study-sessions",
            json!({ "host": "h", "invited": ["i", bad] }),
            "/invited/1",
        ),
        (
            "links",
            json!({ "referrer": bad, "source": "s", "channel": "qr", "target_url": "https://example.org" }),
            "/referrer",
        ),
    ] {
        let problem = key
            .post(&format!("/v1/{path}"), &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(
            fault(&problem),
            (pointer, "control_character"),
            "{problem:#}"
        );
    }
    let guardian = json!({ "persona": "student", "guardian": bad });
    let problem = key.put("/v1/users/u1", &guardian).await;
    let problem = problem.assert_problem(422, "validation_failed");
    assert_eq!(fault(&problem), ("/guardian", "control_character"));
    let users = json!({ "users": [{ "external_id": bad, "persona": "student" }] });
    let answer = key.post("/v1/users/bulk", &users).await;
    let answer = answer.assert_status(200).json();
    let error = &answer["results"][0]["problem"]["errors"][0];
    assert_eq!(error["code"], "control_character", "{answer:#}");
}

/// They are shown in lists, mails and headers.
#[tokio::test(flavor = "multi_thread")]
async fn names_and_other_short_texts_stand_on_one_line() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let bad = "gpj.\u{202e}exe\r\nBcc: x@example.org";
    let session = json!({ "external_id": "s", "tutor": "t", "student": "u", "started_at": "2026-03-11T15:00:00Z",
        "duration_minutes": 5, "subject": bad, "topic": bad, "skills": [bad], "highlights": [bad], "next_steps": [bad] });
    let webhook = json!({ "url": "https://example.org/\r\nx", "description": bad, "event_types": ["alert.opened"] });
    let cases: [(&str, Value, &[&str]); 6] = [
        (
            "sessions",
            session,
            &[
                "/highlights/0",
                "/next_steps/0",
                "/skills/0",
                "/subject",
                "/topic",
            ],
        ),
        ("webhooks", webhook, &["/description", "/url"]),
        (
            "achievements",
            json!({ "student": "u", "kind": "k", "name": bad }),
            &["/name"],
        ),
        (
            "api-keys",
            json!({ "name": bad, "scopes": ["*"] }),
            &["/name"],
        ),
        (
            "operators",
            json!({ "email": "a@example.org", "name": bad, "role": "viewer" }),
            &["/name"],
        ),
        (
            "institution-networks",
            json!({ "network": "203.0.113.0/24", "name": bad }),
            &["/name"],
        ),
    ];
    for (path, body, pointers) in cases {
        let problem = admin.post(&format!("/v1/{path}"), &body).await;
        let problem = problem.assert_problem(422, "validation_failed");
        let errors = problem["errors"].as_array().expect("errors");
        let mut found: Vec<_> = errors
            .iter()
            .filter(|error| error["code"] == "control_character")
            .map(|error| error["pointer"].as_str().expect("a pointer"))
            .collect();
        found.sort_unstable();
        assert_eq!(found, pointers, "{path}: {problem:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_can_not_be_stored_is_malformed() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (path, name) in [
        ("/v1/events", "from"),
        ("/v1/events/export", "to"),
        ("/v1/links", "created_from"),
        ("/v1/audit-entries", "to"),
        ("/v1/overview", "from"),
    ] {
        for time in ["-200000-01-01T00:00:00Z", "%2B200000-01-01T00:00:00Z"] {
            let problem = admin
                .get(&format!("{path}?{name}={time}"))
                .await
                .assert_problem(400, "malformed_request");
            assert_eq!(fault(&problem).0, format!("?{name}"), "{problem:#}");
        }
    }
    for (field, time) in [
        ("signed_up_at", "-200000-01-01T00:00:00Z"),
        ("band_until", "-200000-01-01"),
    ] {
        let problem = admin
            .put(
                "/v1/users/u1",
                &json!({ "persona": "student", field: time }),
            )
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(
            fault(&problem),
            (format!("/{field}").as_str(), "invalid_value")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_may_be_written_with_a_point() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let key = |days: f64| json!({ "name": "n", "scopes": ["*"], "expires_in_days": days });
    admin
        .post("/v1/api-keys", &key(5.0))
        .await
        .assert_status(201);
    let problem = admin
        .post("/v1/api-keys", &key(5.5))
        .await
        .assert_problem(400, "malformed_body");
    assert_eq!(fault(&problem), ("/expires_in_days", "wrong_type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_parameter_is_not_taken_for_an_absent_one() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (path, name) in [
        ("/v1/users", "persona"),
        ("/v1/users", "cursor"),
        ("/v1/users", "institution"),
        ("/v1/events", "to"),
        ("/v1/events/export", "from"),
        ("/v1/links", "created_to"),
        ("/v1/audit-entries", "action"),
        ("/v1/guardrails/bots", "days"),
    ] {
        let problem = admin
            .get(&format!("{path}?{name}="))
            .await
            .assert_problem(400, "malformed_request");
        let (pointer, code) = fault(&problem);
        assert_eq!((pointer, code), (format!("?{name}").as_str(), "empty"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_no_uuid_is_malformed_and_one_that_is_nobody_s_is_not_found() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for id in ["7", "'; DROP TABLE operators; --", "%252e%252e"] {
        admin
            .get(&format!("/v1/operators/{id}"))
            .await
            .assert_problem(400, "malformed_request");
    }
    let nobody = uuid::Uuid::nil();
    for path in ["operators", "api-keys"] {
        admin
            .get(&format!("/v1/{path}/{nobody}"))
            .await
            .assert_problem(404, "not_found");
    }
    admin
        .get("/v1/users/nobody")
        .await
        .assert_problem(404, "not_found");
}
