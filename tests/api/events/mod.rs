//! Reporting, finding and exporting events.

mod bulk;
mod credit;
mod reporting;
mod search;

use serde_json::Value;
use viral_engine_api_types::events::EventResult;
use viral_engine_test_support::{TestApp, TestClient};

pub async fn backend(app: &TestApp) -> TestClient {
    app.key(&["events:read", "events:write", "links:read"])
        .await
}

pub async fn report(client: &TestClient, event: Value) -> EventResult {
    client.post("/v1/events", &event).await.read()
}
