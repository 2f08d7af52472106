//! Sessions as they are answered.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::tutoring_sessions::TutoringSession;
use viral_engine_api_types::{Page, TutoringSessionId};
use viral_engine_db::DbError;
use viral_engine_db::tutoring_sessions::{self as db, TutoringSessionFilter, TutoringSessionRow};
use viral_engine_db::users::external_ids_of;

use super::sealed::open;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{PersonalKeys, resolve};

/// Which sessions to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct TutoringSessionQuery<'a> {
    /// Of the student with this external id.
    pub student: Option<&'a str>,
    /// Of the tutor with this external id.
    pub tutor: Option<&'a str>,
}

/// The sessions, latest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_tutoring_sessions(
    context: &Context,
    query: TutoringSessionQuery<'_>,
    page: PageRequest,
) -> ServiceResult<Page<TutoringSession>> {
    let mut conn = context.connection().await?;
    let named = query.student.into_iter().chain(query.tutor);
    let known = resolve(&mut conn, named).await?;
    let id = |name: Option<&str>| name.map(|name| known.get(name).map(|user| user.id.0));
    let (student, tutor) = (id(query.student), id(query.tutor));
    // Nobody has sessions with somebody who is not known.
    if student == Some(None) || tutor == Some(None) {
        return Ok(page.page(Vec::new(), key));
    }
    let filter = TutoringSessionFilter {
        student: student.flatten(),
        tutor: tutor.flatten(),
    };
    let rows = db::list_tutoring_sessions(&mut conn, filter, page.query()).await?;
    Ok(page.page(answers(&mut conn, context, rows).await?, key))
}

/// A session.
///
/// # Errors
/// When there is none with this id.
pub async fn get_tutoring_session(
    context: &Context,
    id: TutoringSessionId,
) -> ServiceResult<TutoringSession> {
    let mut conn = context.connection().await?;
    let row = db::find_tutoring_session(&mut conn, id.0).await;
    let row = row.map_err(|error| match error {
        DbError::NotFound => ServiceError::NotFound("tutoring session"),
        other => other.into(),
    })?;
    let mut answers = answers(&mut conn, context, vec![row]).await?;
    answers
        .pop()
        .ok_or(ServiceError::NotFound("tutoring session"))
}

fn key(session: &TutoringSession) -> (chrono::DateTime<chrono::Utc>, Uuid) {
    (session.started_at, session.id.0)
}

async fn answers(
    conn: &mut AsyncPgConnection,
    context: &Context,
    rows: Vec<TutoringSessionRow>,
) -> ServiceResult<Vec<TutoringSession>> {
    let people: Vec<Uuid> = rows
        .iter()
        .flat_map(|row| [row.tutor_id, row.student_id])
        .collect();
    let names = external_ids_of(conn, &people).await?.into_iter().collect();
    let keys = PersonalKeys::of(&context.keys);
    let answers = rows.into_iter().map(|mut row| {
        open(&mut row, &keys)?;
        answer(row, &names)
    });
    answers.collect()
}

/// The session as it is answered, given the platform's names of its people.
pub(super) fn answer(
    row: TutoringSessionRow,
    names: &HashMap<Uuid, String>,
) -> ServiceResult<TutoringSession> {
    let name = |id: Uuid| {
        let found = names.get(&id).cloned();
        found.ok_or_else(|| ServiceError::Internal(format!("the user {id} has no name")))
    };
    Ok(TutoringSession {
        id: row.id.into(),
        external_id: row.external_id,
        tutor: name(row.tutor_id)?,
        student: name(row.student_id)?,
        subject: row.subject,
        topic: row.topic,
        started_at: row.started_at,
        ended_at: row.ended_at,
        duration_minutes: row.minutes,
        rating: row.rating,
        feedback: row.feedback,
        skills: row.skills,
        improvement: row.improvement,
        highlights: row.highlights,
        next_steps: row.next_steps,
        violations: row.violations,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
