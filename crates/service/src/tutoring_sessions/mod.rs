//! Tutoring sessions, as the platform reports them: redacted, and replaced when they are reported again, since ratings
//! and feedback come later than the session.

mod list;
mod sealed;
pub(crate) mod texts;
mod times;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::tutoring_sessions::{
    CreateTutoringSession, NOTE_CHARS, SKILL_CHARS, TutoringSession,
};
use viral_engine_db::tutoring_sessions::{TutoringSessionRow, upsert_tutoring_sessions};

pub use list::{TutoringSessionQuery, get_tutoring_session, list_tutoring_sessions};
pub(crate) use sealed::{
    OWNER as SESSION_OWNER, Texts, open as open_session, open_texts, seal_sessions,
};

use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::inputs::Items;
use crate::inputs::batch::{
    Faults, Input, Stored, Users, checked_time, create_each, create_one, id_of,
};
use crate::users::{PersonalKeys, Redactor, Subjects, keys_of};
use crate::validation::validate;
use list::answer;
use texts::{Redaction, check_list, check_written};
use times::Times;

/// A session, and whether it was not known before.
#[derive(Clone, Debug)]
pub struct ReportedSession {
    /// The session as it is now.
    pub session: TutoringSession,
    /// Whether this call has reported it first.
    pub is_new: bool,
}

/// Takes in a session, or what is new of a known one.
///
/// # Errors
/// Fields at fault.
pub async fn create_tutoring_session(
    context: &Context,
    caller: &Caller,
    body: CreateTutoringSession,
) -> ServiceResult<ReportedSession> {
    create_one(context, caller, "create_tutoring_session", body).await
}

/// Takes in 1 to 1,000 sessions; answers one result each. Of several with one external id the last counts.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_tutoring_sessions(
    context: &Context,
    caller: &Caller,
    items: Items<CreateTutoringSession>,
) -> ServiceResult<Vec<ServiceResult<TutoringSession>>> {
    let answers = create_each(context, caller, "create_tutoring_sessions", items).await?;
    let sessions = answers.into_iter();
    Ok(sessions
        .map(|answer| answer.map(|reported| reported.session))
        .collect())
}

/// A session without fault, redacted.
pub(crate) struct Checked {
    body: CreateTutoringSession,
    times: Times,
    violations: i32,
}

impl Input for CreateTutoringSession {
    type Answer = ReportedSession;
    type Checked = Checked;

    const KIND: &'static str = "tutoring_session";
    const GUARDED: bool = false;

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        let at = |field: &str| format!("{prefix}/{field}");
        faults.note(check_written(&self.subject, &at("subject")), ());
        check_list(&mut faults, &self.skills, SKILL_CHARS, &at("skills"));
        check_list(&mut faults, &self.highlights, NOTE_CHARS, &at("highlights"));
        check_list(&mut faults, &self.next_steps, NOTE_CHARS, &at("next_steps"));
        faults.note(check_people(&self, &at("student")), ());
        let started_at = checked_time(Some(self.started_at), now, &at("started_at"));
        let started_at = faults.note(started_at, now);
        let ended_at = self.ended_at.map(|end| {
            let end = checked_time(Some(end), now, &at("ended_at"));
            faults.note(end, started_at)
        });
        let times = Times::check(started_at, ended_at, self.duration_minutes, prefix);
        let none = Times {
            started_at,
            ended_at: started_at,
            minutes: 0,
        };
        let times = faults.note(times, none);
        faults.into_result()?;
        let (mut body, mut redaction) = (self, Redaction::with(Redactor::of_anybody()));
        redact_texts(&mut body, &mut redaction);
        Ok(Checked {
            body,
            times,
            violations: redaction.violations,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.body.tutor, &checked.body.student]
    }

    fn told_of(checked: &Checked) -> Vec<&str> {
        vec![&checked.body.student]
    }

    fn redact(checked: &mut Checked, subjects: &Subjects) -> ServiceResult<()> {
        let mut redaction = Redaction::with(subjects.contacts_of(&checked.body.student)?);
        redact_texts(&mut checked.body, &mut redaction);
        checked.violations = checked.violations.saturating_add(redaction.violations);
        Ok(())
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<ReportedSession>> {
        let now = context.now();
        let named: Vec<String> = checked
            .iter()
            .map(|one| one.body.external_id.clone())
            .collect();
        // Sorted, so that two calls can not lock each other out.
        let mut rows = BTreeMap::new();
        let students: ServiceResult<Vec<Uuid>> = checked
            .iter()
            .map(|one| id_of(users, &one.body.student))
            .collect();
        let keys = PersonalKeys::of(&context.keys);
        let user_keys = keys_of(conn, &keys, &students?).await?;
        for one in checked {
            let mut row = row(one, users, now)?;
            let key = user_keys.get(&row.student_id).ok_or_else(lost)?;
            sealed::seal(&mut row, &keys, *key)?;
            rows.insert(row.external_id.clone(), row);
        }
        let rows: Vec<TutoringSessionRow> = rows.into_values().collect();
        let made: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let names: HashMap<Uuid, String> = users
            .iter()
            .map(|(name, user)| (user.id.0, name.clone()))
            .collect();
        let mut stored = HashMap::new();
        for mut row in upsert_tutoring_sessions(conn, &rows).await? {
            sealed::open(&mut row, &keys)?;
            let is_new = made.contains(&row.id);
            let session = answer(row, &names)?;
            stored.insert(
                session.external_id.clone(),
                ReportedSession { session, is_new },
            );
        }
        let answers = named.iter().map(|name| {
            let reported = stored.get(name).cloned().ok_or_else(lost)?;
            Ok((reported.session.id.0, reported))
        });
        Ok(Stored {
            reached: Vec::new(),
            days: Vec::new(),
            answers: answers.collect::<ServiceResult<_>>()?,
        })
    }
}

fn lost() -> ServiceError {
    ServiceError::Internal("a session was stored without an answer".to_owned())
}

fn check_people(body: &CreateTutoringSession, pointer: &str) -> Result<(), FieldError> {
    if body.tutor == body.student {
        let detail = "Nobody teaches themselves: name another user.";
        return Err(FieldError::new(pointer, "own_tutor", detail));
    }
    Ok(())
}

/// Takes what is personal out of the texts.
fn redact_texts(body: &mut CreateTutoringSession, redaction: &mut Redaction) {
    body.subject = redaction.of(&body.subject);
    body.topic = redaction.optional(body.topic.as_deref());
    body.feedback = redaction.optional(body.feedback.as_deref());
    body.skills = redaction.each(&body.skills);
    body.highlights = redaction.each(&body.highlights);
    body.next_steps = redaction.each(&body.next_steps);
}

fn row(checked: Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<TutoringSessionRow> {
    let Checked {
        body,
        times,
        violations,
    } = checked;
    Ok(TutoringSessionRow {
        id: Uuid::now_v7(),
        tutor_id: id_of(users, &body.tutor)?,
        student_id: id_of(users, &body.student)?,
        external_id: body.external_id,
        subject: body.subject,
        topic: body.topic,
        started_at: times.started_at,
        ended_at: times.ended_at,
        minutes: i32::try_from(times.minutes).unwrap_or(i32::MAX),
        rating: body.rating.map(i16::from),
        improvement: body.improvement,
        feedback: body.feedback,
        skills: body.skills,
        highlights: body.highlights,
        next_steps: body.next_steps,
        violations,
        created_at: now,
        updated_at: now,
        texts_cipher: None,
    })
}
