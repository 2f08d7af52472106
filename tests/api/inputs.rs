//! Inputs beside events: taken in whatever they hold, scanned, kept without what was found.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::guardrails::{Coppa, OptOuts};
use viral_engine_api_types::inputs::{ParentShare, StudySession};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{number, texts};

async fn app_and_key() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let key = app.key(&["inputs:write", "guardrails:read"]).await;
    (app, key)
}

fn share(data: Value) -> Value {
    json!({ "parent": "parent-1", "student": "student-1", "share_data": data })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_personal_is_found_told_without_its_value_and_not_kept() {
    let (app, key) = app_and_key().await;
    let data = json!({ "note": "write to ann@example.com", "full_name": "Ann Lee", "score": 7 });
    let answer = key.post("/v1/parent-shares", &share(data)).await;
    answer.assert_status(201);
    let stored: ParentShare = answer.read();
    assert_eq!(stored.violations, 2);
    assert_eq!(
        stored.share_data,
        json!({ "note": "write to [EMAIL]", "full_name": "[NAME]", "score": 7 })
    );
    let mut conn = app.db().connection().await;
    let everything = [
        "SELECT share_data::text FROM parent_shares",
        "SELECT concat(field_path, entity_type) FROM pii_violations",
        "SELECT changes::text FROM audit_entries",
    ];
    for sql in everything {
        let rows = texts(&mut conn, sql).await.concat();
        assert!(
            !rows.contains("ann@") && !rows.contains("Ann Lee"),
            "{rows}"
        );
    }
    let coppa: Coppa = key.get("/v1/guardrails/coppa").await.read();
    let found: Vec<_> = coppa
        .violations
        .iter()
        .map(|one| (one.field_path.as_str(), one.entity_type.as_str()))
        .collect();
    assert_eq!(found, [("/note", "email"), ("/full_name", "name")]);
    assert_eq!(coppa.overall_compliance_rate, Some(0.0));
    assert!(coppa.below_target);
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_payloads_are_compliant_and_nothing_checked_is_no_rate() {
    let (_app, key) = app_and_key().await;
    let coppa: Coppa = key.get("/v1/guardrails/coppa").await.read();
    assert_eq!(
        (coppa.overall_compliance_rate, coppa.below_target),
        (None, false)
    );
    for data in [Value::Null, json!({}), json!([])] {
        key.post("/v1/parent-shares", &share(data))
            .await
            .assert_status(201);
    }
    let coppa: Coppa = key.get("/v1/guardrails/coppa").await.read();
    assert_eq!(coppa.overall_compliance_rate, Some(100.0));
    assert_eq!(coppa.parent_shares.total_checked, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_of_a_bulk_call_fail_on_their_own_and_name_their_fields() {
    let (app, key) = app_and_key().await;
    let late = app.clock.now() + TimeDelta::minutes(6);
    let mut ahead = share(json!({}));
    ahead["shared_at"] = json!(late);
    let body = json!({ "items": [
        share(json!({ "note": "fine" })),
        ahead,
        { "parent": "", "student": "student-1" },
        { "parent": "parent-1", "student": "student-1", "mood": "good" },
        share(json!("x".repeat(16 * 1024))),
        share(json!({ "email": "ann@example.com" })),
    ] });
    let answer = key.post("/v1/parent-shares/bulk", &body).await.json();
    assert_eq!(
        (&answer["succeeded"], &answer["failed"]),
        (&json!(2), &json!(4))
    );
    let outcome = |index: usize| {
        let result = &answer["results"][index];
        assert_eq!(result["index"], index);
        result["problem"]["errors"][0]["pointer"].as_str()
    };
    let pointers: Vec<_> = (0..6).map(outcome).collect();
    let expected = [
        None,
        Some("/items/1/shared_at"),
        Some("/items/2/parent"),
        Some("/items/3/mood"),
        Some("/items/4/share_data"),
        None,
    ];
    assert_eq!(pointers, expected);
    assert_eq!(answer["results"][5]["item"]["violations"], 1);
    let admin = app.operator(Role::Admin).await;
    let path = "/v1/audit-entries?action=create_parent_shares";
    let entries = admin.get(path).await.json();
    assert_eq!(entries["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(entries["items"][0]["changes"]["count"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_call_takes_a_thousand_items_and_no_more() {
    let (_app, key) = app_and_key().await;
    let items = |count: usize| {
        let item =
            |index: usize| json!({ "user": format!("user-{}", index % 300), "scope": "email" });
        json!({ "items": (0..count).map(item).collect::<Vec<_>>() })
    };
    let answer = key.post("/v1/opt-outs/bulk", &items(1_000)).await.json();
    assert_eq!(answer["succeeded"], 1_000);
    for count in [0, 1_001] {
        key.post("/v1/opt-outs/bulk", &items(count))
            .await
            .assert_problem(422, "validation_failed");
    }
    let opt_outs: OptOuts = key.get("/v1/guardrails/opt-outs").await.read();
    assert_eq!(
        (opt_outs.explicit.total, opt_outs.explicit.users),
        (1_000, 300)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_counted_and_the_first_makes_a_share_seen() {
    let (app, key) = app_and_key().await;
    let stored: ParentShare = key
        .post("/v1/parent-shares", &share(json!({})))
        .await
        .read();
    let path = format!("/v1/parent-shares/{}/views", stored.id);
    let first: ParentShare = key.post(&path, &json!({})).await.read();
    app.clock.advance(TimeDelta::minutes(1));
    let second: ParentShare = key.post(&path, &json!({})).await.read();
    assert_eq!((first.view_count, second.view_count), (1, 2));
    assert_eq!(second.viewed_at, first.viewed_at);
    assert_eq!(second.parent, "parent-1");
    let opt_outs: OptOuts = key.get("/v1/guardrails/opt-outs").await.read();
    assert_eq!(opt_outs.parent_shares.never_viewed, 0);
    let unknown = format!("/v1/parent-shares/{}/views", uuid::Uuid::now_v7());
    key.post(&unknown, &json!({}))
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_in_a_study_session_is_named_once_and_an_empty_one_counts() {
    let (_app, key) = app_and_key().await;
    let session = json!({
        "host": "student-1", "participants": ["a", "b", "a"], "invited": ["b", "c", "c"],
    });
    let stored: StudySession = key.post("/v1/study-sessions", &session).await.read();
    assert_eq!(stored.participants, ["a", "b"]);
    assert_eq!(stored.invited, ["b", "c"]);
    key.post("/v1/study-sessions", &json!({ "host": "student-1" }))
        .await
        .assert_status(201);
    let opt_outs: OptOuts = key.get("/v1/guardrails/opt-outs").await.read();
    assert_eq!(opt_outs.study_sessions.total, 2);
    assert_eq!(opt_outs.study_sessions.avg_participants, 1.0);
    assert_eq!(opt_outs.explicit.users_reached, 2);

    let long = json!({ "host": "student-1", "invited": ["ok", "x".repeat(201)] });
    let answer = key.post("/v1/study-sessions", &long).await;
    let problem = answer.assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/invited/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_is_a_slug() {
    let (_app, key) = app_and_key().await;
    let body = json!({ "user": "a", "scope": "E-Mail please" });
    let answer = key.post("/v1/opt-outs", &body).await;
    let problem = answer.assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/scope");
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_exact_whoever_writes_at_the_same_time() {
    let (app, key) = app_and_key().await;
    let key = std::sync::Arc::new(key);
    let writers = (0..8).map(|writer| {
        let key = std::sync::Arc::clone(&key);
        tokio::spawn(async move {
            for turn in 0..6 {
                let items = (0..5).map(|item| {
                    let parent = format!("parent-{}", (writer + turn + item) % 6);
                    json!({ "parent": parent, "student": "student-1", "share_data": "ann@example.com" })
                });
                let body = json!({ "items": items.collect::<Vec<_>>() });
                let answer = key.post("/v1/parent-shares/bulk", &body).await;
                assert_eq!(answer.json()["succeeded"], 5);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("it wrote");
    }
    let coppa: Coppa = key.get("/v1/guardrails/coppa").await.read();
    assert_eq!(
        (
            coppa.parent_shares.total_checked,
            coppa.parent_shares.violations_found
        ),
        (240, 240)
    );
    let opt_outs: OptOuts = key.get("/v1/guardrails/opt-outs").await.read();
    assert_eq!(opt_outs.explicit.users_reached, 6);
    let mut conn = app.db().connection().await;
    let versions = number(&mut conn, "SELECT last_value FROM data_version").await;
    assert!(versions >= 48, "{versions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_the_scope_reports_nothing() {
    let app = TestApp::new().await;
    let key = app.key(&["guardrails:read"]).await;
    key.post("/v1/parent-shares", &share(json!({})))
        .await
        .assert_problem(403, "forbidden");
}
