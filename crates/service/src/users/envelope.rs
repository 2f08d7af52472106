//! What is of users is encrypted with keys of their own, which lie in the [key store](crate::key_store) and nowhere else.
//!
//! Layout: `00 56 45 31`, id of the master key that wraps (1), number of further layers (2), slot of the user's key (8,
//! big-endian), the user's id (16), nonce (12), ciphertext and tag. All of it is authenticated, with the row and the field.
//! What tells of several users has a layer for each: the end of any of their keys is the end of it.
//!
//! A field whose key is gone reads as one that was never there.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Key, KeyInit, Nonce, Payload};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use viral_engine_domain::mac::{MacKey, Message};

use super::personal::{Field, PersonalKeys, context, unreadable};
use crate::error::{ServiceError, ServiceResult};
use crate::key_store::NONCE_LEN;
use crate::secret::random_bytes;

/// How everything begins that is encrypted with users' keys. The database knows it too, see its migration.
const MAGIC: [u8; 4] = [0x00, b'V', b'E', b'1'];
const LAYERS: usize = 5;
const SLOT: usize = 7;
const USER: usize = 15;
const NONCE: usize = 31;
const SEALED: usize = NONCE + NONCE_LEN;

/// Where a user's key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserKey {
    /// The user.
    pub user: Uuid,
    /// Slot in the key store.
    pub slot: u64,
}

/// What a user's key is good for.
pub(crate) struct DataKey {
    cipher: Aes256Gcm,
    subjects: MacKey,
}

impl DataKey {
    fn new(bytes: &[u8]) -> Self {
        let key = MacKey::new(bytes);
        let cipher = key.tag(&Message::new("key of a user: encryption"));
        Self {
            cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(cipher)),
            subjects: key.derive(&Message::new("key of a user: subject in the audit trail")),
        }
    }

    /// The user's name in the audit trail: nobody can tell whose it was once the key is gone.
    pub(crate) fn subject(&self, user: Uuid) -> String {
        let message = Message::new("audit subject").bytes(user.as_bytes());
        format!(
            "subject:{}",
            hex::encode(self.subjects.short_tag::<16>(&message))
        )
    }
}

/// The part of a layer before its ciphertext.
struct Header<'a> {
    bytes: &'a [u8],
    layers: u16,
    key: UserKey,
    nonce: Nonce<Aes256Gcm>,
}

impl<'a> Header<'a> {
    fn read(stored: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (bytes, sealed) = stored.split_at_checked(SEALED)?;
        let header = Self {
            bytes,
            layers: u16::from_be_bytes(bytes[LAYERS..SLOT].try_into().ok()?),
            key: UserKey {
                slot: u64::from_be_bytes(bytes[SLOT..USER].try_into().ok()?),
                user: Uuid::from_slice(&bytes[USER..NONCE]).ok()?,
            },
            nonce: Nonce::<Aes256Gcm>::try_from(&bytes[NONCE..]).ok()?,
        };
        Some((header, sealed))
    }

    fn write(master: u8, layers: u16, key: UserKey, nonce: &[u8; NONCE_LEN]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEALED);
        bytes.extend_from_slice(&MAGIC);
        bytes.push(master);
        bytes.extend_from_slice(&layers.to_be_bytes());
        bytes.extend_from_slice(&key.slot.to_be_bytes());
        bytes.extend_from_slice(key.user.as_bytes());
        bytes.extend_from_slice(nonce);
        bytes
    }
}

fn authenticated(header: &[u8], owner: Uuid, field: Field) -> Vec<u8> {
    let mut bytes = header.to_vec();
    bytes.extend_from_slice(context(owner, field).as_bytes());
    bytes
}

/// Whether something was encrypted with users' keys.
fn is_by_user_key(stored: &[u8]) -> bool {
    stored.starts_with(&MAGIC)
}

impl PersonalKeys {
    /// Encrypts a field of a row that tells of users, so that it can be read while all of their keys are there. What is of
    /// nobody in particular has the master key alone.
    ///
    /// # Errors
    /// When a key is gone, or the system has no randomness.
    pub fn seal(
        &self,
        owner: Uuid,
        field: Field,
        text: &str,
        keys: &[UserKey],
    ) -> ServiceResult<Vec<u8>> {
        if keys.is_empty() {
            return self.encrypt(owner, field, text);
        }
        self.seal_bytes(owner, field, text.as_bytes(), keys)
    }

