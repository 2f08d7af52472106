//! Browser sessions: opened at sign-in, kept alive by rotating the refresh token, ended by their operator.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::SessionId;
use viral_engine_api_types::auth::{Session, SessionList};
use viral_engine_db::auth::sessions::{self, Rotation, SessionRow};
use viral_engine_db::operators::OperatorRow;
use viral_engine_domain::mac::constant_time_eq;

use crate::audit;
use crate::auth::refresh_token;
use crate::caller::{Caller, Identity};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::{self, SecretText};

/// A session ends when it has not been refreshed for so long.
pub const IDLE_LIFE: TimeDelta = TimeDelta::days(7);
/// A session ends so long after sign-in, whatever its use.
pub const FULL_LIFE: TimeDelta = TimeDelta::days(30);
/// The token before the current one still serves for so long, so that two tabs do not sign each other out.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

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
    let refresh = refresh_token::new(&context.keys, id)?;
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
        expires_at: now + IDLE_LIFE,
        ended_at: None,
    };
    sessions::insert_session(conn, &row).await?;
    tokens(context, &row, Some(refresh))
}

/// What a refresh token leads to.
enum Outcome {
    Refreshed(Box<(OperatorRow, SessionTokens)>),
    Reused,
    Ended,
}

/// Exchanges a refresh token for new tokens and answers whose they are.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] when the session has ended, or ends now because an old token came back.
pub async fn refresh(
    context: &Context,
    token: &str,
    browser: Browser,
) -> ServiceResult<(OperatorRow, SessionTokens)> {
    const ENDED: ServiceError = ServiceError::Unauthenticated("the session has ended: sign in");
    let id = refresh_token::session(&context.keys, token).ok_or(ENDED)?;
    let mut conn = context.connection().await?;
    let outcome = conn
        .transaction(async |conn| exchange(conn, context, id, token, browser).await)
        .await?;
    match outcome {
        Outcome::Refreshed(refreshed) => Ok(*refreshed),
        Outcome::Ended => Err(ENDED),
        Outcome::Reused => {
            context.authentication.forget_session(id);
            tracing::warn!(session = %id, "an old refresh token came back: the session is ended");
            metrics::counter!("auth_refresh_tokens_reused_total").increment(1);
            Err(ENDED)
        }
    }
}

async fn exchange(
    conn: &mut AsyncPgConnection,
    context: &Context,
    id: Uuid,
    token: &str,
    browser: Browser,
) -> ServiceResult<Outcome> {
    let now = context.now();
    let Some((mut row, operator)) = sessions::lock_open_session(conn, id).await? else {
        return Ok(Outcome::Ended);
    };
    if row.expires_at <= now || operator.disabled_at.is_some() {
        return Ok(Outcome::Ended);
    }
    let sent = secret::hash(token);
    if constant_time_eq(&row.refresh_hash, &sent) {
        let refresh = refresh_token::new(&context.keys, id)?;
        row.expires_at = (now + IDLE_LIFE).min(row.created_at + FULL_LIFE);
        let rotation = Rotation {
            refresh_hash: &refresh.hash(),
            previous_refresh_hash: &sent,
            rotated_at: now,
            last_used_at: now,
            expires_at: row.expires_at,
            user_agent: &browser.user_agent,
            ip_prefix: browser.ip_prefix.as_deref(),
        };
        sessions::rotate_session(conn, id, &rotation).await?;
        let tokens = tokens(context, &row, Some(refresh))?;
        return Ok(Outcome::Refreshed(Box::new((operator, tokens))));
    }
    let previous = row.previous_refresh_hash.as_deref().unwrap_or_default();
    if constant_time_eq(previous, &sent) && now <= row.rotated_at + GRACE {
        let tokens = tokens(context, &row, None)?;
        return Ok(Outcome::Refreshed(Box::new((operator, tokens))));
    }
    sessions::end_session(conn, row.operator_id, id, now).await?;
    Ok(Outcome::Reused)
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

/// The caller's own sessions.
///
/// # Errors
/// [`ServiceError::Forbidden`]-like when the caller is no operator.
pub async fn list_sessions(context: &Context, caller: &Caller) -> ServiceResult<SessionList> {
    let (operator, current) = operator(caller)?;
    let mut conn = context.connection().await?;
    list_of(&mut conn, context, operator, Some(current)).await
}

pub(crate) async fn list_of(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: Uuid,
    current: Option<Uuid>,
) -> ServiceResult<SessionList> {
    let rows = sessions::list_open_sessions(conn, operator, context.now()).await?;
    let items = rows
        .into_iter()
        .map(|row| Session {
            id: row.id.into(),
            current: current == Some(row.id),
            user_agent: row.user_agent,
            ip_prefix: row.ip_prefix,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        })
        .collect();
    Ok(SessionList { items })
}

/// Ends one of the caller's own sessions.
///
/// # Errors
/// [`ServiceError::NotFound`] when the caller has none with this id.
pub async fn end_session(context: &Context, caller: &Caller, id: SessionId) -> ServiceResult<()> {
    let (operator, _) = operator(caller)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !sessions::end_session(conn, operator, id.0, context.now()).await? {
            return Err(ServiceError::NotFound("session"));
        }
        let object = ("session", id.to_string());
        let changes = serde_json::json!({ "ended": true });
        audit::record(
            conn,
            context,
            caller,
            "end_session",
            (object.0, &object.1),
            changes,
        )
        .await
    })
    .await?;
    context.authentication.forget_session(id.0);
    Ok(())
}

/// Ends the session that a browser's tokens name. Whatever the tokens are, the browser is signed out afterwards.
///
/// # Errors
/// When the database refuses.
pub async fn logout(
    context: &Context,
    access: Option<&str>,
    refresh: Option<&str>,
) -> ServiceResult<()> {
    let by_access = access.and_then(|token| {
        let claims = context.authentication.tokens.verify(token, context.now())?;
        Some(claims.sid)
    });
    let id = by_access.or_else(|| refresh_token::session(&context.keys, refresh?));
    let Some(id) = id else { return Ok(()) };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let Some((row, operator)) = sessions::lock_open_session(conn, id).await? else {
            return Ok(());
        };
        sessions::end_session(conn, row.operator_id, id, context.now()).await?;
        let caller = super::caller_of(&operator, id, row.ip_prefix.clone(), None)?;
        let changes = serde_json::json!({ "ended": true });
        audit::record(
            conn,
            context,
            &caller,
            "logout",
            ("session", &id.to_string()),
            changes,
        )
        .await
    })
    .await?;
    context.authentication.forget_session(id);
    Ok(())
}

/// Operator and session of a browser's caller.
pub(crate) fn operator(caller: &Caller) -> ServiceResult<(Uuid, Uuid)> {
    match &caller.identity {
        Identity::Operator { id, session, .. } => Ok((id.0, session.0)),
        _ => Err(ServiceError::Unauthenticated("sign in with a browser")),
    }
}
