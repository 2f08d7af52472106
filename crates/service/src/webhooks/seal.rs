//! Secrets of receivers at rest: they sign, so they must be read again and can not be hashed.
//!
//! AES-256-GCM under a key derived from that of personal data, with the receiver's id authenticated, so that a secret
//! can not be moved to another receiver. Layout as for personal fields: key id (1), nonce (12), ciphertext and tag.
//! They follow that key when it is replaced.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Key, KeyInit, Nonce, Payload};
use diesel_async::AsyncConnection;
use uuid::Uuid;
use viral_engine_db::webhooks::{lock_endpoints, save_endpoint};
use viral_engine_domain::mac::{MacKey, Message};
use viral_engine_domain::webhooks::SigningSecret;
use zeroize::Zeroizing;

use crate::config::{Keys, SecretKey};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::random_bytes;

const NONCE_LEN: usize = 12;

/// The keys that secrets are sealed with.
pub(super) struct SealKeys {
    current: SealKey,
    previous: Option<SealKey>,
}

struct SealKey {
    id: u8,
    cipher: Aes256Gcm,
}

impl SealKey {
    fn new(key: &SecretKey) -> Self {
        let master = MacKey::new(key.expose());
        let [id] = master.short_tag(&Message::new("webhook secrets: key id"));
        let bytes = master.tag(&Message::new("webhook secrets: encryption"));
        Self {
            id,
            cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(bytes)),
        }
    }

    fn open(&self, endpoint: Uuid, nonce: &Nonce<Aes256Gcm>, sealed: &[u8]) -> Option<String> {
        let payload = Payload {
            msg: sealed,
            aad: endpoint.as_bytes(),
        };
        String::from_utf8(self.cipher.decrypt(nonce, payload).ok()?).ok()
    }
}

impl SealKeys {
    /// Derives them from the configured keys.
    pub fn of(keys: &Keys) -> Self {
        Self {
            current: SealKey::new(&keys.personal_data),
            previous: keys.personal_data_previous.as_ref().map(SealKey::new),
        }
    }

    /// Seals a secret of a receiver with the current key.
    pub fn seal(&self, endpoint: Uuid, secret: &SigningSecret) -> ServiceResult<Vec<u8>> {
        let nonce = Nonce::<Aes256Gcm>::from(random_bytes::<NONCE_LEN>()?);
        let text = secret.expose();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: endpoint.as_bytes(),
        };
        let sealed =
            self.current.cipher.encrypt(&nonce, payload).map_err(|_| {
                ServiceError::Internal("a secret could not be encrypted".to_owned())
            })?;
        let mut stored = vec![self.current.id];
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Opens a secret of a receiver.
    pub fn open(&self, endpoint: Uuid, stored: &[u8]) -> ServiceResult<SigningSecret> {
        let failed = || {
            ServiceError::Internal(format!(
                "the secret of webhook {endpoint} can not be decrypted"
            ))
        };
        let (id, rest) = stored.split_first().ok_or_else(failed)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::<Aes256Gcm>::try_from(nonce).map_err(|_| failed())?;
        let text = std::iter::once(&self.current)
            .chain(&self.previous)
            .filter(|key| key.id == *id)
            .find_map(|key| key.open(endpoint, &nonce, sealed))
            .ok_or_else(failed)?;
        SigningSecret::parse(&Zeroizing::new(text)).map_err(|_| failed())
    }

    fn is_current(&self, stored: &[u8]) -> bool {
        stored.first() == Some(&self.current.id)
    }
}

/// A new secret of 256 random bits.
pub(super) fn new_secret() -> ServiceResult<SigningSecret> {
    let bytes = Zeroizing::new(random_bytes::<32>()?);
    SigningSecret::new(bytes.as_slice()).map_err(|error| ServiceError::Internal(error.to_string()))
}

/// Seals every secret with the current key that is not yet, and answers how many receivers that were. Does nothing
/// without a former key.
///
/// # Errors
/// When the database refuses, or a secret was sealed with a key that is not configured.
pub(crate) async fn reseal_webhook_secrets(context: &Context) -> ServiceResult<usize> {
    if context.keys.personal_data_previous.is_none() {
        return Ok(0);
    }
    let keys = SealKeys::of(&context.keys);
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut resealed = 0;
        for mut row in lock_endpoints(conn).await? {
            let previous = row.previous_secret.as_deref();
            if keys.is_current(&row.secret) && previous.is_none_or(|s| keys.is_current(s)) {
                continue;
            }
            let again = |stored: &[u8]| keys.seal(row.id, &keys.open(row.id, stored)?);
            let previous = previous.map(again).transpose()?;
            row.secret = again(&row.secret)?;
            row.previous_secret = previous;
            save_endpoint(conn, &row).await?;
            resealed += 1;
        }
        ServiceResult::Ok(resealed)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: u8, previous: Option<u8>) -> SealKeys {
        SealKeys {
            current: SealKey::new(&SecretKey::new([current; 32])),
            previous: previous.map(|key| SealKey::new(&SecretKey::new([key; 32]))),
        }
    }

    #[test]
    fn what_was_sealed_is_opened_also_after_the_key_was_replaced() {
        let (endpoint, secret) = (Uuid::now_v7(), new_secret().unwrap());
        let stored = keys(1, None).seal(endpoint, &secret).unwrap();
        for keys in [keys(1, None), keys(2, Some(1))] {
            let opened = keys.open(endpoint, &stored).unwrap();
            assert_eq!(opened.expose(), secret.expose());
        }
        assert!(keys(2, None).open(endpoint, &stored).is_err());
        assert!(!keys(2, Some(1)).is_current(&stored));
    }

    #[test]
    fn a_sealed_secret_can_not_be_altered_or_moved() {
        let (keys, endpoint) = (keys(1, None), Uuid::now_v7());
        let stored = keys.seal(endpoint, &new_secret().unwrap()).unwrap();
        assert!(keys.open(Uuid::now_v7(), &stored).is_err());
        for place in 0..stored.len() {
            let mut altered = stored.clone();
            altered[place] ^= 1;
            assert!(keys.open(endpoint, &altered).is_err(), "byte {place}");
        }
        assert!(keys.open(endpoint, &[]).is_err());
    }
}
