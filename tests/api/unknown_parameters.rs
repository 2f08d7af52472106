//! Query parameters that an operation does not declare: a misspelt filter is an error and not silence.

use reqwest::Method;
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::TestApp;

use crate::permissions::operations;

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_a_query_parameter_that_it_does_not_declare() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (id, (method, path, _)) in operations() {
        // People, mail programs and networks add what they like to a link that is passed on.
        let pages = [
            "follow_link",
            "ask_unsubscribe",
            "unsubscribe",
            "show_recaps",
            "choose_recaps",
            "show_return_page",
            "show_consent_page",
            "show_consent_form",
            "show_data_page",
        ];
        if pages.contains(&id.as_str()) {
            continue;
        }
        let path = path
            .replace("{external_id}", "nobody")
            .replace("{id}", "00000000-0000-0000-0000-000000000000");
        let mut request = admin.request(method.clone(), &format!("{path}?no_such=1"));
        if method != Method::GET {
            request = request.json(&serde_json::json!({}));
        }
        let problem = admin
            .send(request)
            .await
            .assert_problem(400, "malformed_request");
        let fault = &problem["errors"][0];
        assert_eq!(fault["pointer"], "?no_such", "{id}: {problem:#}");
        assert_eq!(fault["code"], "unknown_parameter", "{id}: {problem:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_of_another_operation_is_unknown_too() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for path in [
        "/v1/guardrails/alerts?days=7",
        "/v1/settings?limit=5",
        "/healthz?days=7",
    ] {
        admin
            .get(path)
            .await
            .assert_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_call_an_operation_does_not_learn_its_parameters() {
    let app = TestApp::new().await;
    app.anonymous()
        .get("/v1/settings?no_such=1")
        .await
        .assert_problem(401, "unauthenticated");
}
