//! Personal fields: encrypted at rest, searchable only by a keyed hash of the whole value.
//!
//! AES-256-GCM with a random nonce; the user's id and the field's name are authenticated with it, so that a
//! ciphertext can not be moved to another user or field. Layout: version (1), nonce (12), ciphertext and tag.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Key, KeyInit, Nonce, Payload};
use uuid::Uuid;
use viral_engine_domain::mac::{MacKey, Message};

use crate::config::SecretKey;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::random_bytes;

const VERSION: u8 = 1;
const NONCE_LEN: usize = 12;

/// A field that identifies a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Full name.
    Name,
    /// Email address.
    Email,
    /// Phone number.
    Phone,
    /// Handle.
    Handle,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle => "handle",
        }
    }
}

/// The keys of personal fields, one for each purpose.
pub struct PersonalKeys {
    cipher: Aes256Gcm,
    hash: MacKey,
}

impl PersonalKeys {
    /// Derives them from the configured key.
    pub fn new(key: &SecretKey) -> Self {
        let master = MacKey::new(key.expose());
        let bytes = master.tag(&Message::new("personal fields: encryption"));
        Self {
            cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(bytes)),
            hash: master.derive(&Message::new("personal fields: search")),
        }
    }

    /// Encrypts a field of a user.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn encrypt(&self, user: Uuid, field: Field, text: &str) -> ServiceResult<Vec<u8>> {
        let nonce = Nonce::<Aes256Gcm>::from(random_bytes::<NONCE_LEN>()?);
        let aad = context(user, field);
        let payload = Payload {
            msg: text.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&nonce, payload).map_err(|_| {
            ServiceError::Internal("a personal field could not be encrypted".to_owned())
        })?;
        let mut stored = vec![VERSION];
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Decrypts a field of a user.
    ///
    /// # Errors
    /// When it was altered, belongs elsewhere, or was encrypted with another key.
    pub fn decrypt(&self, user: Uuid, field: Field, stored: &[u8]) -> ServiceResult<String> {
        let failed = || {
            ServiceError::Internal(format!(
                "field {} of user {user} can not be decrypted",
                field.name()
            ))
        };
        let (version, rest) = stored.split_first().ok_or_else(failed)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::<Aes256Gcm>::try_from(nonce).map_err(|_| failed())?;
        if *version != VERSION {
            return Err(failed());
        }
        let aad = context(user, field);
        let payload = Payload {
            msg: sealed,
            aad: aad.as_bytes(),
        };
        let text = self.cipher.decrypt(&nonce, payload).map_err(|_| failed())?;
        String::from_utf8(text).map_err(|_| failed())
    }

    /// What an exact search compares: email addresses without regard to case, phone numbers by their digits.
    pub fn search_hash(&self, field: Field, text: &str) -> Vec<u8> {
        let normal: String = match field {
            Field::Phone => text
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect(),
            Field::Name | Field::Email | Field::Handle => text.trim().to_lowercase(),
        };
        let message = Message::new("personal field")
            .text(field.name())
            .text(&normal);
        self.hash.tag(&message).to_vec()
    }
}

fn context(user: Uuid, field: Field) -> String {
    format!("users/{user}/{}", field.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> PersonalKeys {
        PersonalKeys::new(&SecretKey::new([7; 32]))
    }

    #[test]
    fn what_was_encrypted_comes_back() {
        let (keys, user) = (keys(), Uuid::now_v7());
        let stored = keys
            .encrypt(user, Field::Name, "Zoë Ångström")
            .expect("encrypts");
        assert_eq!(
            keys.decrypt(user, Field::Name, &stored).expect("decrypts"),
            "Zoë Ångström"
        );
        assert!(!stored.windows(4).any(|bytes| bytes == "ngst".as_bytes()));
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let (keys, user) = (keys(), Uuid::now_v7());
        let one = keys
            .encrypt(user, Field::Email, "a@example.org")
            .expect("encrypts");
        let other = keys
            .encrypt(user, Field::Email, "a@example.org")
            .expect("encrypts");
        assert_ne!(one, other);
    }

    #[test]
    fn a_ciphertext_can_not_be_altered_or_moved() {
        let (keys, user) = (keys(), Uuid::now_v7());
        let stored = keys.encrypt(user, Field::Name, "Ada").expect("encrypts");
        assert!(keys.decrypt(Uuid::now_v7(), Field::Name, &stored).is_err());
        assert!(keys.decrypt(user, Field::Handle, &stored).is_err());
        for place in 0..stored.len() {
            let mut altered = stored.clone();
            altered[place] ^= 1;
            assert!(
                keys.decrypt(user, Field::Name, &altered).is_err(),
                "byte {place}"
            );
        }
        assert!(keys.decrypt(user, Field::Name, &[]).is_err());
    }

    #[test]
    fn search_finds_the_same_address_however_it_is_written() {
        let keys = keys();
        let hash = |text| keys.search_hash(Field::Email, text);
        assert_eq!(hash("Ada@Example.org"), hash(" ada@example.org"));
        assert_ne!(
            hash("ada@example.org"),
            keys.search_hash(Field::Handle, "ada@example.org")
        );
        assert_eq!(
            keys.search_hash(Field::Phone, "+49 (30) 12-34"),
            keys.search_hash(Field::Phone, "+49301234")
        );
    }
}
