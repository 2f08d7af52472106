//! From what children did to their recaps.

use std::collections::HashMap;

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::recaps::{
    self as db, ChildRow, ChildWindow, ParentRow, RecapRow, SessionFact,
};
use viral_engine_domain::recaps::{
    LONGEST_STREAK, MOST_LISTED, SessionFacts, Week, first_different, longest_streak, summarise,
};
use viral_engine_domain::time_window::{day_of, day_start};

use crate::error::{ServiceError, ServiceResult};

/// The texts of a recap, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) subjects: Vec<String>,
    pub(super) skills: Vec<String>,
    pub(super) achievements: Vec<String>,
    pub(super) highlights: Vec<String>,
    pub(super) next_steps: Vec<String>,
}

impl Contents {
    pub(super) fn read(row: &RecapRow) -> ServiceResult<Self> {
        let contents = serde::Deserialize::deserialize(&row.contents);
        contents.map_err(|error| {
            ServiceError::Internal(format!("contents of recap {}: {error}", row.id))
        })
    }

    fn write(&self) -> ServiceResult<serde_json::Value> {
        let written = serde_json::to_value(self);
        written.map_err(|error| ServiceError::Internal(format!("contents of a recap: {error}")))
    }
}

/// A parent and the week that is told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) parent: ParentRow,
    pub(super) time_zone: Tz,
    pub(super) week: Week,
}

/// The time zone of a user: UTC unless one is known. Names are checked when they come in, and chrono's list only grows.
pub(super) fn time_zone(name: Option<&str>) -> Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}

/// The recaps of these parents' children; of those without a session in the week, none.
pub(super) async fn compute(
    conn: &mut AsyncPgConnection,
    told: &[Told],
    children: &[ChildRow],
    now: DateTime<Utc>,
) -> ServiceResult<Vec<RecapRow>> {
    let by_parent: HashMap<Uuid, &Told> = told.iter().map(|one| (one.parent.id, one)).collect();
    let pairs: Vec<(&ChildRow, &Told)> = children
        .iter()
        .filter_map(|child| Some((child, *by_parent.get(&child.parent_id)?)))
        .collect();
    let weeks: Vec<ChildWindow> = pairs.iter().map(|pair| week_of(*pair)).collect();
    let looked_back: Vec<ChildWindow> = pairs.iter().map(|pair| streak_of(*pair)).collect();
    let mut sessions: HashMap<Uuid, Vec<SessionFacts>> = HashMap::new();
    for fact in db::load_session_facts(conn, &weeks).await? {
        let child = fact.student_id;
        sessions.entry(child).or_default().push(session(fact));
    }
    let mut achievements: HashMap<Uuid, Vec<String>> = HashMap::new();
    for fact in db::load_achievement_facts(conn, &weeks).await? {
        achievements
            .entry(fact.student_id)
            .or_default()
            .push(fact.name);
    }
    let activity = db::load_activity_facts(conn, &looked_back).await?;
    let activity: HashMap<Uuid, Vec<DateTime<Utc>>> = activity
        .into_iter()
        .map(|fact| (fact.child, fact.times))
        .collect();
    let mut recaps = Vec::new();
    for (child, told) in pairs {
        let Some(sessions) = sessions.get(&child.id) else {
            continue;
        };
        let none = Vec::new();
        let achievements = achievements.get(&child.id).unwrap_or(&none);
        let times = activity.get(&child.id).map(Vec::as_slice);
        recaps.push(recap(
            (child, told),
            sessions,
            achievements,
            times.unwrap_or_default(),
            now,
        )?);
    }
    Ok(recaps)
}

fn recap(
    (child, told): (&ChildRow, &Told),
    sessions: &[SessionFacts],
    achievements: &[String],
    times: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> ServiceResult<RecapRow> {
    let summary = summarise(sessions);
    let days = times.iter().map(|time| day_of(*time, told.time_zone));
    let contents = Contents {
        subjects: summary.subjects,
        skills: summary.skills,
        achievements: first_different(achievements, MOST_LISTED),
        highlights: summary.highlights,
        next_steps: summary.next_steps,
    };
    let stored = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    Ok(RecapRow {
        id: Uuid::now_v7(),
        parent_id: told.parent.id,
        child_id: child.id,
        week: told.week.first(),
        time_zone: told.time_zone.name().to_owned(),
        sessions: stored(summary.sessions),
        minutes: stored(summary.minutes),
        average_rating: summary.average_rating,
        improvement: summary.improvement,
        streak_days: stored(longest_streak(days, told.week)),
        contents: contents.write()?,
        email_id: None,
        created_at: now,
        updated_at: now,
    })
}

fn week_of((child, told): (&ChildRow, &Told)) -> ChildWindow {
    let (from, to) = told.week.window(told.time_zone);
    let child = child.id;
    ChildWindow { child, from, to }
}

/// The week, and as long before as a streak may be.
fn streak_of((child, told): (&ChildRow, &Told)) -> ChildWindow {
    let (_, to) = told.week.window(told.time_zone);
    let first = told.week.last() - Days::new(LONGEST_STREAK - 1);
    let (child, from) = (child.id, day_start(first, told.time_zone));
    ChildWindow { child, from, to }
}

fn session(fact: SessionFact) -> SessionFacts {
    SessionFacts {
        subject: fact.subject,
        minutes: u32::try_from(fact.minutes).unwrap_or(0),
        rating: fact.rating.and_then(|rating| u8::try_from(rating).ok()),
        improvement: fact.improvement,
        skills: fact.skills,
        highlights: fact.highlights,
        next_steps: fact.next_steps,
    }
}
