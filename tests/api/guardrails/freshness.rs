//! An answer holds every write that was acknowledged before the question, on whichever node.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::inputs::{CreateOptOut, CreateParentShare};
use viral_engine_db::notifications::Notices;
use viral_engine_service::guardrails::{GuardrailsRequest, get_opt_outs, get_suspicious_clicks};
use viral_engine_service::inputs::{create_opt_out, create_parent_share};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::TestApp;

use super::examples::{app_and_key, clicks, report};

/// Another node on the same database. It listens to nobody: answers are fresh without that.
pub fn another_node(app: &TestApp) -> Context {
    Context {
        notices: Notices::default(),
        blocklist: Arc::default(),
        settings: Arc::default(),
        answers: Arc::default(),
        stream: Arc::default(),
        ..app.context.clone()
    }
}

async fn shares(context: &Context) -> i64 {
    let request = GuardrailsRequest::default();
    let answer = get_opt_outs(context, &request).await.expect("an answer");
    answer.parent_shares.total
}

fn share() -> CreateParentShare {
    CreateParentShare {
        parent: "parent-1".to_owned(),
        student: "student-1".to_owned(),
        share_data: json!({}),
        shared_at: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_in_the_next_answer_of_every_node() {
    let app = TestApp::new().await;
    let nodes = [app.context.clone(), another_node(&app), another_node(&app)];
    for written in 1..=12 {
        let writer = &nodes[written % nodes.len()];
        create_parent_share(writer, &Caller::system(), share())
            .await
            .expect("a share");
        for node in &nodes {
            assert_eq!(shares(node).await, written as i64);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_and_a_changed_setting_are_in_the_next_answer_of_every_node() {
    let (app, key) = app_and_key().await;
    let other = another_node(&app);
    let yesterday = app.clock.now() - TimeDelta::days(1);
    let flagged = async || {
        let request = GuardrailsRequest::default();
        let answer = get_suspicious_clicks(&other, &request).await;
        answer.expect("an answer").total_flagged_ips
    };
    for host in 1..=3 {
        let ip = format!("198.51.100.{host}");
        report(&key, clicks(&ip, yesterday, 11, 1)).await;
        assert_eq!(flagged().await, host);
    }
    let admin = app
        .operator(viral_engine_api_types::permissions::Role::Admin)
        .await
        .with_header("if-match", "*");
    let body = json!({ "values": { "FRAUD_DETECTION_THRESHOLD": 11 } });
    admin.patch("/v1/settings", &body).await.assert_status(200);
    assert_eq!(flagged().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_asks_during_writes_gets_less_than_was_acknowledged() {
    let app = TestApp::new().await;
    let acknowledged = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let writers = (0..4).map(|_| {
        let (context, acknowledged) = (another_node(&app), Arc::clone(&acknowledged));
        tokio::spawn(async move {
            for _ in 0..25 {
                create_parent_share(&context, &Caller::system(), share())
                    .await
                    .expect("a share");
                acknowledged.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }
        })
    });
    let readers = (0..4).map(|_| {
        let (context, acknowledged) = (another_node(&app), Arc::clone(&acknowledged));
        tokio::spawn(async move {
            loop {
                let before = acknowledged.load(std::sync::atomic::Ordering::SeqCst);
                let answered = shares(&context).await;
                assert!(answered >= before, "{answered} of at least {before}");
                if before == 100 {
                    return;
                }
            }
        })
    });
    for task in writers.chain(readers).collect::<Vec<_>>() {
        task.await.expect("it holds");
    }
    assert_eq!(shares(&app.context).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_on_with_the_day() {
    let app = TestApp::new().await;
    let opt_out = CreateOptOut {
        user: "parent-1".to_owned(),
        scope: "email".to_owned(),
        at: None,
    };
    create_opt_out(&app.context, &Caller::system(), opt_out)
        .await
        .expect("an opt-out");
    let total = async |days: i64| {
        let mut request = GuardrailsRequest::default();
        request.window.days = Some(days);
        let answer = get_opt_outs(&app.context, &request).await;
        answer.expect("an answer").explicit.total
    };
    assert_eq!(total(1).await, 1);
    app.clock.advance(TimeDelta::hours(12));
    assert_eq!((total(1).await, total(2).await), (0, 1));
}
