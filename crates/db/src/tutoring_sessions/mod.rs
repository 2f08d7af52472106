//! Tutoring sessions.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::tutoring_sessions;

/// A tutoring session as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tutoring_sessions, check_for_backend(diesel::pg::Pg))]
#[expect(
    missing_docs,
    reason = "the columns are described in the migration and in the API's session"
)]
pub struct TutoringSessionRow {
    pub id: Uuid,
    pub external_id: String,
    pub tutor_id: Uuid,
    pub student_id: Uuid,
    pub subject: String,
    pub topic: Option<String>,
    pub started_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub minutes: i32,
    pub rating: Option<i16>,
    pub improvement: Option<f64>,
    pub feedback: Option<String>,
    pub skills: Vec<String>,
    pub highlights: Vec<String>,
    pub next_steps: Vec<String>,
    pub violations: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub texts_cipher: Option<Vec<u8>>,
}

/// What a list of sessions is narrowed to; `None` narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct TutoringSessionFilter {
    /// Of this student.
    pub student: Option<Uuid>,
    /// Of this tutor.
    pub tutor: Option<Uuid>,
}

/// Stores sessions, each external id once, and answers them as they are stored. A session that is known keeps its id
/// and the time at which it was reported first; everything else is replaced.
///
/// # Errors
/// When the database refuses.
pub async fn upsert_tutoring_sessions(
    conn: &mut AsyncPgConnection,
    rows: &[TutoringSessionRow],
) -> DbResult<Vec<TutoringSessionRow>> {
    use tutoring_sessions as s;
    Ok(diesel::insert_into(s::table)
        .values(rows)
        .on_conflict(s::external_id)
        .do_update()
        .set((
            (
                s::tutor_id.eq(excluded(s::tutor_id)),
                s::student_id.eq(excluded(s::student_id)),
                s::subject.eq(excluded(s::subject)),
                s::topic.eq(excluded(s::topic)),
                s::started_at.eq(excluded(s::started_at)),
                s::ended_at.eq(excluded(s::ended_at)),
                s::minutes.eq(excluded(s::minutes)),
                s::rating.eq(excluded(s::rating)),
            ),
            (
                s::improvement.eq(excluded(s::improvement)),
                s::feedback.eq(excluded(s::feedback)),
                s::skills.eq(excluded(s::skills)),
                s::highlights.eq(excluded(s::highlights)),
                s::next_steps.eq(excluded(s::next_steps)),
                s::violations.eq(excluded(s::violations)),
                s::updated_at.eq(excluded(s::updated_at)),
                s::texts_cipher.eq(excluded(s::texts_cipher)),
            ),
        ))
        .returning(TutoringSessionRow::as_returning())
        .get_results(conn)
        .await?)
}

/// At most `limit` sessions whose texts are not encrypted yet, locked until the transaction ends; those that another
/// transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_unsealed_sessions(
    conn: &mut AsyncPgConnection,
    limit: i64,
) -> DbResult<Vec<TutoringSessionRow>> {
    Ok(tutoring_sessions::table
        .filter(tutoring_sessions::texts_cipher.is_null())
        .order(tutoring_sessions::id)
        .limit(limit)
        .select(TutoringSessionRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// A session.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_tutoring_session(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<TutoringSessionRow> {
    Ok(tutoring_sessions::table
        .find(id)
        .select(TutoringSessionRow::as_select())
        .first(conn)
        .await?)
}

/// A page of the sessions that match `filter`, by when they started.
///
/// # Errors
/// When the database refuses.
pub async fn list_tutoring_sessions(
    conn: &mut AsyncPgConnection,
    filter: TutoringSessionFilter,
    page: PageQuery,
) -> DbResult<Vec<TutoringSessionRow>> {
    use tutoring_sessions::{id, started_at};
    let mut query = tutoring_sessions::table
        .select(TutoringSessionRow::as_select())
        .into_boxed();
    if let Some(student) = filter.student {
        query = query.filter(tutoring_sessions::student_id.eq(student));
    }
    if let Some(tutor) = filter.tutor {
        query = query.filter(tutoring_sessions::tutor_id.eq(tutor));
    }
    Ok(page_of!(query, page, started_at, id).load(conn).await?)
}
