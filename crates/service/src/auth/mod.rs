//! Signing in: access tokens, sessions and what a request's credentials say of its caller.
//!
//! An access token only names a session. Role and state come from the session's row through a cache of less
//! than a second, so that ending a session, changing a role or disabling an operator takes effect within one.

pub mod identity;
pub mod passwords;
mod refresh_token;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod throttle;
pub mod tokens;
pub mod user_agent;

pub use setup::{create_admin, create_first_setup_link};

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;
use viral_engine_api_types::permissions::Role;
use viral_engine_db::api_keys::ApiKeyRow;
use viral_engine_db::operators::OperatorRow;

use crate::auth::identity::SessionState;
use crate::auth::passwords::Passwords;
use crate::auth::tokens::TokenKeys;
use crate::caller::{Caller, Identity};
use crate::config::Keys;
use crate::error::{ServiceError, ServiceResult};

/// How long another node may still see what was revoked here; below the promised second.
const CACHE_TTL: Duration = Duration::from_millis(900);
/// Sessions and keys remembered at a time.
const CACHE_SIZE: u64 = 10_000;

/// Token keys and the short-lived caches of who may call.
pub struct Authentication {
    pub(crate) tokens: TokenKeys,
    pub(crate) passwords: Passwords,
    pub(crate) sessions: Cache<Uuid, Option<Arc<SessionState>>>,
    pub(crate) api_keys: Cache<[u8; 32], Option<Arc<ApiKeyRow>>>,
    pub(crate) key_uses: Cache<Uuid, i64>,
}

impl Authentication {
    /// Empty caches.
    pub fn new(keys: &Keys) -> Self {
        let short = || {
            Cache::builder()
                .max_capacity(CACHE_SIZE)
                .time_to_live(CACHE_TTL)
        };
        Self {
            tokens: TokenKeys::new(keys),
            passwords: Passwords::new(),
            sessions: short().build(),
            api_keys: Cache::builder()
                .max_capacity(CACHE_SIZE)
                .time_to_live(CACHE_TTL)
                .build(),
            key_uses: Cache::new(CACHE_SIZE),
        }
    }

    /// Whether `token` is the CSRF token of a session.
    pub fn csrf_matches(&self, session: Uuid, token: &str) -> bool {
        self.tokens.csrf_matches(session, token)
    }

    /// Forgets a session at once on this node, for example because it was ended.
    pub fn forget_session(&self, id: Uuid) {
        self.sessions.invalidate(&id);
    }

    /// Forgets every session and key at once on this node, for example because an operator's role changed.
    pub fn forget_all(&self) {
        self.sessions.invalidate_all();
        self.api_keys.invalidate_all();
    }
}

/// An operator with a session as the caller that the audit trail names.
fn caller_of(
    operator: &OperatorRow,
    session: Uuid,
    ip_prefix: Option<String>,
    request_id: Option<String>,
) -> ServiceResult<Caller> {
    let role = Role::parse(&operator.role)
        .ok_or_else(|| ServiceError::Internal(format!("stored role {}", operator.role)))?;
    Ok(Caller {
        identity: Identity::Operator {
            id: operator.id.into(),
            email: operator.email.clone(),
            role,
            session: session.into(),
        },
        request_id,
        ip_prefix,
    })
}