    /// The same of bytes, for at least one user.
    pub(crate) fn seal_bytes(
        &self,
        owner: Uuid,
        field: Field,
        bytes: &[u8],
        keys: &[UserKey],
    ) -> ServiceResult<Vec<u8>> {
        if keys.is_empty() || u16::try_from(keys.len()).is_err() {
            let users = keys.len();
            return Err(ServiceError::Internal(format!(
                "a text about {users} users"
            )));
        }
        let master = self.current_id()?;
        let mut text = bytes.to_vec();
        for (layers, key) in (0..).zip(keys) {
            let data_key = self.data_key(*key)?.ok_or_else(|| gone(key.user))?;
            let nonce = random_bytes::<NONCE_LEN>()?;
            let mut stored = Header::write(master, layers, *key, &nonce);
            let aad = authenticated(&stored, owner, field);
            let payload = Payload {
                msg: &text,
                aad: &aad,
            };
            let nonce = Nonce::<Aes256Gcm>::from(nonce);
            let sealed = data_key.cipher.encrypt(&nonce, payload);
            stored.extend_from_slice(&sealed.map_err(|_| not_encrypted())?);
            text = stored;
        }
        Ok(text)
    }

    /// Decrypts a field of the row `owner`; `None` when a user's key is gone.
    ///
    /// # Errors
    /// When it was altered, belongs elsewhere, or has a master key that is not configured.
    pub fn open(&self, owner: Uuid, field: Field, stored: &[u8]) -> ServiceResult<Option<String>> {
        Ok(self.opened(owner, field, stored)?.map(|(text, _)| text))
    }

    /// The same, with the keys it was encrypted with.
    ///
    /// # Errors
    /// As [`PersonalKeys::open`].
    pub fn opened(
        &self,
        owner: Uuid,
        field: Field,
        stored: &[u8],
    ) -> ServiceResult<Option<(String, Vec<UserKey>)>> {
        if !is_by_user_key(stored) {
            return Ok(Some((self.decrypt(owner, field, stored)?, Vec::new())));
        }
        let Some((bytes, keys)) = self.open_bytes(owner, field, stored)? else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes).map_err(|_| unreadable(owner, field))?;
        Ok(Some((text, keys)))
    }

    /// Decrypts what is no text, whichever keys it was encrypted with; `None` when a user's key is gone.
    ///
    /// # Errors
    /// As [`PersonalKeys::open`].
    pub(crate) fn opened_bytes(
        &self,
        owner: Uuid,
        field: Field,
        stored: &[u8],
    ) -> ServiceResult<Option<Vec<u8>>> {
        match is_by_user_key(stored) {
            true => Ok(self
                .open_bytes(owner, field, stored)?
                .map(|(bytes, _)| bytes)),
            false => self.decrypt_bytes(owner, field, stored).map(Some),
        }
    }

    /// The same of bytes that were encrypted with users' keys.
    pub(crate) fn open_bytes(
        &self,
        owner: Uuid,
        field: Field,
        stored: &[u8],
    ) -> ServiceResult<Option<(Vec<u8>, Vec<UserKey>)>> {
        let failed = || unreadable(owner, field);
        let mut keys = Vec::new();
        let mut text = stored.to_vec();
        loop {
            let (header, sealed) = Header::read(&text).ok_or_else(failed)?;
            let Some(data_key) = self.data_key(header.key)? else {
                return Ok(None);
            };
            let aad = authenticated(header.bytes, owner, field);
            let payload = Payload {
                msg: sealed,
                aad: &aad,
            };
            let opened = data_key.cipher.decrypt(&header.nonce, payload);
            let (opened, layers) = (opened.map_err(|_| failed())?, header.layers);
            keys.push(header.key);
            // Each layer counts those beneath it, so a text made by somebody else can not keep us here.
            if layers == 0 {
                keys.reverse();
                return Ok(Some((opened, keys)));
            }
            text = opened;
        }
    }

    /// A user's key; `None` when it is gone.
    ///
    /// # Errors
    /// When it is there and can not be read: the master key is not configured, or the store is out of reach.
    pub(crate) fn data_key(&self, key: UserKey) -> ServiceResult<Option<DataKey>> {
        match self.store.read(key.slot)?.of(key.user) {
            None => Ok(None),
            Some(wrapped) => self
                .unwrapped(key, &wrapped)
                .map(|bytes| Some(DataKey::new(&bytes))),
        }
    }
}

/// What a ciphertext is bound to whose row may keep another id than it was made with: what makes the row the one it is.
pub(crate) fn natural_id(kind: &'static str, parts: &[&str]) -> Uuid {
    let message = parts
        .iter()
        .fold(Message::new(kind), |message, part| message.text(part));
    let digest = Sha256::digest(message.as_bytes());
    Uuid::from_bytes(std::array::from_fn(|index| digest[index]))
}

fn gone(user: Uuid) -> ServiceError {
    ServiceError::Conflict(format!("the user {user} is being deleted"))
}

