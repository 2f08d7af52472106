//! People on the platform: upserts, guardians, and what of them is kept and shown.

mod faults;
mod guardians;
mod personal;
mod upserts;

use serde_json::Value;
use viral_engine_test_support::TestClient;

pub async fn put(client: &TestClient, name: &str, body: Value) -> Value {
    let answer = client.put(&format!("/v1/users/{name}"), &body).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
    answer.json()
}
