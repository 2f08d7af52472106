//! What students achieved.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::achievements;

/// An achievement as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = achievements, check_for_backend(diesel::pg::Pg))]
pub struct AchievementRow {
    /// Its id.
    pub id: Uuid,
    /// Who earned it.
    pub student_id: Uuid,
    /// The platform's kind.
    pub kind: String,
    /// What people read, redacted.
    pub name: String,
    /// When it was earned.
    pub earned_at: DateTime<Utc>,
    /// Findings of personal information.
    pub violations: i32,
    /// When it was reported first.
    pub created_at: DateTime<Utc>,
    /// The name, encrypted with the student's key; then there is none in clear.
    pub name_cipher: Option<Vec<u8>>,
}

/// Stores achievements, each student, kind and time once, and answers them as they are stored.
///
/// # Errors
/// When the database refuses.
pub async fn upsert_achievements(
    conn: &mut AsyncPgConnection,
    rows: &[AchievementRow],
) -> DbResult<Vec<AchievementRow>> {
    use achievements as a;
    Ok(diesel::insert_into(a::table)
        .values(rows)
        .on_conflict((a::student_id, a::kind, a::earned_at))
        .do_update()
        .set((
            a::name.eq(excluded(a::name)),
            a::name_cipher.eq(excluded(a::name_cipher)),
            a::violations.eq(excluded(a::violations)),
        ))
        .returning(AchievementRow::as_returning())
        .get_results(conn)
        .await?)
}

/// At most `limit` achievements whose names are not encrypted yet, locked until the transaction ends; those that another
/// transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_unsealed_achievements(
    conn: &mut AsyncPgConnection,
    limit: i64,
) -> DbResult<Vec<AchievementRow>> {
    Ok(achievements::table
        .filter(achievements::name_cipher.is_null())
        .order(achievements::id)
        .limit(limit)
        .select(AchievementRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// A page of the achievements, of one student if that is given, by when they were earned.
///
/// # Errors
/// When the database refuses.
pub async fn list_achievements(
    conn: &mut AsyncPgConnection,
    student: Option<Uuid>,
    page: PageQuery,
) -> DbResult<Vec<AchievementRow>> {
    use achievements::{earned_at, id};
    let mut query = achievements::table
        .select(AchievementRow::as_select())
        .into_boxed();
    if let Some(student) = student {
        query = query.filter(achievements::student_id.eq(student));
    }
    Ok(page_of!(query, page, earned_at, id).load(conn).await?)
}
