//! What is held on users: kept under keys of their own, erased without a trace, and found by the scan before.

mod backup;
mod canaries;
mod deletion;
mod export;
mod guardian;
mod keys;
mod lasting_keys;
mod retention;
pub mod scan;
mod which_key;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use viral_engine_test_support::TestClient;

/// Longest time that a deletion may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks for the deletion of a user and waits until it is done.
pub async fn delete(key: &TestClient, user: &str) -> Value {
    let body = json!({ "kind": "deletion", "user": user });
    let asked = key.post("/v1/data-requests", &body).await;
    let asked = asked.assert_status(202).json();
    completed(key, &asked).await
}

/// Waits until a request is done.
async fn completed(key: &TestClient, request: &Value) -> Value {
    let path = format!(
        "/v1/data-requests/{}",
        request["id"].as_str().expect("an id")
    );
    let begun = Instant::now();
    loop {
        let now = key.get(&path).await.assert_status(200).json();
        match now["state"].as_str() {
            Some("completed") => return now,
            Some("failed") => panic!("{now}"),
            _ => {}
        }
        assert!(begun.elapsed() < PATIENCE, "{now}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
