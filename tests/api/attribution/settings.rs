//! The operator's model and lookback.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::attribution::{
    Attribution, AttributionModel, AttributionSettings, ConversionExplanation,
};
use viral_engine_api_types::jobs::JobDetails;
use viral_engine_api_types::permissions::Role;
use viral_engine_test_support::{Answer, TestApp, TestClient};

use super::settle;
use crate::events::{backend, report};
use crate::world::{link, texts};

const PATH: &str = "/v1/attribution/settings";

async fn put(client: &TestClient, etag: &str, body: &Value) -> Answer {
    let request = client.request(reqwest::Method::PUT, PATH);
    client
        .send(request.header("if-match", etag).json(body))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_in_force_at_once_and_the_lookback_for_what_comes() {
    let app = TestApp::new().await;
    let (ada, bob) = (link(&app, "ada").await, link(&app, "bob").await);
    let (client, admin) = (backend(&app).await, app.operator(Role::Admin).await);
    let convert = async |referee: &str| -> ConversionExplanation {
        for (link, days) in [(&ada, 5), (&bob, 2)] {
            let at = app.clock.now() - TimeDelta::days(days);
            let invited = json!({ "type": "invite_sent", "referee": referee, "link_token": link.token, "occurred_at": at });
            report(&client, invited).await;
        }
        let converted =
            json!({ "type": "conversion", "referee": referee, "link_token": bob.token });
        let id = report(&client, converted).await.id.expect("an id");
        settle(&app).await;
        client
            .get(&format!("/v1/conversions/{id}/explain"))
            .await
            .read()
    };
    let before = convert("first").await;
    assert_eq!(
        (before.model, before.lookback_days),
        (AttributionModel::Last, 30)
    );
    assert!(before.attributed_at.is_some());

    let answer = admin.get(PATH).await;
    let etag = answer.header("etag").expect("an ETag").to_owned();
    let body = json!({ "model": "linear", "lookback_days": 3 });
    let changed: AttributionSettings = put(&admin, &etag, &body).await.assert_status(200).read();
    assert_eq!(
        (changed.model, changed.lookback_days),
        (AttributionModel::Linear, 3)
    );
    put(&admin, &etag, &body)
        .await
        .assert_problem(412, "precondition_failed");

    let path = format!("/v1/conversions/{}/explain", before.conversion_id);
    let again: ConversionExplanation = client.get(&path).await.read();
    assert_eq!(
        (again.model, again.lookback_days),
        (AttributionModel::Linear, 30)
    );
    assert_eq!(again.touches.len(), 2);
    let after = convert("second").await;
    assert_eq!((after.lookback_days, after.touches.len()), (3, 1));
    let told: Attribution = admin.get("/v1/metrics/attribution").await.read();
    assert_eq!(
        (told.model, told.lookback_days),
        (AttributionModel::Linear, 3)
    );
    let trail =
        "SELECT changes->'model' FROM audit_entries WHERE action = 'update_attribution_settings'";
    let conn = &mut *app.db().connection().await;
    assert_eq!(
        texts(conn, trail).await,
        [r#"("{""to"": ""linear"", ""from"": ""last""}")"#]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recomputation_is_a_job_with_the_lookback_that_is_set() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let now = app.clock.now();
    let body = json!({ "from": now - TimeDelta::days(30), "to": now });
    let answer = admin.post("/v1/attribution/recomputations", &body).await;
    let job: JobDetails = answer.assert_status(202).read();
    assert_eq!(job.job.kind, "attribute_conversions");
    assert_eq!(job.job.payload["lookback_days"], 30);
    let location = answer.header("location").expect("a location");
    admin.get(location).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_who_may_not_is_refused() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    for (body, pointer) in [
        (
            json!({ "model": "last", "lookback_days": 0 }),
            "/lookback_days",
        ),
        (
            json!({ "model": "last", "lookback_days": 91 }),
            "/lookback_days",
        ),
    ] {
        let problem = put(&admin, "\"1\"", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let now = app.clock.now();
    let backwards = json!({ "from": now, "to": now - TimeDelta::days(1) });
    let problem = admin
        .post("/v1/attribution/recomputations", &backwards)
        .await;
    assert_eq!(
        problem.assert_problem(422, "validation_failed")["errors"][0]["pointer"],
        "/to"
    );
    let analyst = app.operator(Role::Analyst).await;
    analyst.get(PATH).await.assert_status(200);
    let body = json!({ "model": "first", "lookback_days": 7 });
    put(&analyst, "\"1\"", &body).await.assert_status(403);
    analyst
        .post("/v1/attribution/recomputations", &backwards)
        .await
        .assert_status(403);
}
