//! From a request's credentials to its caller.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;
use viral_engine_api_types::permissions::{Permission, Role};
use viral_engine_db::api_keys::{self, ApiKeyRow};
use viral_engine_db::auth::sessions;

use crate::caller::Identity;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::secret;

/// What is remembered of a session for less than a second.
#[derive(Clone, Debug)]
pub struct SessionState {
    operator_id: Uuid,
    email: String,
    role: Role,
    expires_at: DateTime<Utc>,
}

/// The operator behind an access token whose session is still open.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] for any other token.
pub async fn authenticate_access_token(context: &Context, token: &str) -> ServiceResult<Identity> {
    const EXPIRED: ServiceError = ServiceError::Unauthenticated("the session has ended: sign in");
    let now = context.now();
    let authentication = &context.authentication;
    let claims = authentication.tokens.verify(token, now).ok_or(EXPIRED)?;
    let state = session_state(context, claims.sid).await?;
    let state = state.filter(|state| now < state.expires_at && state.operator_id == claims.sub);
    let state = state.ok_or(EXPIRED)?;
    Ok(Identity::Operator {
        id: state.operator_id.into(),
        email: state.email.clone(),
        role: state.role,
        session: claims.sid.into(),
    })
}

/// Whether a caller who was let in may still do `permission`, for answers that go on.
///
/// # Errors
/// When the database can not be asked.
pub async fn still_allowed(
    context: &Context,
    identity: &Identity,
    permission: Permission,
) -> ServiceResult<bool> {
    let now = context.now();
    match identity {
        Identity::Operator { session, .. } => {
            let state = session_state(context, session.0).await?;
            Ok(state.is_some_and(|state| now < state.expires_at && state.role.allows(permission)))
        }
        Identity::ApiKey { id, .. } => {
            let mut conn = context.connection().await?;
            let key = api_keys::find_api_key(&mut conn, id.0).await?;
            Ok(key.is_some_and(|key| {
                is_valid(&key, now) && permissions(&key.scopes).contains(&permission)
            }))
        }
        Identity::Guardian { .. } => Ok(false),
        Identity::System => Ok(true),
    }
}

async fn session_state(context: &Context, id: Uuid) -> ServiceResult<Option<Arc<SessionState>>> {
    let sessions = &context.authentication.sessions;
    if let Some(state) = sessions.get(&id) {
        return Ok(state);
    }
    let state = load_session(context, id).await?;
    sessions.insert(id, state.clone());
    Ok(state)
}

async fn load_session(context: &Context, id: Uuid) -> ServiceResult<Option<Arc<SessionState>>> {
    let mut conn = context.connection().await?;
    let found = sessions::find_open_session(&mut conn, id).await?;
    Ok(found.and_then(|(session, operator)| {
        if operator.disabled_at.is_some() {
            return None;
        }
        Some(Arc::new(SessionState {
            operator_id: operator.id,
            role: Role::parse(&operator.role)?,
            email: operator.email,
            expires_at: session.expires_at,
        }))
    }))
}

/// The API key behind a secret.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] when it is unknown, expired or revoked.
pub async fn authenticate_api_key(context: &Context, secret: &str) -> ServiceResult<Identity> {
    let hash = secret::hash(secret);
    let authentication = &context.authentication;
    let key = match authentication.api_keys.get(&hash) {
        Some(key) => key,
        None => {
            let mut conn = context.connection().await?;
            let row = api_keys::find_api_key_by_hash(&mut conn, &hash).await?;
            let key = row.map(Arc::new);
            authentication.api_keys.insert(hash, key.clone());
            key
        }
    };
    let now = context.now();
    let key = key
        .filter(|key| is_valid(key, now))
        .ok_or(ServiceError::Unauthenticated("the API key is not valid"))?;
    note_use(context, &key, now);
    Ok(Identity::ApiKey {
        id: key.id.into(),
        name: key.name.clone(),
        permissions: permissions(&key.scopes),
    })
}

fn is_valid(key: &ApiKeyRow, now: DateTime<Utc>) -> bool {
    key.expires_at.is_none_or(|end| now < end) && key.revoked_at.is_none_or(|end| now < end)
}

/// What scopes allow; `*` is everything a key may do.
pub fn permissions(scopes: &[String]) -> Vec<Permission> {
    if scopes.iter().any(|scope| scope == "*") {
        let all = Permission::ALL.iter().copied();
        return all.filter(|p| p.grantable_to_api_key()).collect();
    }
    let named = scopes.iter().filter_map(|scope| Permission::parse(scope));
    named.filter(|p| p.grantable_to_api_key()).collect()
}

/// Writes the time of last use at most once a minute and beside the request: no answer waits for it.
fn note_use(context: &Context, key: &ApiKeyRow, now: DateTime<Utc>) {
    let Ok(minute) = now.duration_trunc(TimeDelta::minutes(1)) else {
        return;
    };
    let uses = &context.authentication.key_uses;
    let known = uses.get(&key.id);
    if known.is_some_and(|noted| noted >= minute.timestamp()) {
        return;
    }
    uses.insert(key.id, minute.timestamp());
    let (context, id) = (context.clone(), key.id);
    tokio::spawn(async move {
        let result = async {
            let mut conn = context.connection().await?;
            api_keys::touch_api_key(&mut conn, id, minute).await?;
            ServiceResult::Ok(())
        };
        if let Err(error) = result.await {
            tracing::warn!(%error, "the last use of an API key was not noted");
        }
    });
}
