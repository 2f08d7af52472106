//! Personal fields: encrypted at rest, searchable only by a keyed hash of the whole value.
//!
//! AES-256-GCM with a random nonce; the id of the user (or email) and the field's name are authenticated with it, so
//! that a ciphertext can not be moved to another user or field. Layout: key id (1), nonce (12), ciphertext and tag.
//!
//! What is of a user is encrypted with the user's own key, see [`envelope`](super::envelope); the keys here wrap those, and
//! encrypt what is of nobody in particular. While a key is being replaced, both are read and searched; what is written has
//! the new one.

use std::sync::Arc;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Key, KeyInit, Nonce, Payload};
use uuid::Uuid;
use viral_engine_domain::lasting_keys::LastingKey;
use viral_engine_domain::mac::{MacKey, Message};

use super::normal::normal;
use crate::config::{Keys, SecretKey};
use crate::error::{ServiceError, ServiceResult};
use crate::key_store::{KeyStore, NONCE_LEN};
use crate::secret::random_bytes;

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
    /// Recipient of an email.
    EmailRecipient,
    /// What an email says, and the recipient's name.
    EmailContent,
    /// Address that gets no mail.
    SuppressedAddress,
    /// Who subscribes to reports.
    ReportRecipients,
    /// What messages to a receiver of webhooks are signed with.
    WebhookSecret,
    /// Address of a guardian who is asked for consent.
    ConsentContact,
    /// A form that a guardian has signed.
    ConsentForm,
    /// What was written about a tutoring session.
    SessionTexts,
    /// Who got an education record, and what for.
    DisclosureTexts,
    /// Name of an achievement.
    AchievementName,
    /// What a weekly recap tells.
    RecapContents,
    /// An archive of everything that is held on a user.
    Archive,
    /// By what a user is found who is being erased.
    DeletionNames,
    /// What authenticates the links of a former master key.
    LastingKeys,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle => "handle",
            Self::EmailRecipient => "recipient",
            Self::EmailContent => "content",
            Self::SuppressedAddress => "address",
            Self::ReportRecipients => "recipients",
            Self::WebhookSecret => "secret",
            Self::ConsentContact => "contact",
            Self::ConsentForm => "form",
            Self::SessionTexts | Self::DisclosureTexts => "texts",
            Self::AchievementName => "name",
            Self::RecapContents => "contents",
            Self::Archive => "archive",
            Self::DeletionNames => "names",
            Self::LastingKeys => "keys",
        }
    }

    /// The kind of object that has the field.
    fn owner(self) -> &'static str {
        match self {
            Self::Name | Self::Email | Self::Phone | Self::Handle => "users",
            Self::EmailRecipient | Self::EmailContent => "emails",
            Self::SuppressedAddress => "email_suppressions",
            Self::ReportRecipients => "report_subscriptions",
            Self::WebhookSecret => "webhook_endpoints",
            Self::ConsentContact => "consent_requests",
            Self::ConsentForm => "consent_forms",
            Self::SessionTexts => "tutoring_sessions",
            Self::DisclosureTexts => "disclosures",
            Self::AchievementName => "achievements",
            Self::RecapContents => "weekly_recaps",
            Self::Archive | Self::DeletionNames => "data_requests",
            // As the table was called when the first were sealed: the name is authenticated.
            Self::LastingKeys => "mail_link_keys",
        }
    }
}

/// The keys of personal fields, the current one first.
#[derive(Clone)]
pub struct PersonalKeys {
    pub(super) keys: Vec<PersonalKey>,
    pub(super) store: Arc<KeyStore>,
}

#[derive(Clone)]
pub(super) struct PersonalKey {
    /// Tells which key to try; should two share it, both are tried.
    pub(super) id: u8,
    cipher: Aes256Gcm,
    hash: MacKey,
    /// Encrypts the keys of users.
    pub(super) wrapping: Aes256Gcm,
}

impl PersonalKey {
    fn new(key: &SecretKey) -> Self {
        let master = MacKey::new(key.expose());
        let [id] = master.short_tag(&Message::new("personal fields: key id"));
        let bytes = master.tag(&Message::new("personal fields: encryption"));
        let wrapping = master.tag(&Message::new("personal fields: keys of users"));
        Self {
            id,
            cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(bytes)),
            hash: LastingKey::Searching.derive(key.expose()),
            wrapping: Aes256Gcm::new(&Key::<Aes256Gcm>::from(wrapping)),
        }
    }

    fn decrypt(&self, aad: &str, nonce: &Nonce<Aes256Gcm>, sealed: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload {
            msg: sealed,
            aad: aad.as_bytes(),
        };
        self.cipher.decrypt(nonce, payload).ok()
    }

    fn search_hash(&self, field: Field, normal: &str) -> Vec<u8> {
        hash_with(&self.hash, field, normal)
    }
}

fn hash_with(key: &MacKey, field: Field, normal: &str) -> Vec<u8> {
    let message = Message::new("personal field")
        .text(field.name())
        .text(normal);
    key.tag(&message).to_vec()
}

/// What an exact search for a field compares with where it was hashed with another key.
pub(crate) fn former_search_hash(key: &MacKey, field: Field, text: &str) -> Vec<u8> {
    hash_with(key, field, &normal(field, text))
}

impl PersonalKeys {
    /// Derives them from the configured keys.
    pub fn of(keys: &Keys) -> Self {
        let previous = keys.personal_data_previous.as_ref();
        Self::new(&keys.personal_data, previous, &keys.users)
    }

    pub(super) fn new(
        current: &SecretKey,
        previous: Option<&SecretKey>,
        store: &Arc<KeyStore>,
    ) -> Self {
        let secrets = std::iter::once(current).chain(previous);
        Self {
            keys: secrets.map(PersonalKey::new).collect(),
            store: Arc::clone(store),
        }
    }

