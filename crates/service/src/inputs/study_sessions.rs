//! Study sessions: who met, and who was invited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::inputs::{CreateStudySession, StudySession};
use viral_engine_db::inputs::{
    InputDay, InputKind, Reached, StudySessionRow, insert_study_sessions,
};

use super::batch::{
    Faults, Input, Items, Stored, Users, checked_time, create_each, create_one, id_of,
};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::validation::{check_external_id, validate};

/// Takes in a study session.
///
/// # Errors
/// Fields at fault.
pub async fn create_study_session(
    context: &Context,
    caller: &Caller,
    body: CreateStudySession,
) -> ServiceResult<StudySession> {
    create_one(context, caller, "create_study_session", body).await
}

/// Takes in 1 to 1,000 study sessions; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_study_sessions(
    context: &Context,
    caller: &Caller,
    items: Items<CreateStudySession>,
) -> ServiceResult<Vec<ServiceResult<StudySession>>> {
    create_each(context, caller, "create_study_sessions", items).await
}

/// A session without fault; everybody is named once.
pub(crate) struct Checked {
    host: String,
    participants: Vec<String>,
    invited: Vec<String>,
    started_at: DateTime<Utc>,
}

impl Input for CreateStudySession {
    type Answer = StudySession;
    type Checked = Checked;

    const KIND: &'static str = "study_session";

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        for (list, name) in [
            (&self.participants, "participants"),
            (&self.invited, "invited"),
        ] {
            for (index, id) in list.iter().enumerate() {
                let pointer = format!("{prefix}/{name}/{index}");
                faults.note(check_external_id(id, &pointer), ());
            }
        }
        let started_at = checked_time(self.started_at, now, &format!("{prefix}/started_at"));
        let started_at = faults.note(started_at, now);
        faults.into_result()?;
        Ok(Checked {
            host: self.host,
            participants: each_once(self.participants),
            invited: each_once(self.invited),
            started_at,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        let others = checked.participants.iter().chain(&checked.invited);
        std::iter::once(&checked.host)
            .chain(others)
            .map(String::as_str)
            .collect()
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<StudySession>> {
        let now = context.now();
        let rows = checked.iter().map(|session| row(session, users, now));
        let rows: Vec<_> = rows.collect::<ServiceResult<_>>()?;
        insert_study_sessions(conn, &rows).await?;
        Ok(Stored {
            reached: rows.iter().flat_map(reached).collect(),
            days: rows.iter().map(day).collect(),
            answers: rows
                .iter()
                .zip(checked)
                .map(|(row, session)| (row.id, answer(row, session)))
                .collect(),
        })
    }
}

/// Without repetitions, in order.
fn each_once(ids: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let first = |id: &String| seen.insert(id.clone());
    ids.into_iter().filter(first).collect()
}

fn row(session: &Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<StudySessionRow> {
    let ids = |names: &[String]| -> ServiceResult<Vec<Uuid>> {
        names.iter().map(|name| id_of(users, name)).collect()
    };
    Ok(StudySessionRow {
        id: Uuid::now_v7(),
        host_id: id_of(users, &session.host)?,
        participant_ids: ids(&session.participants)?,
        invited_ids: ids(&session.invited)?,
        started_at: session.started_at,
        created_at: now,
    })
}

fn reached(row: &StudySessionRow) -> impl Iterator<Item = Reached> {
    let at = row.started_at;
    row.invited_ids.iter().map(move |user_id| Reached {
        user_id: *user_id,
        at,
    })
}

fn day(row: &StudySessionRow) -> InputDay {
    InputDay {
        day: row.started_at.date_naive(),
        kind: InputKind::StudySession,
        total: 1,
        flagged: 0,
        weight: i64::try_from(row.participant_ids.len()).unwrap_or(i64::MAX),
    }
}

fn answer(row: &StudySessionRow, session: Checked) -> StudySession {
    StudySession {
        id: row.id.into(),
        host: session.host,
        participants: session.participants,
        invited: session.invited,
        started_at: row.started_at,
    }
}
