//! A child whose platform is busy in its name while something about its consents changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;
use viral_engine_test_support::{TestApp, TestClient};

use super::family::Family;

const MINTERS: usize = 24;

/// Mints links in Ada's name, one after the other, as often as it can.
struct Minters {
    asked: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    /// Links of requests that began after the change was asked for.
    late: Arc<AtomicUsize>,
    faults: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

impl Minters {
    async fn start(app: &TestApp) -> Self {
        let mut minters = Self {
            asked: Arc::default(),
            over: Arc::default(),
            late: Arc::default(),
            faults: Arc::default(),
            tasks: JoinSet::new(),
        };
        for _ in 0..MINTERS {
            let key = app.key(&["links:write"]).await;
            let (asked, over) = (Arc::clone(&minters.asked), Arc::clone(&minters.over));
            let (late, faults) = (Arc::clone(&minters.late), Arc::clone(&minters.faults));
            minters.tasks.spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    let is_late = asked.load(Ordering::SeqCst);
                    let status = mint(&key).await;
                    late.fetch_add(usize::from(is_late && status == 201), Ordering::SeqCst);
                    faults.fetch_add(usize::from(status >= 500), Ordering::SeqCst);
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        minters.asked.store(true, Ordering::SeqCst);
        minters
    }

    /// How many links came late, and how many requests failed by a fault of ours.
    async fn end(mut self) -> (usize, usize) {
        self.over.store(true, Ordering::SeqCst);
        while self.tasks.join_next().await.is_some() {}
        (
            self.late.load(Ordering::SeqCst),
            self.faults.load(Ordering::SeqCst),
        )
    }
}

async fn mint(key: &TestClient) -> u16 {
    let body = json!({ "referrer": "ada", "source": "buddy_challenge", "channel": "qr",
        "target_url": "https://learn.example.org/" });
    key.post("/v1/links", &body).await.status
}

async fn inviting() -> (Family, String) {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    family.refresh().await;
    family.link().await.assert_status(201);
    (family, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_waits_its_turn_and_no_longer() {
    let (family, id) = inviting().await;
    let minters = Minters::start(&family.app).await;
    let path = format!("/v1/consents/{id}/revoke");
    family.key.post(&path, &json!({})).await.assert_status(200);
    let (late, faults) = minters.end().await;
    assert_eq!(faults, 0);
    assert!(
        late <= 10 * MINTERS,
        "{late} links were minted by requests that began after it was asked for"
    );
    family.link().await.assert_problem(403, "consent_withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_guardian_is_named_without_a_deadlock() {
    let (family, _) = inviting().await;
    let minters = Minters::start(&family.app).await;
    for guardian in ["dad", "mum", "dad"] {
        let request = family
            .key
            .request(Method::PUT, "/v1/users/ada")
            .json(&json!({ "guardian": guardian }));
        family.key.send(request).await.assert_status(200);
    }
    let (_, faults) = minters.end().await;
    assert_eq!(faults, 0);
    family.link().await.assert_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_asked_for_in_its_turn() {
    let (family, _) = inviting().await;
    let minters = Minters::start(&family.app).await;
    let body = json!({ "kind": "deletion", "user": "ada" });
    let asked = family.key.post("/v1/data-requests", &body).await;
    asked.assert_status(202);
    let (late, faults) = minters.end().await;
    assert_eq!(faults, 0);
    assert!(late <= 10 * MINTERS, "{late}");
}
