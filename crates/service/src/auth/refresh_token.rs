//! The refresh token: session id, 256 random bits and a MAC over both.
//!
//! The MAC tells a token that was once ours from one that was made up. Only the former, coming back when it is no
//! longer the current one, proves that somebody has a copy, and ends the session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;
use viral_engine_domain::mac::{MacKey, Message, constant_time_eq};

use crate::config::Keys;
use crate::error::ServiceResult;
use crate::secret::{SecretText, random_bytes};

const ID: usize = 16;
const RANDOM: usize = 32;
const TAG: usize = 16;

/// A new token of a session.
///
/// # Errors
/// When the system has no randomness.
pub fn new(keys: &Keys, session: Uuid) -> ServiceResult<SecretText> {
    let mut bytes = session.as_bytes().to_vec();
    bytes.extend_from_slice(&random_bytes::<RANDOM>()?);
    let tag = tag(&key(keys.sessions.expose()), &bytes);
    bytes.extend_from_slice(&tag);
    Ok(SecretText::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// The session of a token that we made; `None` for any other.
pub fn session(keys: &Keys, token: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    if bytes.len() != ID + RANDOM + TAG {
        return None;
    }
    let (message, sent) = bytes.split_at(ID + RANDOM);
    let secrets = std::iter::once(&keys.sessions).chain(&keys.sessions_previous);
    let ours = secrets.fold(false, |found, secret| {
        found | constant_time_eq(&tag(&key(secret.expose()), message), sent)
    });
    ours.then(|| Uuid::from_slice(&message[..ID]).ok())?
}

fn key(secret: &[u8; 32]) -> MacKey {
    MacKey::new(secret).derive(&Message::new("viral-engine/refresh-token-key/v1"))
}

fn tag(key: &MacKey, message: &[u8]) -> [u8; TAG] {
    key.short_tag(&Message::new("viral-engine/refresh-token/v1").bytes(message))
}
