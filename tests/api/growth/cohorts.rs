//! Users by the week of their sign-up, and whether they came back.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::growth::{GrowthCohort, GrowthCohorts, Retention};
use viral_engine_test_support::{TestApp, TestClient};

/// Twelve users who signed up on this Tuesday at noon in Berlin, the first five of them referred by `user-11`.
async fn twelve(key: &TestClient, tuesday: DateTime<Utc>) {
    for number in 0..12 {
        let body = json!({ "persona": "student", "age_band": "adult", "signed_up_at": tuesday });
        key.put(&format!("/v1/users/user-{number}"), &body)
            .await
            .assert_status(201);
    }
    let conversion = |number: i32| {
        json!({
            "type": "conversion", "referrer": "user-11", "referee": format!("user-{number}"),
            "occurred_at": tuesday + TimeDelta::hours(1),
        })
    };
    let conversions: Vec<Value> = (0..5).map(conversion).collect();
    let answer = key.post("/v1/events/bulk", &conversions).await;
    assert_eq!(answer.json()["accepted"], 5, "{:#}", answer.json());
}

async fn active(key: &TestClient, user: i32, at: DateTime<Utc>) {
    let body = json!({ "user": format!("user-{user}"), "kind": "practice", "at": at });
    key.post("/v1/activities", &body).await.assert_status(201);
}

async fn cohorts(key: &TestClient, query: &str) -> Vec<GrowthCohort> {
    let answer = key.get(&format!("/v1/metrics/cohorts?{query}")).await;
    let found: GrowthCohorts = answer.assert_status(200).read();
    found.cohorts
}

fn day(retention: &[Retention], day: u32) -> (i64, i64, bool) {
    let one = retention
        .iter()
        .find(|one| one.day == day)
        .expect("the day");
    (one.users, one.active, one.immature)
}

async fn world() -> (TestApp, TestClient) {
    let app = TestApp::new().await;
    let key = app
        .key(&[
            "users:write",
            "events:write",
            "events:import",
            "inputs:write",
            "guardrails:read",
        ])
        .await;
    (app, key)
}

// The clock stands on Monday 2026-03-16, noon UTC.
const TUESDAY: &str = "2026-03-03T11:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn a_week_tells_what_its_users_brought_and_who_came_back() {
    let (_app, key) = world().await;
    let tuesday: DateTime<Utc> = TUESDAY.parse().expect("a time");
    twelve(&key, tuesday).await;
    // Wednesday begins in Berlin at 23:00 UTC on Tuesday.
    let wednesday = tuesday + TimeDelta::hours(12);
    for user in 5..12 {
        active(&key, user, wednesday + TimeDelta::minutes(user.into())).await;
    }
    active(&key, 0, wednesday - TimeDelta::seconds(1)).await;
    let weeks = cohorts(&key, "weeks=3&time_zone=Europe/Berlin").await;
    let mondays: Vec<_> = weeks.iter().map(|week| week.week.to_string()).collect();
    assert_eq!(mondays, ["2026-03-02", "2026-03-09", "2026-03-16"]);
    let week = &weeks[0];
    assert_eq!(
        (week.size, week.is_suppressed, week.immature),
        (12, false, true)
    );
    assert_eq!((week.conversions, week.k_factor), (Some(5), Some(0.417)));
    // Those who were referred are fewer than ten: how many of them came back is not told.
    assert_eq!(day(&week.referred, 1), (5, 0, false));
    assert_eq!(week.referred[0].rate, None);
    assert_eq!(day(&week.unreferred, 28), (0, 0, true));
    assert_eq!(weeks[2].size, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_back_on_the_day_is_counted_in_the_time_zone() {
    let (_app, key) = world().await;
    let tuesday: DateTime<Utc> = TUESDAY.parse().expect("a time");
    for number in 20..34 {
        let body = json!({ "persona": "student", "age_band": "adult", "signed_up_at": tuesday });
        key.put(&format!("/v1/users/user-{number}"), &body).await;
    }
    // 23:30 UTC on Tuesday: on the day after in Berlin, not in UTC.
    let late = tuesday + TimeDelta::minutes(12 * 60 + 30);
    for user in 20..27 {
        active(&key, user, late).await;
        active(&key, user, late + TimeDelta::minutes(1)).await;
    }
    active(&key, 27, tuesday + TimeDelta::days(7)).await;
    let week = &cohorts(&key, "weeks=3&time_zone=Europe/Berlin").await[0];
    assert_eq!(day(&week.unreferred, 1), (14, 7, false));
    assert_eq!(week.unreferred[0].rate, Some(50.0));
    assert_eq!(day(&week.unreferred, 7), (14, 1, false));
    assert_eq!(day(&week.unreferred, 28), (0, 0, true));
    let week = &cohorts(&key, "weeks=3").await[0];
    assert_eq!(day(&week.unreferred, 1), (14, 0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_week_tells_its_size_alone() {
    let (_app, key) = world().await;
    let body = json!({ "persona": "student", "age_band": "under_13", "signed_up_at": TUESDAY });
    key.put("/v1/users/ada", &body).await;
    let answer = key.get("/v1/metrics/cohorts?weeks=3").await;
    assert_eq!(
        answer.json()["has_activities"],
        false,
        "nothing is told of who came back"
    );
    let week = &cohorts(&key, "weeks=3").await[0];
    assert_eq!((week.size, week.is_suppressed), (1, true));
    assert_eq!(
        (week.conversions, week.k_factor, week.k_interval),
        (None, None, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_is_checked_redacted_and_kept() {
    let (_app, key) = world().await;
    let body = json!({ "user": "ada", "kind": "practice", "properties": { "note": "mail joe@example.org", "minutes": 12 } });
    let activity = key
        .post("/v1/activities", &body)
        .await
        .assert_status(201)
        .json();
    assert_eq!(
        activity["properties"],
        json!({ "note": "mail [EMAIL]", "minutes": 12 })
    );
    for (body, pointer) in [
        (json!({ "user": "ada", "kind": "Practice!" }), "/kind"),
        (json!({ "user": "", "kind": "practice" }), "/user"),
        (
            json!({ "user": "ada", "kind": "practice", "at": "2036-01-01T00:00:00Z" }),
            "/at",
        ),
        (
            json!({ "user": "ada", "kind": "practice", "properties": { "x": "y".repeat(4_100) } }),
            "/properties",
        ),
    ] {
        let problem = key
            .post("/v1/activities", &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let items =
        json!({ "items": [{ "user": "ada", "kind": "sign_in" }, { "user": "ada", "kind": "" }] });
    let answer = key
        .post("/v1/activities/bulk", &items)
        .await
        .assert_status(200)
        .json();
    assert_eq!(
        (&answer["succeeded"], &answer["failed"]),
        (&json!(1), &json!(1))
    );
    let problem = &answer["results"][1]["problem"];
    assert_eq!(problem["errors"][0]["pointer"], "/items/1/kind");
}
