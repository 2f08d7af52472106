//! From what children did to their recaps.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::recaps::{
    self as db, ChildRow, ChildWindow, ParentRow, RecapRow, SessionFact,
};
use viral_engine_domain::recaps::{
    LONGEST_STREAK, MOST_LISTED, SessionFacts, Week, first_different, longest_streak, summarise,
};
use viral_engine_domain::time_window::{day_of, day_start};

use crate::achievements::open_name;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::tutoring_sessions::{Texts, open_texts};
use crate::users::{Field, PersonalKeys, RESEALED_AT_A_TIME, UserKey, keys_of, natural_id};

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

/// What a recap tells, for a copy of everything.
pub(crate) fn contents_of(row: &RecapRow, keys: &PersonalKeys) -> ServiceResult<serde_json::Value> {
    serde_json::to_value(Contents::read(row, keys)?)
        .map_err(|error| ServiceError::Internal(format!("contents of a recap: {error}")))
}

impl Contents {
    /// What a recap tells; nothing when the child's key is gone.
    pub(super) fn read(row: &RecapRow, keys: &PersonalKeys) -> ServiceResult<Self> {
        let unreadable = |error: serde_json::Error| {
            ServiceError::Internal(format!("contents of recap {}: {error}", row.id))
        };
        let Some(sealed) = &row.contents_cipher else {
            return serde::Deserialize::deserialize(&row.contents).map_err(unreadable);
        };
        let owner = owner(row.parent_id, row.week, row.child_id);
        match keys.open(owner, Field::RecapContents, sealed)? {
            Some(text) => serde_json::from_str(&text).map_err(unreadable),
            None => Ok(Self::default()),
        }
    }

    fn seal(&self, row: &mut RecapRow, keys: &PersonalKeys, key: UserKey) -> ServiceResult<()> {
        let text = serde_json::to_string(self)
            .map_err(|error| ServiceError::Internal(format!("contents of a recap: {error}")))?;
        let owner = owner(row.parent_id, row.week, row.child_id);
        row.contents_cipher = Some(keys.seal(owner, Field::RecapContents, &text, &[key])?);
        row.contents = serde_json::json!({});
        Ok(())
    }
}

/// The kind of what contents are bound to.
pub(crate) const OWNER: &str = "weekly recap";

/// What contents are bound to: a recap that is computed again keeps its id, so it is not that.
fn owner(parent: Uuid, week: NaiveDate, child: Uuid) -> Uuid {
    let parts = [parent.to_string(), week.to_string(), child.to_string()];
    natural_id(OWNER, &parts.each_ref().map(String::as_str))
}

/// Encrypts what recaps tell that is not yet, and answers of how many.
///
/// # Errors
/// When the database or the key store refuses.
pub(crate) async fn seal_recaps(context: &Context, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut sealed = 0;
    loop {
        let batch = conn
            .transaction(async |conn| seal_batch(conn, keys).await)
            .await?;
        sealed += batch;
        if batch == 0 {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(conn: &mut AsyncPgConnection, keys: &PersonalKeys) -> ServiceResult<usize> {
    let rows = db::lock_unsealed_recaps(conn, RESEALED_AT_A_TIME).await?;
    let children: Vec<Uuid> = rows.iter().map(|row| row.child_id).collect();
    let user_keys = keys_of(conn, keys, &children).await?;
    let count = rows.len();
    for mut row in rows {
        let contents = Contents::read(&row, keys)?;
        if let Some(key) = user_keys.get(&row.child_id) {
            contents.seal(&mut row, keys, *key)?;
            let sealed = row.contents_cipher.as_deref().unwrap_or_default();
            db::seal_recap(conn, row.id, sealed).await?;
        }
    }
    Ok(count)
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
    keys: &PersonalKeys,
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
        sessions
            .entry(child)
            .or_default()
            .push(session(fact, keys)?);
    }
    let mut achievements: HashMap<Uuid, Vec<String>> = HashMap::new();
    for fact in db::load_achievement_facts(conn, &weeks).await? {
        let name = match &fact.name_cipher {
            Some(sealed) => {
                let place = (fact.student_id, fact.kind.as_str(), fact.earned_at);
                open_name(keys, place, sealed)?
            }
            None => Some(fact.name),
        };
        achievements
            .entry(fact.student_id)
            .or_default()
            .extend(name);
    }
    let activity = db::load_activity_facts(conn, &looked_back).await?;
    let activity: HashMap<Uuid, Vec<DateTime<Utc>>> = activity
        .into_iter()
        .map(|fact| (fact.child, fact.times))
        .collect();
    let told_of: Vec<Uuid> = sessions.keys().copied().collect();
    let user_keys = keys_of(conn, keys, &told_of).await?;
    let mut recaps = Vec::new();
    for (child, told) in pairs {
        let Some(sessions) = sessions.get(&child.id) else {
            continue;
        };
        let none = Vec::new();
        let achievements = achievements.get(&child.id).unwrap_or(&none);
        let times = activity.get(&child.id).map(Vec::as_slice);
        let (mut recap, contents) = recap(
            (child, told),
            sessions,
            achievements,
            times.unwrap_or_default(),
            now,
        );
        if let Some(key) = user_keys.get(&child.id) {
            contents.seal(&mut recap, keys, *key)?;
            recaps.push(recap);
        }
    }
    Ok(recaps)
}

fn recap(
    (child, told): (&ChildRow, &Told),
    sessions: &[SessionFacts],
    achievements: &[String],
    times: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> (RecapRow, Contents) {
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
    let row = RecapRow {
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
        contents: serde_json::Value::Null,
        email_id: None,
        created_at: now,
        updated_at: now,
        contents_cipher: None,
    };
    (row, contents)
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

fn session(fact: SessionFact, keys: &PersonalKeys) -> ServiceResult<SessionFacts> {
    let texts = match &fact.texts_cipher {
        Some(sealed) => open_texts(keys, &fact.external_id, sealed)?.unwrap_or_default(),
        None => Texts {
            subject: fact.subject,
            skills: fact.skills,
            highlights: fact.highlights,
            next_steps: fact.next_steps,
            ..Texts::default()
        },
    };
    Ok(SessionFacts {
        subject: texts.subject,
        minutes: u32::try_from(fact.minutes).unwrap_or(0),
        rating: fact.rating.and_then(|rating| u8::try_from(rating).ok()),
        improvement: fact.improvement,
        skills: texts.skills,
        highlights: texts.highlights,
        next_steps: texts.next_steps,
    })
}
