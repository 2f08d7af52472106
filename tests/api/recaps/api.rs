//! Asking for recaps, and reading them.

use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::jobs::JobProgress;
use viral_engine_api_types::recaps::{Recap, RecapGeneration};
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions, registry};
use viral_engine_service::jobs::get_job;

use super::{WEEK, app_and_key, family, recaps, run_due, taught};
use crate::world::{number, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_was_asked_for_is_generated_by_a_job_with_progress() {
    let (app, key) = app_and_key().await;
    for parent in ["ada", "bob", "eve"] {
        let child = format!("{parent}-child");
        family(&key, parent, None, &[(&child, "Kim")]).await;
        taught(&key, parent, &child, "2026-03-10T15:00:00Z", json!({})).await;
    }
    let answer = key
        .post("/v1/recaps", &json!({ "week": WEEK, "send": false }))
        .await;
    answer.assert_status(202);
    let asked: RecapGeneration = answer.read();
    assert_eq!(asked.week.to_string(), WEEK);
    let location = format!("/v1/jobs/{}", asked.job_id);
    assert_eq!(answer.header("location"), Some(location.as_str()));
    let options = WorkerOptions {
        queues: vec![(Queue::Recaps, 2)],
        ..WorkerOptions::default()
    };
    let _worker = Worker::start(&app.context, registry(), options)
        .await
        .expect("a worker");
    let done = "SELECT count(*) FROM jobs WHERE kind = 'generate_recaps' AND state = 'succeeded'";
    until(&app, done, 1).await;
    let job = get_job(&app.context, asked.job_id)
        .await
        .expect("the job")
        .job;
    let all = JobProgress {
        done: 3,
        total: Some(3),
    };
    assert_eq!(job.progress, Some(all));
    assert_eq!(recaps(&key).await.len(), 3);
    let emails = "SELECT count(*) FROM emails";
    assert_eq!(number(&mut *app.db().connection().await, emails).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_a_monday_of_the_past_and_the_parent_is_known() {
    let (_app, key) = app_and_key().await;
    for (body, pointer) in [
        (json!({ "week": "2026-03-10" }), "/week"),
        (json!({ "week": "2026-03-16" }), "/week"),
        (json!({ "week": "1969-12-29" }), "/week"),
        (json!({ "week": WEEK, "parent": "nobody" }), "/parent"),
    ] {
        let answer = key.post("/v1/recaps", &body).await;
        let problem = answer.assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recaps_are_found_by_parent_child_and_week() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë"), ("tim", "Tim")]).await;
    family(&key, "bob", None, &[("max", "Max")]).await;
    for (id, child) in [("1", "zoe"), ("2", "tim"), ("3", "max")] {
        taught(&key, id, child, "2026-03-10T15:00:00Z", json!({})).await;
    }
    run_due(&app).await;
    for (query, expected) in [
        ("", 3),
        ("?parent=ada", 2),
        ("?child=max", 1),
        ("?parent=ada&child=max", 0),
        ("?week=2026-03-09", 3),
        ("?week=2026-03-02", 0),
        ("?parent=nobody", 0),
    ] {
        let page: Page<Recap> = key.get(&format!("/v1/recaps{query}")).await.read();
        assert_eq!(page.items.len(), expected, "{query}");
    }
    let first: Page<Recap> = key.get("/v1/recaps?limit=2").await.read();
    let cursor = first.next_cursor.expect("another page");
    let rest: Page<Recap> = key
        .get(&format!("/v1/recaps?limit=2&cursor={cursor}"))
        .await
        .read();
    assert_eq!((first.items.len(), rest.items.len()), (2, 1));
    let one = &rest.items[0];
    let read: Recap = key.get(&format!("/v1/recaps/{}", one.id)).await.read();
    assert_eq!(&read, one);
    let unknown = format!("/v1/recaps/{}", uuid::Uuid::now_v7());
    key.get(&unknown).await.assert_problem(404, "not_found");
    key.get("/v1/recaps?week=yesterday")
        .await
        .assert_problem(400, "malformed_request");
}