    /// Id of the current key, the first byte of everything it encrypts.
    ///
    /// # Errors
    /// When there is no key, which is a fault of ours.
    pub fn current_id(&self) -> ServiceResult<u8> {
        Ok(self.current()?.id)
    }

    /// Whether something was encrypted with the current key.
    ///
    /// # Errors
    /// When there is no key, which is a fault of ours.
    pub fn is_current(&self, stored: &[u8]) -> ServiceResult<bool> {
        Ok(stored.first() == Some(&self.current_id()?))
    }

    /// Encrypts a field that is of nobody in particular with the current key; `owner` is the row that has it.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn encrypt(&self, owner: Uuid, field: Field, text: &str) -> ServiceResult<Vec<u8>> {
        self.encrypt_bytes(owner, field, text.as_bytes())
    }

    /// The same for what is no text.
    ///
    /// # Errors
    /// As [`Self::encrypt`].
    pub fn encrypt_bytes(&self, owner: Uuid, field: Field, bytes: &[u8]) -> ServiceResult<Vec<u8>> {
        let key = self.current()?;
        let nonce = Nonce::<Aes256Gcm>::from(random_bytes::<NONCE_LEN>()?);
        let aad = context(owner, field);
        let payload = Payload {
            msg: bytes,
            aad: aad.as_bytes(),
        };
        let sealed = key.cipher.encrypt(&nonce, payload).map_err(|_| {
            ServiceError::Internal("a personal field could not be encrypted".to_owned())
        })?;
        let mut stored = vec![key.id];
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Decrypts a field of the row `owner`.
    ///
    /// # Errors
    /// When it was altered, belongs elsewhere, or was encrypted with a key that is not configured.
    pub fn decrypt(&self, owner: Uuid, field: Field, stored: &[u8]) -> ServiceResult<String> {
        let bytes = self.decrypt_bytes(owner, field, stored)?;
        String::from_utf8(bytes).map_err(|_| unreadable(owner, field))
    }

    /// The same for what is no text.
    ///
    /// # Errors
    /// As [`Self::decrypt`].
    pub fn decrypt_bytes(
        &self,
        owner: Uuid,
        field: Field,
        stored: &[u8],
    ) -> ServiceResult<Vec<u8>> {
        let failed = || unreadable(owner, field);
        let (id, rest) = stored.split_first().ok_or_else(failed)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::<Aes256Gcm>::try_from(nonce).map_err(|_| failed())?;
        let aad = context(owner, field);
        self.keys
            .iter()
            .filter(|key| key.id == *id)
            .find_map(|key| key.decrypt(&aad, &nonce, sealed))
            .ok_or_else(failed)
    }

    /// What is stored for exact searches: email addresses and handles without regard to case, phone numbers by
    /// their digits.
    ///
    /// # Errors
    /// When there is no key, which is a fault of ours.
    pub fn search_hash(&self, field: Field, text: &str) -> ServiceResult<Vec<u8>> {
        Ok(self.current()?.search_hash(field, &normal(field, text)))
    }

    /// What an exact search compares with: a hash for each key in use.
    pub fn search_hashes(&self, field: Field, text: &str) -> Vec<Vec<u8>> {
        let normal = normal(field, text);
        let hashes = self.keys.iter().map(|key| key.search_hash(field, &normal));
        hashes.collect()
    }

    pub(super) fn current(&self) -> ServiceResult<&PersonalKey> {
        self.keys
            .first()
            .ok_or_else(|| ServiceError::Internal("there is no key for personal fields".to_owned()))
    }
}

pub(super) fn unreadable(owner: Uuid, field: Field) -> ServiceError {
    ServiceError::Internal(format!(
        "field {} of {}/{owner} can not be decrypted",
        field.name(),
        field.owner()
    ))
}

pub(super) fn context(owner: Uuid, field: Field) -> String {
    format!("{}/{owner}/{}", field.owner(), field.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(current: &SecretKey, previous: Option<&SecretKey>) -> PersonalKeys {
        PersonalKeys::new(current, previous, &Arc::new(KeyStore::new("/nowhere")))
    }

    fn keys() -> PersonalKeys {
        new(&SecretKey::new([7; 32]), None)
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
        let hash = |text| keys.search_hashes(Field::Email, text);
        assert_eq!(hash("Ada@Example.org"), hash(" ada@example.org"));
        assert_ne!(
            hash("ada@example.org"),
            keys.search_hashes(Field::Handle, "ada@example.org")
        );
        assert_eq!(
            keys.search_hashes(Field::Phone, "+49 (30) 12-34"),
            keys.search_hashes(Field::Phone, "+49301234")
        );
    }

    #[test]
    fn a_replaced_key_still_reads_and_finds_and_the_new_one_writes() {
        let (old, recent) = (SecretKey::new([7; 32]), SecretKey::new([8; 32]));
        let (before, after) = (new(&old, None), new(&recent, Some(&old)));
        let user = Uuid::now_v7();
        let stored = before.encrypt(user, Field::Name, "Ada").expect("encrypts");
        assert_eq!(
            after.decrypt(user, Field::Name, &stored).expect("decrypts"),
            "Ada"
        );
        assert_ne!(stored[0], after.current_id().expect("an id"));
        let rewritten = after.encrypt(user, Field::Name, "Ada").expect("encrypts");
        assert_eq!(rewritten[0], after.current_id().expect("an id"));
        assert!(before.decrypt(user, Field::Name, &rewritten).is_err());
        let hash = before.search_hash(Field::Email, "a@b.c").expect("a hash");
        assert!(after.search_hashes(Field::Email, "a@b.c").contains(&hash));
    }
}