fn not_encrypted() -> ServiceError {
    ServiceError::Internal("a personal field could not be encrypted".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::config::SecretKey;
    use crate::key_store::KeyStore;

    struct World {
        _folder: tempfile::TempDir,
        keys: PersonalKeys,
        runtime: tokio::runtime::Runtime,
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let store = Arc::new(KeyStore::new(folder.path()));
            let keys = PersonalKeys::new(&SecretKey::new([7; 32]), None, &store);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime");
            Self {
                _folder: folder,
                keys,
                runtime,
            }
        }

        fn users(&self, count: usize) -> Vec<UserKey> {
            let users = (0..count).map(|_| Uuid::now_v7()).collect();
            self.runtime
                .block_on(self.keys.make_keys(users))
                .expect("keys")
        }

        fn destroy(&self, key: UserKey) {
            let destroyed = self.runtime.block_on(self.keys.destroy_keys(key.user));
            assert_eq!(destroyed.expect("the store"), 1);
        }
    }

    #[test]
    fn what_tells_of_several_users_is_gone_with_any_of_their_keys() {
        for lost in 0..3 {
            let world = World::new();
            let (keys, users, row) = (&world.keys, world.users(3), Uuid::now_v7());
            let stored = keys
                .seal(row, Field::EmailContent, "Ada and Bo", &users)
                .expect("seals");
            let opened = keys
                .opened(row, Field::EmailContent, &stored)
                .expect("opens");
            assert_eq!(opened, Some(("Ada and Bo".to_owned(), users.clone())));
            world.destroy(users[lost]);
            assert_eq!(
                keys.open(row, Field::EmailContent, &stored)
                    .expect("no fault"),
                None
            );
            assert!(
                keys.seal(row, Field::EmailContent, "again", &users)
                    .is_err()
            );
        }
    }

    #[test]
    fn what_is_of_nobody_outlives_every_user() {
        let world = World::new();
        let (keys, row) = (&world.keys, Uuid::now_v7());
        let stored = keys
            .seal(row, Field::EmailContent, "hello", &[])
            .expect("seals");
        world
            .users(1)
            .into_iter()
            .for_each(|key| world.destroy(key));
        let opened = keys.open(row, Field::EmailContent, &stored).expect("opens");
        assert_eq!(opened.as_deref(), Some("hello"));
    }

    #[test]
    fn a_replaced_master_key_rewraps_and_is_not_needed_any_more() {
        let world = World::new();
        let (users, row) = (world.users(5), Uuid::now_v7());
        let stored = world
            .keys
            .seal(row, Field::Name, "Ada", &users[1..2])
            .expect("seals");
        world.destroy(users[4]);
        let (old, new) = (SecretKey::new([7; 32]), SecretKey::new([8; 32]));
        let both = PersonalKeys::new(&new, Some(&old), &world.keys.store);
        let alone = PersonalKeys::new(&new, None, &world.keys.store);
        assert!(alone.open(row, Field::Name, &stored).is_err());
        assert_eq!(world.runtime.block_on(both.rewrap()).expect("rewraps"), 4);
        assert_eq!(world.runtime.block_on(both.rewrap()).expect("rewraps"), 0);
        let opened = alone.open(row, Field::Name, &stored).expect("opens");
        assert_eq!(opened.as_deref(), Some("Ada"));
        assert!(!alone.has(users[4]).expect("a slot"));
    }

    #[test]
    fn a_subject_is_the_users_own_and_ends_with_the_key() {
        let world = World::new();
        let users = world.users(2);
        let subject = |key: UserKey| {
            let data_key = world.keys.data_key(key).expect("the store");
            data_key.map(|data_key| data_key.subject(key.user))
        };
        assert_eq!(subject(users[0]), subject(users[0]));
        assert_ne!(subject(users[0]), subject(users[1]));
        world.destroy(users[0]);
        assert_eq!(subject(users[0]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_text_comes_back_and_can_be_neither_altered_nor_moved(text: String, layers in 1_usize..4, bit: prop::sample::Index) {
            let world = World::new();
            let (keys, users, row) = (&world.keys, world.users(layers), Uuid::now_v7());
            let stored = keys.seal(row, Field::Name, &text, &users).expect("seals");
            let opened = keys.open(row, Field::Name, &stored).expect("opens");
            prop_assert_eq!(opened, Some(text));
            prop_assert!(keys.open(Uuid::now_v7(), Field::Name, &stored).is_err());
            prop_assert!(keys.open(row, Field::Handle, &stored).is_err());
            let mut altered = stored.clone();
            let bit = bit.index(stored.len() * 8);
            altered[bit / 8] ^= 1 << (bit % 8);
            // Another slot or user has no key there; anything else is a fault.
            prop_assert!(matches!(keys.open(row, Field::Name, &altered), Err(_) | Ok(None)));
        }
    }
}
