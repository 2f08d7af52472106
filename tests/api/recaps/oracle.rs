//! Recaps of a made-up world against a second, naive computation from the raw rows, over a change of the clocks.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use viral_engine_service::recaps::GenerateRecaps;

use super::{app_and_key, family, recaps, run};
use crate::world::Dice;

/// Zones with and without a change of the clocks in the week, with odd offsets, on both sides of the date line.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
];

struct Lesson {
    child: String,
    at: DateTime<Utc>,
    minutes: i64,
    subject: &'static str,
    rating: Option<i64>,
    improvement: Option<f64>,
}

/// Figures of a recap.
#[derive(Debug, PartialEq)]
struct Figures {
    sessions: i32,
    minutes: i32,
    subjects: Vec<String>,
    average_rating: Option<f64>,
    improvement: Option<f64>,
    streak_days: i32,
}

/// Counts by looking at every lesson for every day.
fn naive(lessons: &[Lesson], child: &str, tz: Tz, monday: NaiveDate) -> Option<Figures> {
    let day = |lesson: &Lesson| lesson.at.with_timezone(&tz).date_naive();
    let sunday = monday + Days::new(6);
    let own: Vec<&Lesson> = lessons.iter().filter(|one| one.child == child).collect();
    let mut week: Vec<&&Lesson> = own
        .iter()
        .filter(|one| (monday..=sunday).contains(&day(one)))
        .collect();
    week.sort_by_key(|one| one.at);
    if week.is_empty() {
        return None;
    }
    let mut minutes: BTreeMap<&str, i64> = BTreeMap::new();
    for one in &week {
        *minutes.entry(one.subject).or_default() += one.minutes;
    }
    let mut subjects: Vec<_> = minutes.into_iter().collect();
    subjects.sort_by_key(|(name, minutes)| (-minutes, *name));
    let mean = |values: Vec<f64>| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (!values.is_empty()).then(|| (mean * 100.0).round() / 100.0)
    };
    let active = |date: NaiveDate| own.iter().any(|one| day(one) == date);
    let streaks = (0..7).map(|step| {
        let end = monday + Days::new(step);
        (0..366)
            .take_while(|back| active(end - Days::new(*back)))
            .count() as i32
    });
    Some(Figures {
        sessions: week.len() as i32,
        minutes: week.iter().map(|one| one.minutes).sum::<i64>() as i32,
        subjects: subjects
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        average_rating: mean(
            week.iter()
                .filter_map(|one| one.rating)
                .map(|r| r as f64)
                .collect(),
        ),
        improvement: mean(week.iter().filter_map(|one| one.improvement).collect()),
        streak_days: streaks.max().unwrap_or(0),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn recaps_are_what_a_naive_count_of_the_raw_sessions_gives() {
    let (app, key) = app_and_key().await;
    // Clocks go forward in Berlin on Sunday, 29 March 2026, and back in Santiago and Lord Howe a week later.
    let now: DateTime<Utc> = "2026-04-06T20:00:00Z".parse().expect("a time");
    app.clock.advance(now - app.clock.now());
    let mut dice = Dice(2026);
    let mut people = Vec::new();
    for nth in 0..24 {
        let (parent, zone) = (format!("parent-{nth:02}"), ZONES[nth % ZONES.len()]);
        let children: Vec<String> = (0..=nth % 3)
            .map(|child| format!("child-{nth:02}-{child}"))
            .collect();
        let named: Vec<(&str, &str)> = children
            .iter()
            .map(|child| (child.as_str(), "Kim"))
            .collect();
        family(&key, &parent, Some(zone), &named).await;
        for child in children {
            people.push((parent.clone(), child, zone));
        }
    }
    let mut lessons = Vec::new();
    let mut bodies: Vec<Value> = Vec::new();
    for nth in 0..900 {
        let (_, child, _) = dice.pick(&people).clone();
        let lesson = Lesson {
            child,
            // Near midnights of many zones: whole hours and their edges, over five weeks.
            at: now
                - TimeDelta::hours(dice.roll(35 * 24) as i64)
                - TimeDelta::seconds(dice.roll(2) as i64),
            minutes: dice.roll(90) as i64,
            subject: dice.pick::<&str>(&["Maths", "Physics", "English"]),
            rating: (dice.roll(3) > 0).then(|| dice.roll(5) as i64 + 1),
            improvement: (dice.roll(3) == 0).then(|| dice.roll(100) as f64 / 4.0 - 10.0),
        };
        bodies.push(json!({
            "external_id": format!("s-{nth}"), "tutor": "tutor-1", "student": lesson.child, "subject": lesson.subject,
            "started_at": lesson.at, "duration_minutes": lesson.minutes, "rating": lesson.rating,
            "improvement": lesson.improvement,
        }));
        lessons.push(lesson);
    }
    let answer = key
        .post("/v1/sessions/bulk", &json!({ "items": bodies }))
        .await
        .json();
    assert_eq!(answer["failed"], 0, "{answer:#}");
    let mut compared = 0;
    for week in ["2026-03-16", "2026-03-23", "2026-03-30"] {
        let monday: NaiveDate = week.parse().expect("a day");
        let job = GenerateRecaps {
            week: Some(monday),
            parent: None,
            send: false,
        };
        run(&app.context, &job).await;
        let told: BTreeMap<String, Figures> = recaps(&key)
            .await
            .into_iter()
            .filter(|recap| recap.week == monday)
            .map(|recap| {
                let figures = Figures {
                    sessions: recap.sessions,
                    minutes: recap.minutes,
                    subjects: recap.subjects,
                    average_rating: recap.average_rating,
                    improvement: recap.improvement,
                    streak_days: recap.streak_days,
                };
                (recap.child, figures)
            })
            .collect();
        for (_, child, zone) in &people {
            let expected = naive(&lessons, child, zone.parse().expect("a zone"), monday);
            assert_eq!(
                told.get(child),
                expected.as_ref(),
                "{child}, {zone}, {week}"
            );
            compared += usize::from(expected.is_some());
        }
    }
    assert!(compared > 60, "{compared} recaps were compared");
}
