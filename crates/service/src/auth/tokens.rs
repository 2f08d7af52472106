//! Access tokens: JWTs of 15 minutes signed with HS256, and the CSRF token that belongs to a session.
//!
//! The algorithm is fixed, the key is chosen by the token's key id among the current and the previous one, and
//! time is the engine's clock. A CSRF token is a MAC of the session's id: nothing to store, nothing to guess.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_domain::mac::{MacKey, Message, constant_time_eq};

use crate::config::{Keys, SecretKey};
use crate::error::{ServiceError, ServiceResult};

const ISSUER: &str = "viral-engine";
const AUDIENCE: &str = "viral-engine-admin";
/// Life of an access token.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(15);

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The operator.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    iat: i64,
    exp: i64,
}

impl Claims {
    /// When the token ends.
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or_default()
    }
}

/// Keys for access and CSRF tokens, the current one first.
pub struct TokenKeys {
    keys: Vec<TokenKey>,
}

struct TokenKey {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    csrf: MacKey,
}

impl TokenKey {
    fn new(secret: &SecretKey) -> Self {
        let master = MacKey::new(secret.expose());
        let signing = master.tag(&Message::new("viral-engine/access-token/v1"));
        Self {
            id: hex::encode(
                master.short_tag::<4>(&Message::new("viral-engine/access-token-key-id/v1")),
            ),
            encoding: EncodingKey::from_secret(&signing),
            decoding: DecodingKey::from_secret(&signing),
            csrf: master.derive(&Message::new("viral-engine/csrf-key/v1")),
        }
    }

    fn csrf_token(&self, session: Uuid) -> String {
        let message = Message::new("viral-engine/csrf/v1").bytes(session.as_bytes());
        hex::encode(self.csrf.tag(&message))
    }
}

impl TokenKeys {
    /// Derives the keys of the session secrets.
    pub fn new(keys: &Keys) -> Self {
        let secrets = std::iter::once(&keys.sessions).chain(&keys.sessions_previous);
        Self {
            keys: secrets.map(TokenKey::new).collect(),
        }
    }

    /// A signed access token and when it ends.
    ///
    /// # Errors
    /// When signing fails, which is a fault of ours.
    pub fn issue(
        &self,
        operator: Uuid,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> ServiceResult<(String, DateTime<Utc>)> {
        let expires_at = now + ACCESS_LIFE;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: operator,
            sid: session,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let key = self.current()?;
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(key.id.clone());
        let token = jsonwebtoken::encode(&header, &claims, &key.encoding)
            .map_err(|error| ServiceError::Internal(format!("signing failed: {error}")))?;
        Ok((token, expires_at))
    }

    /// What a valid token says; `None` for any other.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.id == kid)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The library would ask the system's clock; the engine has its own.
        rules.validate_exp = false;
        let claims: Claims = jsonwebtoken::decode(token, &key.decoding, &rules)
            .ok()?
            .claims;
        let now = now.timestamp();
        (claims.iat <= now && now < claims.exp).then_some(claims)
    }

    /// The token that every write of a browser session must repeat.
    ///
    /// # Errors
    /// When there is no key, which is a fault of ours.
    pub fn csrf_token(&self, session: Uuid) -> ServiceResult<String> {
        Ok(self.current()?.csrf_token(session))
    }

    /// Whether `token` is the session's, in constant time.
    pub fn csrf_matches(&self, session: Uuid, token: &str) -> bool {
        self.keys.iter().fold(false, |found, key| {
            found | constant_time_eq(key.csrf_token(session).as_bytes(), token.as_bytes())
        })
    }

    fn current(&self) -> ServiceResult<&TokenKey> {
        self.keys
            .first()
            .ok_or_else(|| ServiceError::Internal("there is no session key".to_owned()))
    }
}
