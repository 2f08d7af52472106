//! Who is told when, once, and what becomes of late news.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::InstrumentationEvent;
use diesel_async::AsyncConnection;
use futures_util::future::join_all;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::recaps::{GenerateRecaps, begin_recaps, generate_recaps};

use super::{WEEK, again, app_and_key, family, put, recaps, run, run_due, taught};
use crate::world::{number, texts};

const EMAILS: &str = "SELECT count(*) FROM emails WHERE kind = 'weekly_recap'";

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_told_of_every_child_with_a_session_to_its_own_parent() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë Doe"), ("tim", "Tim Doe")]).await;
    family(&key, "bob", None, &[("max", "Max Roe")]).await;
    family(&key, "eve", None, &[("idle", "Ida Poe")]).await;
    put(&key, "orphan", &json!({ "persona": "student" })).await;
    let details = json!({
        "rating": 5, "skills": ["Fractions"], "improvement": 2.0, "highlights": ["Well done."],
        "next_steps": ["Ten minutes a day."],
    });
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", details).await;
    let other = json!({ "rating": 4, "subject": "Physics", "duration_minutes": 60 });
    taught(&key, "2", "zoe", "2026-03-11T15:00:00Z", other).await;
    taught(&key, "3", "tim", "2026-03-15T23:59:59Z", json!({})).await;
    taught(&key, "4", "max", "2026-03-09T00:00:00Z", json!({})).await;
    taught(&key, "5", "max", "2026-03-08T23:59:59Z", json!({})).await;
    taught(&key, "6", "orphan", "2026-03-10T15:00:00Z", json!({})).await;
    let earned = json!({
        "student": "zoe", "kind": "ten", "name": "Ten sessions", "earned_at": "2026-03-12T10:00:00Z",
    });
    key.post("/v1/achievements", &earned)
        .await
        .assert_status(201);
    let studied = json!({
        "host": "max", "participants": ["zoe"], "started_at": "2026-03-12T18:00:00Z",
    });
    key.post("/v1/study-sessions", &studied)
        .await
        .assert_status(201);

    assert_eq!(run_due(&app).await, (3, 3, 2));
    let all = recaps(&key).await;
    let told: Vec<_> = all
        .iter()
        .map(|recap| (recap.parent.as_str(), recap.child.as_str(), recap.sessions))
        .collect();
    assert_eq!(
        told,
        [("ada", "tim", 1), ("ada", "zoe", 2), ("bob", "max", 1)]
    );
    let zoe = &all[1];
    assert_eq!(zoe.week.to_string(), WEEK);
    assert_eq!(zoe.week_end.to_string(), "2026-03-15");
    assert_eq!((zoe.minutes, zoe.average_rating), (105, Some(4.5)));
    assert_eq!(zoe.improvement, Some(2.0));
    assert_eq!(zoe.subjects, ["Physics", "Mathematics"]);
    assert_eq!(zoe.achievements, ["Ten sessions"]);
    assert_eq!(zoe.streak_days, 3, "two days of tutoring and one of study");
    assert_eq!(zoe.highlights, ["Well done."]);
    assert_eq!(
        zoe.email_id, all[0].email_id,
        "one message for both children"
    );
    assert!(zoe.email_id.is_some());
    assert_eq!(all[2].streak_days, 2, "the day before the week counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_done_once_and_late_sessions_are_told_by_asking_again() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    assert_eq!(run_due(&app).await, (1, 1, 1));
    assert_eq!(run_due(&app).await, (0, 0, 0));
    let first = recaps(&key).await;
    taught(
        &key,
        "2",
        "zoe",
        "2026-03-13T15:00:00Z",
        json!({ "rating": 3 }),
    )
    .await;
    app.clock.advance(TimeDelta::hours(3));
    assert_eq!(run_due(&app).await, (0, 0, 0), "not by itself");
    assert_eq!(run(&app.context, &again(WEEK)).await, (1, 1, 0));
    let second = recaps(&key).await;
    assert_eq!((second.len(), second[0].id), (1, first[0].id));
    assert_eq!(
        (second[0].sessions, second[0].average_rating),
        (2, Some(3.0))
    );
    assert_eq!(second[0].email_id, first[0].email_id);
    assert!(second[0].updated_at > first[0].updated_at);
    assert_eq!(number(&mut *app.db().connection().await, EMAILS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_moves_to_another_week_takes_its_recap_along() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    run_due(&app).await;
    taught(&key, "1", "zoe", "2026-03-04T15:00:00Z", json!({})).await;
    assert_eq!(run(&app.context, &again(WEEK)).await, (1, 0, 0));
    assert!(recaps(&key).await.is_empty());
    assert_eq!(run(&app.context, &again("2026-03-02")).await, (1, 1, 1));
    assert_eq!(recaps(&key).await[0].week.to_string(), "2026-03-02");
    assert_eq!(
        run_due(&app).await,
        (0, 0, 0),
        "an older week undoes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parents_are_told_from_monday_at_seven_of_their_time() {
    let (app, key) = app_and_key().await;
    let zones = [
        ("kiribati", Some("Pacific/Kiritimati")),
        ("berlin", Some("Europe/Berlin")),
        ("utc", None),
        ("angeles", Some("America/Los_Angeles")),
        ("honolulu", Some("Pacific/Honolulu")),
    ];
    for (parent, zone) in zones {
        let child = format!("{parent}-child");
        family(&key, parent, zone, &[(&child, "Kim")]).await;
        taught(&key, parent, &child, "2026-03-11T15:00:00Z", json!({})).await;
    }
    let start: DateTime<Utc> = "2026-03-15T12:00:00Z".parse().expect("a time");
    let mut told: Vec<(String, String)> = Vec::new();
    for hour in 0..40 {
        let context = app.context.at(start + TimeDelta::hours(hour));
        run(&context, &GenerateRecaps::due()).await;
        for recap in recaps(&key).await {
            if recap.week.to_string() == WEEK
                && !told.iter().any(|(parent, _)| *parent == recap.parent)
            {
                let at = context.now().format("%d %H:%M").to_string();
                told.push((recap.parent, at));
            }
        }
    }
    let told: Vec<_> = told
        .iter()
        .map(|(parent, at)| (parent.as_str(), at.as_str()))
        .collect();
    let expected = [
        ("kiribati", "15 17:00"),
        ("berlin", "16 06:00"),
        ("utc", "16 07:00"),
        ("angeles", "16 14:00"),
        ("honolulu", "16 17:00"),
    ];
    assert_eq!(told, expected);
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, EMAILS).await, 5, "one message each");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_at_the_same_time_do_each_parent_once() {
    let (app, key) = app_and_key().await;
    for nth in 0..12 {
        let (parent, child) = (format!("parent-{nth:02}"), format!("child-{nth:02}"));
        family(&key, &parent, None, &[(&child, "Kim")]).await;
        taught(&key, &parent, &child, "2026-03-11T15:00:00Z", json!({})).await;
    }
    let runs = join_all((0..5).map(|_| run_due(&app))).await;
    let made: usize = runs.iter().map(|(_, recaps, _)| recaps).sum();
    let sent: usize = runs.iter().map(|(_, _, emails)| emails).sum();
    assert_eq!((made, sent), (12, 12), "{runs:?}");
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, EMAILS).await, 12);
    let jobs = "SELECT count(*) FROM jobs WHERE kind = 'send_email'";
    assert_eq!(number(&mut conn, jobs).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_off_goes_on_where_it_stopped() {
    let (app, key) = app_and_key().await;
    family(&key, "ada", None, &[("zoe", "Zoë")]).await;
    taught(&key, "1", "zoe", "2026-03-10T15:00:00Z", json!({})).await;
    let begun = begin_recaps(&app.context, &GenerateRecaps::due())
        .await
        .expect("a run");
    let mut conn = app.db().connection().await;
    let cut: Result<(), viral_engine_service::ServiceError> = conn
        .transaction(async |conn| {
            generate_recaps(conn, &app.context, &begun).await?;
            Err(viral_engine_service::ServiceError::Unavailable(
                "cut off".to_owned(),
            ))
        })
        .await;
    assert!(cut.is_err());
    assert!(recaps(&key).await.is_empty());
    assert_eq!(run_due(&app).await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_are_told_once_of_each_recap() {
    let (app, key) = app_and_key().await;
    let admin = app.operator(Role::Admin).await;
    let receiver = json!({ "url": "https://hooks.example.org/x", "event_types": ["recap.ready"] });
    admin
        .post("/v1/webhooks", &receiver)
        .await
        .assert_status(201);
    family(&key, "ada", None, &[("zoe", "Zoë"), ("tim", "Tim")]).await;
    for (id, child) in [("1", "zoe"), ("2", "tim")] {
        taught(&key, id, child, "2026-03-10T15:00:00Z", json!({})).await;
    }
    run_due(&app).await;
    run(&app.context, &again(WEEK)).await;
    let mut conn = app.db().connection().await;
    let sql = "SELECT body FROM webhook_messages WHERE event_type = 'recap.ready'";
    let bodies = texts(&mut conn, sql).await;
    assert_eq!(bodies.len(), 2);
    for recap in recaps(&key).await {
        let named = bodies
            .iter()
            .filter(|body| body.contains(&recap.id.to_string()));
        assert_eq!(named.count(), 1);
    }
    assert!(!bodies.concat().contains("Zoë") && !bodies.concat().contains("zoe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_takes_as_many_statements_for_many_parents_as_for_one() {
    let (app, key) = app_and_key().await;
    let admin = app.operator(Role::Admin).await;
    let receiver = json!({ "url": "https://hooks.example.org/x", "event_types": ["recap.ready"] });
    admin
        .post("/v1/webhooks", &receiver)
        .await
        .assert_status(201);
    let mut counts = Vec::new();
    for families in [1, 40] {
        for nth in 0..families {
            let name = format!("{families}-{nth}");
            let (parent, one, two) = (
                format!("p-{name}"),
                format!("c-{name}"),
                format!("d-{name}"),
            );
            family(&key, &parent, None, &[(&one, "Kim"), (&two, "Lou")]).await;
            for child in [&one, &two] {
                taught(
                    &key,
                    child,
                    child,
                    "2026-03-11T15:00:00Z",
                    json!({ "skills": ["x"] }),
                )
                .await;
            }
        }
        let begun = begin_recaps(&app.context, &GenerateRecaps::due())
            .await
            .expect("a run");
        assert_eq!(begun.total, families);
        let counted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&counted);
        let mut conn = app.db().connection().await;
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        let done = conn
            .transaction(async |conn| generate_recaps(conn, &app.context, &begun).await)
            .await
            .expect("a chunk");
        conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
        assert_eq!(
            (done.parents, done.emails),
            (families, usize::try_from(families).expect("few"))
        );
        counts.push(counted.load(Ordering::Relaxed));
    }
    // Fewer, where the receiver has something to do already: nobody is woken then.
    assert!(counts[1] <= counts[0], "{counts:?}");
    assert!(counts[0] > 5, "{counts:?}");
}
