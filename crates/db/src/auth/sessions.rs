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

/// A session that has not been ended, locked until the transaction ends, with its operator.
///
/// # Errors
/// When the database refuses.
pub async fn lock_open_session(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<Option<(SessionRow, OperatorRow)>> {
    let session = sessions::table
        .filter(sessions::id.eq(id).and(sessions::ended_at.is_null()))
        .select(SessionRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    let Some(session) = session else {
        return Ok(None);
    };
    let operator = operators::table
        .find(session.operator_id)
        .select(OperatorRow::as_select())
        .first(conn)
        .await?;
    Ok(Some((session, operator)))
}

/// What a rotation changes.
#[derive(AsChangeset)]
#[diesel(table_name = sessions)]
pub struct Rotation<'a> {
    /// SHA-256 of the new refresh token.
    pub refresh_hash: &'a [u8],
    /// SHA-256 of the one it follows.
    pub previous_refresh_hash: &'a [u8],
    /// Now.
    pub rotated_at: DateTime<Utc>,
    /// Now.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is refreshed.
    pub expires_at: DateTime<Utc>,
    /// Browser and system.
    pub user_agent: &'a str,
    /// Truncated network.
    pub ip_prefix: Option<&'a str>,
}

/// Stores a rotation.
///
/// # Errors
/// When the database refuses.
pub async fn rotate_session(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    rotation: &Rotation<'_>,
) -> DbResult<()> {
    diesel::update(sessions::table.find(id))
        .set(rotation)
        .execute(conn)
        .await?;
    Ok(())
}

/// Sessions of an operator that are neither ended nor over, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_open_sessions(
    conn: &mut AsyncPgConnection,
    operator: Uuid,
    now: DateTime<Utc>,
) -> DbResult<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::operator_id.eq(operator))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(conn)
        .await?)
}

/// Ends one session of an operator. Answers false when it has none with this id that is open.
///
/// # Errors
/// When the database refuses.
pub async fn end_session(
    conn: &mut AsyncPgConnection,
    operator: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::operator_id.eq(operator))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .execute(conn)
        .await?;
    Ok(ended == 1)
}

/// Ends all sessions of an operator but `keep`, and answers how many that were.
///
/// # Errors
/// When the database refuses.
pub async fn end_sessions(
    conn: &mut AsyncPgConnection,
    operator: Uuid,
    keep: Option<Uuid>,
    now: DateTime<Utc>,
) -> DbResult<usize> {
    Ok(diesel::update(sessions::table)
        .filter(sessions::operator_id.eq(operator))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::id.nullable().is_distinct_from(keep))
        .set(sessions::ended_at.eq(now))
        .execute(conn)
        .await?)
}

/// Removes sessions that ended before `before` and answers how many that were.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old_sessions(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    Ok(diesel::delete(sessions::table)
        .filter(
            sessions::ended_at
                .lt(before)
                .or(sessions::expires_at.lt(before).nullable()),
        )
        .execute(conn)
        .await?)
}
