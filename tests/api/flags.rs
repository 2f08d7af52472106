//! Feature flags: who switches them, and what a change tells.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{Answer, TestApp, TestClient};

async fn put(client: &TestClient, key: &str, etag: &str, enabled: bool) -> Answer {
    let request = client
        .request(Method::PUT, &format!("/v1/flags/{key}"))
        .header("if-match", etag)
        .json(&json!({ "enabled": enabled }));
    client.send(request).await
}

async fn flag(client: &TestClient, key: &str) -> Value {
    let flags = client.get("/v1/flags").await.json();
    let items = flags["items"].as_array().expect("flags");
    let found = items.iter().find(|flag| flag["key"] == key);
    found.expect("the flag").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_feature_is_on_until_an_admin_switches_it_off() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let viewer = app.operator(Role::Viewer).await;
    let listed = viewer.get("/v1/flags").await.json();
    let keys: Vec<_> = listed["items"]
        .as_array()
        .expect("flags")
        .iter()
        .map(|flag| (flag["key"].as_str(), flag["enabled"].as_bool()))
        .collect();
    let on = |key| (Some(key), Some(true));
    assert_eq!(keys, [on("dashboard"), on("reports"), on("email_delivery")]);

    let answer = put(&admin, "reports", "\"1\"", false).await;
    answer.assert_status(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let changed = flag(&viewer, "reports").await;
    assert_eq!(changed, answer.json());
    assert_eq!(
        (&changed["enabled"], &changed["version"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(
        changed["updated_at"],
        json!(
            app.clock
                .now()
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        )
    );
    assert!(
        changed["updated_by"]
            .as_str()
            .is_some_and(|by| by.contains('@'))
    );
    assert_eq!(flag(&viewer, "dashboard").await["enabled"], true);

    let entries = admin
        .get("/v1/audit-entries?action=update_flag")
        .await
        .json();
    let entry = &entries["items"][0];
    assert_eq!(entry["object_id"], "reports");
    assert_eq!(
        entry["changes"]["enabled"],
        json!({ "from": true, "to": false })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_switch_a_flag_at_once_the_second_must_read_again() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let (one, other) = tokio::join!(
        put(&admin, "reports", "\"1\"", false),
        put(&admin, "reports", "\"1\"", false),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let unconditional = admin
        .put("/v1/flags/reports", &json!({ "enabled": true }))
        .await;
    unconditional.assert_problem(428, "precondition_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_to_what_it_is_changes_and_records_nothing() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    put(&admin, "dashboard", "*", true).await.assert_status(200);
    assert_eq!(flag(&admin, "dashboard").await["version"], 1);
    let entries = admin
        .get("/v1/audit-entries?action=update_flag")
        .await
        .json();
    assert_eq!(entries["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_switches_flags_and_unknown_ones_do_not_exist() {
    let app = TestApp::new().await;
    let safety = app.operator(Role::Safety).await;
    put(&safety, "reports", "*", false)
        .await
        .assert_problem(403, "forbidden");
    let key = app.key(&["*"]).await;
    put(&key, "reports", "*", false)
        .await
        .assert_problem(403, "forbidden");
    let admin = app.operator(Role::Admin).await;
    put(&admin, "no_such_flag", "*", false)
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_that_are_off_are_refused_and_guarding_goes_on() {
    const DASHBOARDS: [&str; 8] = [
        "/v1/overview",
        "/v1/guardrails/overview",
        "/v1/guardrails/health",
        "/v1/guardrails/suspicious-clicks",
        "/v1/guardrails/bots",
        "/v1/guardrails/opt-outs",
        "/v1/guardrails/coppa",
        "/v1/guardrails/conversion-anomalies",
    ];
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    put(&admin, "dashboard", "*", false)
        .await
        .assert_status(200);
    for path in DASHBOARDS {
        let problem = admin.get(path).await.assert_problem(409, "dashboard_off");
        assert_eq!(
            problem["detail"],
            "Dashboards are switched off: an admin can switch on the flag dashboard.",
            "{path}"
        );
    }
    for path in [
        "/v1/guardrails/alerts",
        "/v1/alerts",
        "/v1/guardrails/history",
    ] {
        admin.get(path).await.assert_status(200);
    }
    put(&admin, "dashboard", "*", true).await.assert_status(200);
    for path in DASHBOARDS {
        admin.get(path).await.assert_status(200);
    }
}
