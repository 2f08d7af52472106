//! What students achieved, as the platform reports it.

mod sealed;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::achievements::{Achievement, CreateAchievement};
use viral_engine_api_types::{FieldError, Page};
use viral_engine_db::achievements::{self as db, AchievementRow};
use viral_engine_db::users::external_ids_of;

use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::inputs::Items;
use crate::inputs::batch::{
    Faults, Input, Stored, Users, checked_time, create_each, create_one, id_of,
};
use crate::tutoring_sessions::texts::{Redaction, check_written};
use crate::users::{PersonalKeys, Redactor, Subjects, keys_of, resolve};
use crate::validation::{is_slug, validate};

pub(crate) use sealed::{
    OWNER as ACHIEVEMENT_OWNER, open as open_achievement, open_name, seal_achievements,
};

/// An achievement, and whether it was not known before.
#[derive(Clone, Debug)]
pub struct ReportedAchievement {
    /// The achievement as it is now.
    pub achievement: Achievement,
    /// Whether this call has reported it first.
    pub is_new: bool,
}

/// Takes in an achievement.
///
/// # Errors
/// Fields at fault.
pub async fn create_achievement(
    context: &Context,
    caller: &Caller,
    body: CreateAchievement,
) -> ServiceResult<ReportedAchievement> {
    create_one(context, caller, "create_achievement", body).await
}

/// Takes in 1 to 1,000 achievements; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_achievements(
    context: &Context,
    caller: &Caller,
    items: Items<CreateAchievement>,
) -> ServiceResult<Vec<ServiceResult<Achievement>>> {
    let answers = create_each(context, caller, "create_achievements", items).await?;
    let achievements = answers.into_iter();
    Ok(achievements
        .map(|answer| answer.map(|reported| reported.achievement))
        .collect())
}

/// The achievements, latest first, of the student with an external id if that is given.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_achievements(
    context: &Context,
    student: Option<&str>,
    page: PageRequest,
) -> ServiceResult<Page<Achievement>> {
    let key = |one: &Achievement| (one.earned_at, one.id.0);
    let mut conn = context.connection().await?;
    let student = match student {
        None => None,
        Some(name) => match resolve(&mut conn, [name]).await?.get(name) {
            Some(user) => Some(user.id.0),
            None => return Ok(page.page(Vec::new(), key)),
        },
    };
    let rows = db::list_achievements(&mut conn, student, page.query()).await?;
    let students: Vec<Uuid> = rows.iter().map(|row| row.student_id).collect();
    let names = external_ids_of(&mut conn, &students).await?;
    let names: HashMap<Uuid, String> = names.into_iter().collect();
    let keys = PersonalKeys::of(&context.keys);
    let answers: ServiceResult<Vec<_>> = rows
        .into_iter()
        .map(|mut row| {
            sealed::open(&mut row, &keys)?;
            answer(row, &names)
        })
        .collect();
    Ok(page.page(answers?, key))
}

/// An achievement without fault, redacted.
pub(crate) struct Checked {
    student: String,
    kind: String,
    name: String,
    earned_at: DateTime<Utc>,
    violations: i32,
}

impl Input for CreateAchievement {
    type Answer = ReportedAchievement;
    type Checked = Checked;

    const KIND: &'static str = "achievement";
    const GUARDED: bool = false;

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        faults.note(check_kind(&self.kind, &format!("{prefix}/kind")), ());
        faults.note(check_written(&self.name, &format!("{prefix}/name")), ());
        let earned_at = checked_time(self.earned_at, now, &format!("{prefix}/earned_at"));
        let earned_at = faults.note(earned_at, now);
        faults.into_result()?;
        let mut redaction = Redaction::with(Redactor::of_anybody());
        Ok(Checked {
            name: redaction.of(&self.name),
            violations: redaction.violations,
            student: self.student,
            kind: self.kind,
            earned_at,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.student]
    }

    fn told_of(checked: &Checked) -> Vec<&str> {
        vec![&checked.student]
    }

    fn redact(checked: &mut Checked, subjects: &Subjects) -> ServiceResult<()> {
        let mut redaction = Redaction::with(subjects.contacts_of(&checked.student)?);
        checked.name = redaction.of(&checked.name);
        checked.violations = checked.violations.saturating_add(redaction.violations);
        Ok(())
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<ReportedAchievement>> {
        let now = context.now();
        let mut keys = Vec::with_capacity(checked.len());
        // Sorted, so that two calls can not lock each other out; of equal ones the last counts.
        let mut rows = BTreeMap::new();
        let students: ServiceResult<Vec<Uuid>> = checked
            .iter()
            .map(|one| id_of(users, &one.student))
            .collect();
        let personal = PersonalKeys::of(&context.keys);
        let user_keys = keys_of(conn, &personal, &students?).await?;
        for one in checked {
            let mut row = row(one, users, now)?;
            let key = user_keys.get(&row.student_id).ok_or_else(lost)?;
            sealed::seal(&mut row, &personal, *key)?;
            keys.push(key_of(&row));
            rows.insert(key_of(&row), row);
        }
        let rows: Vec<AchievementRow> = rows.into_values().collect();
        let made: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let names: HashMap<Uuid, String> = users
            .iter()
            .map(|(name, user)| (user.id.0, name.clone()))
            .collect();
        let mut stored = HashMap::new();
        for mut row in db::upsert_achievements(conn, &rows).await? {
            sealed::open(&mut row, &personal)?;
            let (key, is_new) = (key_of(&row), made.contains(&row.id));
            let achievement = answer(row, &names)?;
            stored.insert(
                key,
                ReportedAchievement {
                    achievement,
                    is_new,
                },
            );
        }
        let answers = keys.iter().map(|key| {
            let reported = stored.get(key).cloned().ok_or_else(lost)?;
            Ok((reported.achievement.id.0, reported))
        });
        Ok(Stored {
            reached: Vec::new(),
            days: Vec::new(),
            answers: answers.collect::<ServiceResult<_>>()?,
        })
    }
}

fn lost() -> ServiceError {
    ServiceError::Internal("an achievement was stored without an answer".to_owned())
}

fn check_kind(kind: &str, pointer: &str) -> Result<(), FieldError> {
    if is_slug(kind) {
        return Ok(());
    }
    let detail = "Give a slug of a-z, 0-9, _ and -, such as ten_sessions.";
    Err(FieldError::new(pointer, "malformed_slug", detail))
}

fn key_of(row: &AchievementRow) -> (Uuid, String, DateTime<Utc>) {
    (row.student_id, row.kind.clone(), row.earned_at)
}

fn row(checked: Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<AchievementRow> {
    Ok(AchievementRow {
        id: Uuid::now_v7(),
        student_id: id_of(users, &checked.student)?,
        kind: checked.kind,
        name: checked.name,
        earned_at: checked.earned_at,
        violations: checked.violations,
        created_at: now,
        name_cipher: None,
    })
}

fn answer(row: AchievementRow, names: &HashMap<Uuid, String>) -> ServiceResult<Achievement> {
    let student = names.get(&row.student_id).cloned();
    let unnamed = || ServiceError::Internal(format!("the user {} has no name", row.student_id));
    Ok(Achievement {
        id: row.id.into(),
        student: student.ok_or_else(unnamed)?,
        kind: row.kind,
        name: row.name,
        earned_at: row.earned_at,
        violations: row.violations,
        created_at: row.created_at,
    })
}
