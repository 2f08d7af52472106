//! Signed-in browsers. A session lives as long as its refresh token is rotated in time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::operators::OperatorRow;
use crate::schema::{operators, sessions};

/// A session as stored.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct SessionRow {
    /// Its id.
    pub id: Uuid,
    /// Who signed in.
    pub operator_id: Uuid,
    /// SHA-256 of the refresh token that is to come next.
    pub refresh_hash: Vec<u8>,
    /// SHA-256 of the one before it.
    pub previous_refresh_hash: Option<Vec<u8>>,
    /// When the token was last rotated.
    pub rotated_at: DateTime<Utc>,
    /// Browser and system.
    pub user_agent: String,
    /// Truncated network of the last use.
    pub ip_prefix: Option<String>,
    /// Sign-in.
    pub created_at: DateTime<Utc>,
    /// Last refresh.
    pub last_used_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Stores a new session.
///
/// # Errors
/// When the database refuses.
pub async fn insert_session(conn: &mut AsyncPgConnection, row: &SessionRow) -> DbResult<()> {
    diesel::insert_into(sessions::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A session that has not been ended, with its operator.
///
/// # Errors
/// When the database refuses.
pub async fn find_open_session(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<Option<(SessionRow, OperatorRow)>> {
    Ok(sessions::table
        .inner_join(operators::table.on(operators::id.eq(sessions::operator_id)))
        .filter(sessions::id.eq(id).and(sessions::ended_at.is_null()))
        .select((SessionRow::as_select(), OperatorRow::as_select()))
        .first(conn)
        .await
        .optional()?)
}
