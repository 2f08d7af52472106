//! Minting, finding, changing and counting links.

mod bulk;
mod changes;
mod minting;
mod reading;

use serde_json::{Value, json};
use viral_engine_test_support::{TestApp, TestClient};

fn body(referrer: &str) -> Value {
    json!({
        "referrer": referrer,
        "source": "buddy_challenge",
        "target_url": "https://learn.example.org/join",
        "channel": "whatsapp",
    })
}

async fn backend(app: &TestApp) -> TestClient {
    app.key(&["links:read", "links:write"]).await
}
