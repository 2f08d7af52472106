//! What children did, for all children of a chunk at once. Each child has its own stretch of time, since parents live in
//! different time zones; days are left to the rules, which know the same time zones whatever PostgreSQL was built with.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    Array, Bytea, Double, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// A child and a stretch of time, its end not included.
#[derive(Clone, Copy, Debug)]
pub struct ChildWindow {
    /// The child.
    pub child: Uuid,
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant behind.
    pub to: DateTime<Utc>,
}

/// What a recap needs of a tutoring session.
#[derive(Clone, Debug, QueryableByName)]
#[expect(missing_docs, reason = "the columns are those of the session")]
pub struct SessionFact {
    #[diesel(sql_type = Text)]
    pub external_id: String,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: Uuid,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Integer)]
    pub minutes: i32,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub rating: Option<i16>,
    #[diesel(sql_type = Nullable<Double>)]
    pub improvement: Option<f64>,
    #[diesel(sql_type = Array<Text>)]
    pub skills: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    pub highlights: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    pub next_steps: Vec<String>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub texts_cipher: Option<Vec<u8>>,
}

/// When a child did something.
#[derive(Clone, Debug, QueryableByName)]
pub struct ActivityFact {
    /// The child.
    #[diesel(sql_type = SqlUuid)]
    pub child: Uuid,
    /// In no order.
    #[diesel(sql_type = Array<Timestamptz>)]
    pub times: Vec<DateTime<Utc>>,
}

/// What a child achieved.
#[derive(Clone, Debug, QueryableByName)]
pub struct AchievementFact {
    /// The child.
    #[diesel(sql_type = SqlUuid)]
    pub student_id: Uuid,
    /// What people read, unless it is encrypted.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The same, encrypted.
    #[diesel(sql_type = Nullable<Bytea>)]
    pub name_cipher: Option<Vec<u8>>,
    /// The platform's kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// When it was earned.
    #[diesel(sql_type = Timestamptz)]
    pub earned_at: DateTime<Utc>,
}

const SESSIONS: &str = "
SELECT s.external_id, s.student_id, s.subject, s.minutes, s.rating, s.improvement, s.skills, s.highlights, s.next_steps,
    s.texts_cipher
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS c (child, since, until)
CROSS JOIN LATERAL (
    SELECT * FROM tutoring_sessions t
    WHERE t.student_id = c.child AND t.started_at >= c.since AND t.started_at < c.until
) s ORDER BY s.student_id, s.started_at, s.id";

const ACTIVITY: &str = "
SELECT c.child, array_agg(a.started_at) AS times
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS c (child, since, until)
CROSS JOIN LATERAL (
    SELECT t.started_at FROM tutoring_sessions t
    WHERE t.student_id = c.child AND t.started_at >= c.since AND t.started_at < c.until
    UNION ALL
    SELECT h.started_at FROM study_sessions h
    WHERE h.host_id = c.child AND h.started_at >= c.since AND h.started_at < c.until
    UNION ALL
    SELECT p.started_at FROM study_sessions p
    WHERE p.participant_ids @> ARRAY[c.child] AND p.started_at >= c.since AND p.started_at < c.until
) a GROUP BY c.child";

const ACHIEVEMENTS: &str = "
SELECT a.student_id, a.name, a.name_cipher, a.kind, a.earned_at
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS c (child, since, until)
CROSS JOIN LATERAL (
    SELECT * FROM achievements e
    WHERE e.student_id = c.child AND e.earned_at >= c.since AND e.earned_at < c.until
) a ORDER BY a.student_id, a.earned_at, a.id";

/// Tutoring sessions that started within the windows, by child and time.
///
/// # Errors
/// When the database refuses.
pub async fn load_session_facts(
    conn: &mut AsyncPgConnection,
    windows: &[ChildWindow],
) -> DbResult<Vec<SessionFact>> {
    load(conn, SESSIONS, windows).await
}

/// When children were taught or studied with others, within the windows.
///
/// # Errors
/// When the database refuses.
pub async fn load_activity_facts(
    conn: &mut AsyncPgConnection,
    windows: &[ChildWindow],
) -> DbResult<Vec<ActivityFact>> {
    load(conn, ACTIVITY, windows).await
}

/// Achievements earned within the windows, by child and time.
///
/// # Errors
/// When the database refuses.
pub async fn load_achievement_facts(
    conn: &mut AsyncPgConnection,
    windows: &[ChildWindow],
) -> DbResult<Vec<AchievementFact>> {
    load(conn, ACHIEVEMENTS, windows).await
}

async fn load<T: QueryableByName<diesel::pg::Pg> + Send + 'static>(
    conn: &mut AsyncPgConnection,
    sql: &'static str,
    windows: &[ChildWindow],
) -> DbResult<Vec<T>> {
    let children: Vec<_> = windows.iter().map(|window| window.child).collect();
    let from: Vec<_> = windows.iter().map(|window| window.from).collect();
    let to: Vec<_> = windows.iter().map(|window| window.to).collect();
    Ok(sql_query(sql)
        .bind::<Array<SqlUuid>, _>(children)
        .bind::<Array<Timestamptz>, _>(from)
        .bind::<Array<Timestamptz>, _>(to)
        .load(conn)
        .await?)
}
