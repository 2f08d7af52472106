//! Jobs, queues and schedules for operators.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::permissions::Role;
use viral_engine_db::jobs::{Claim, Ending, NewJob, When, claim, enqueue, settle};
use viral_engine_domain::jobs::{JobEvent, Priority, Queue};
use viral_engine_test_support::TestApp;

fn report(n: u32) -> NewJob {
    NewJob {
        kind: "make_report",
        queue: Queue::Reports,
        payload: json!({ "report": n }),
        priority: Priority::High,
        max_attempts: 3,
        when: When::Now,
        unique: None,
    }
}

async fn stored(app: &TestApp, job: NewJob) -> Uuid {
    let mut conn = app.db().connection().await;
    let enqueued = enqueue(&mut conn, &[job]).await.expect("enqueued");
    enqueued[0].id()
}

/// A report that failed for good.
async fn discarded(app: &TestApp, n: u32) -> Uuid {
    let id = stored(app, report(n)).await;
    let mut conn = app.db().connection().await;
    let worker = Uuid::now_v7();
    let wanted = Claim {
        worker,
        free: &[(Queue::Reports, 1)],
        kinds: &["make_report"],
        lease: TimeDelta::seconds(30),
    };
    claim(&mut conn, wanted).await.expect("claimed");
    let ending = Ending {
        id,
        attempt: 1,
        event: JobEvent::FailedForGood,
        wait: TimeDelta::zero(),
        message: Some("There is no such report.".to_owned()),
    };
    settle(&mut conn, worker, &[ending]).await.expect("settled");
    id
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    let id = |item: &Value| item["id"].as_str().expect("an id").to_owned();
    items.iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_listed_newest_first_page_by_page_and_filtered() {
    let app = TestApp::new().await;
    let analyst = app.operator(Role::Analyst).await;
    let mut expected = Vec::new();
    for n in 0..7 {
        expected.insert(0, stored(&app, report(n)).await.to_string());
    }
    let other = NewJob {
        kind: "send_email",
        queue: Queue::Email,
        ..report(7)
    };
    let other = stored(&app, other).await.to_string();

    let (mut path, mut seen) = ("/v1/jobs?queue=reports&limit=3".to_owned(), Vec::new());
    loop {
        let page = analyst.get(&path).await.assert_status(200).json();
        seen.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/jobs?queue=reports&limit=3&cursor={cursor}");
    }
    assert_eq!(seen, expected);
    let of = async |query: &str| ids(&analyst.get(&format!("/v1/jobs?{query}")).await.json());
    assert_eq!(of("kind=send_email").await, [other]);
    assert_eq!(of("state=waiting").await.len(), 8);
    assert!(of("state=running").await.is_empty());
    let wrong = analyst.get("/v1/jobs?state=lost").await;
    wrong.assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_job_shows_its_errors_and_is_retried_or_deleted() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let id = discarded(&app, 1).await;
    let path = format!("/v1/jobs/{id}");
    let job = admin.get(&path).await.assert_status(200).json();
    assert_eq!(job["state"], "discarded");
    assert_eq!(
        (&job["priority"], &job["payload"]["report"]),
        (&json!("high"), &json!(1))
    );
    assert_eq!(job["errors"][0]["message"], "There is no such report.");

    let retried = admin.post(&format!("{path}/retry"), &json!({})).await;
    assert_eq!(retried.assert_status(200).json()["state"], "waiting");
    let again = admin.post(&format!("{path}/retry"), &json!({})).await;
    again.assert_problem(409, "conflict");
    admin.delete(&path).await.assert_problem(409, "conflict");

    let cancel = admin.post(&format!("{path}/cancel"), &json!({})).await;
    cancel.assert_status(200);
    admin.delete(&path).await.assert_problem(409, "conflict");

    let other = discarded(&app, 2).await;
    let path = format!("/v1/jobs/{other}");
    admin.delete(&path).await.assert_status(204);
    admin.get(&path).await.assert_problem(404, "not_found");

    let trail = admin.get("/v1/audit-entries?object_kind=job").await.json();
    let actions: Vec<&str> = trail["items"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["action"].as_str().expect("an action"))
        .collect();
    assert_eq!(actions, ["delete_job", "cancel_job", "retry_job"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_job_is_cancelled_at_once() {
    let app = TestApp::new().await;
    let key = app.key(&["jobs:write"]).await;
    let id = stored(&app, report(1)).await;
    let path = format!("/v1/jobs/{id}/cancel");
    let job = key.post(&path, &json!({})).await.assert_status(200).json();
    assert_eq!(
        (&job["state"], &job["attempt"]),
        (&json!("cancelled"), &json!(0))
    );
    key.post(&path, &json!({}))
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_show_what_waits_and_are_paused_and_resumed() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    stored(&app, report(1)).await;
    let later = When::After(TimeDelta::hours(1));
    stored(
        &app,
        NewJob {
            when: later,
            ..report(2)
        },
    )
    .await;
    let queues = admin.get("/v1/queues").await.assert_status(200).json();
    let names: Vec<&str> = queues["items"]
        .as_array()
        .expect("queues")
        .iter()
        .map(|queue| queue["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        [
            "batch", "default", "email", "recaps", "reports", "sessions", "webhooks"
        ]
    );
    let reports = &queues["items"][4];
    assert_eq!((&reports["due"], &reports["later"]), (&json!(1), &json!(1)));
    assert_eq!(reports["concurrency"], 5);

    let pause = |verb: &str| format!("/v1/queues/reports/{verb}");
    let paused = admin.post(&pause("pause"), &json!({})).await;
    let paused = paused.assert_status(200).json();
    assert!(
        paused["paused_by"]
            .as_str()
            .expect("by whom")
            .starts_with("admin-")
    );
    admin
        .post(&pause("pause"), &json!({}))
        .await
        .assert_problem(409, "conflict");
    let resumed = admin.post(&pause("resume"), &json!({})).await;
    assert!(resumed.assert_status(200).json()["paused_at"].is_null());
    admin
        .post(&pause("resume"), &json!({}))
        .await
        .assert_problem(409, "conflict");
    let unknown = admin.post("/v1/queues/nothing/pause", &json!({})).await;
    unknown.assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_listed_run_paused_and_resumed() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let list = admin.get("/v1/schedules").await.assert_status(200).json();
    let of = |list: &Value| {
        let items = list["items"].as_array().expect("schedules").clone();
        let mut items = items.into_iter();
        items
            .find(|item| item["name"] == "sweep")
            .expect("the sweep")
    };
    assert_eq!(
        (&of(&list)["cron"], &of(&list)["time_zone"]),
        (&json!("*/10 * * * *"), &json!("UTC"))
    );
    assert!(of(&list)["last_run_at"].is_null() && of(&list)["next_run_at"].is_string());

    let run = || {
        let request = admin.request(reqwest::Method::POST, "/v1/schedules/sweep/run");
        request.header("idempotency-key", "once")
    };
    let job = admin.send(run()).await;
    let location = job.header("location").expect("where").to_owned();
    let job = job.assert_status(201).json();
    assert_eq!(
        (&job["kind"], &job["state"]),
        (&json!("sweep"), &json!("waiting"))
    );
    assert_eq!(
        location,
        format!("/v1/jobs/{}", job["id"].as_str().expect("an id"))
    );
    let again = admin.send(run()).await;
    assert_eq!(again.assert_status(201).json()["id"], job["id"]);
    let list = admin.get("/v1/schedules").await.json();
    assert_eq!(of(&list)["last_job_id"], job["id"]);

    let paused = admin.post("/v1/schedules/sweep/pause", &json!({})).await;
    assert!(paused.assert_status(200).json()["next_run_at"].is_null());
    let resumed = admin.post("/v1/schedules/sweep/resume", &json!({})).await;
    assert!(resumed.assert_status(200).json()["next_run_at"].is_string());
    for verb in ["run", "pause", "resume"] {
        let path = format!("/v1/schedules/nothing/{verb}");
        admin
            .post(&path, &json!({}))
            .await
            .assert_problem(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollup_that_is_not_its_events_is_found_and_others_are_not() {
    use crate::world::{click, link};
    use viral_engine_service::events::check_rollups;

    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let day = app.clock.now().date_naive();
    for (device, number) in [("one", 7), ("one", 7), ("two", 8)] {
        let events = vec![click(app.clock.now(), &link, device, number)];
        app.clicks.ingest.store(events).await.expect("stored");
    }
    assert_eq!(check_rollups(&app.context, day).await.expect("checked"), 0);
    let mut conn = app.db().connection().await;
    conn.batch_execute("UPDATE rollup_link_days SET human = human + 1")
        .await
        .expect("bent");
    // The row as it is, and as it should be.
    assert_eq!(check_rollups(&app.context, day).await.expect("checked"), 2);
}
