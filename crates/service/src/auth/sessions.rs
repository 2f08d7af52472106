//! Browser sessions: opened at sign-in, kept alive by rotating the refresh token.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::auth::sessions::{SessionRow, insert_session};
use viral_engine_db::operators::OperatorRow;

use crate::context::Context;
use crate::error::ServiceResult;
use crate::secret::SecretText;

/// A session ends when it has not been refreshed for so long.
pub const IDLE_LIFE: TimeDelta = TimeDelta::days(7);
/// A session ends so long after sign-in, whatever its use.
pub const FULL_LIFE: TimeDelta = TimeDelta::days(30);

/// Where a session is used from.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Browser and system, for example `Firefox on Linux`.
    pub user_agent: String,
    /// Truncated network.
    pub ip_prefix: Option<String>,
}

/// What a browser is given; both tokens go into httpOnly cookies.
#[derive(Debug)]
pub struct SessionTokens {
    /// The session.
    pub session_id: Uuid,
    /// Access token.
    pub access: SecretText,
    /// When the access token ends.
    pub access_expires_at: DateTime<Utc>,
    /// Refresh token; `None` when the browser has the current one already.
    pub refresh: Option<SecretText>,
    /// When the session ends unless it is refreshed.
    pub expires_at: DateTime<Utc>,
    /// To be repeated on every write.
    pub csrf_token: String,
}

/// Opens a session for an operator who has just proved who they are.
///
/// # Errors
/// When the database refuses.
pub async fn open_session(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: &OperatorRow,
    browser: Browser,
) -> ServiceResult<SessionTokens> {
    let now = context.now();
    let id = Uuid::now_v7();
    let refresh = SecretText::random(&format!("{}.", id.simple()))?;
    let expires_at = now + IDLE_LIFE;
    let row = SessionRow {
        id,
        operator_id: operator.id,
        refresh_hash: refresh.hash().to_vec(),
        previous_refresh_hash: None,
        rotated_at: now,
        user_agent: browser.user_agent,
        ip_prefix: browser.ip_prefix,
        created_at: now,
        last_used_at: now,
        expires_at,
        ended_at: None,
    };
    insert_session(conn, &row).await?;
    tokens(context, &row, Some(refresh))
}

fn tokens(
    context: &Context,
    row: &SessionRow,
    refresh: Option<SecretText>,
) -> ServiceResult<SessionTokens> {
    let keys = &context.authentication.tokens;
    let (access, access_expires_at) = keys.issue(row.operator_id, row.id, context.now())?;
    Ok(SessionTokens {
        session_id: row.id,
        access: SecretText::new(access),
        access_expires_at,
        refresh,
        expires_at: row.expires_at,
        csrf_token: keys.csrf_token(row.id)?,
    })
}
