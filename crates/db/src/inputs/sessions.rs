//! Study sessions and explicit opt-outs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{opt_outs, study_sessions};

/// A study session as stored.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = study_sessions, check_for_backend(diesel::pg::Pg))]
pub struct StudySessionRow {
    /// Its id.
    pub id: Uuid,
    /// The host.
    pub host_id: Uuid,
    /// Who took part, each once.
    pub participant_ids: Vec<Uuid>,
    /// Who was invited, each once.
    pub invited_ids: Vec<Uuid>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
}

/// An explicit opt-out as stored.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = opt_outs, check_for_backend(diesel::pg::Pg))]
pub struct OptOutRow {
    /// Its id.
    pub id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// What the user does not want any more.
    pub scope: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
}

/// Stores study sessions.
///
/// # Errors
/// When the database refuses.
pub async fn insert_study_sessions(
    conn: &mut AsyncPgConnection,
    rows: &[StudySessionRow],
) -> DbResult<()> {
    diesel::insert_into(study_sessions::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores opt-outs.
///
/// # Errors
/// When the database refuses.
pub async fn insert_opt_outs(conn: &mut AsyncPgConnection, rows: &[OptOutRow]) -> DbResult<()> {
    diesel::insert_into(opt_outs::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
