//! Users' keys in the [key store](crate::key_store): made, wrapped with the master key, wrapped anew when that is replaced,
//! and destroyed.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Nonce, Payload};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::UserKey;
use super::personal::{PersonalKey, PersonalKeys};
use crate::error::{ServiceError, ServiceResult};
use crate::key_store::{KEY_LEN, KeyStoreError, NONCE_LEN, Slot, Wrapped};
use crate::secret::random_bytes;

impl PersonalKeys {
    /// A user's key, as its slot has it wrapped.
    ///
    /// # Errors
    /// When the master key that wraps it is not configured.
    pub(super) fn unwrapped(
        &self,
        key: UserKey,
        wrapped: &Wrapped,
    ) -> ServiceResult<Zeroizing<Vec<u8>>> {
        let aad = place(key);
        let nonce = Nonce::<Aes256Gcm>::from(wrapped.nonce);
        let masters = self.keys.iter().filter(|one| one.id == wrapped.master);
        let opened = masters.filter_map(|master| {
            let payload = Payload {
                msg: &wrapped.sealed,
                aad: aad.as_bytes(),
            };
            master.wrapping.decrypt(&nonce, payload).ok()
        });
        opened.map(Zeroizing::new).next().ok_or_else(|| {
            ServiceError::Internal(format!(
                "the key of user {} is wrapped with a PERSONAL_DATA_KEY that is not configured",
                key.user
            ))
        })
    }

    /// Whether a user's key is where it should be.
    pub(crate) fn has(&self, key: UserKey) -> ServiceResult<bool> {
        Ok(self.store.read(key.slot)?.of(key.user).is_some())
    }

    /// Makes keys for users, which are on the disk when this returns. They are nobody's until the rows of the users name
    /// them.
    ///
    /// # Errors
    /// When the key store can not be written.
    pub(crate) async fn make_keys(&self, users: Vec<Uuid>) -> ServiceResult<Vec<UserKey>> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let (store, master) = (self.store.clone(), self.current()?.clone());
        let made = tokio::task::spawn_blocking(move || {
            let first = store.append(users.len(), |index, slot| {
                let user = users.get(index).copied().unwrap_or_default();
                let bytes = random_bytes::<KEY_LEN>().map_err(|_| KeyStoreError::NoKey)?;
                wrap(&master, UserKey { user, slot }, &Zeroizing::new(bytes)[..])
            })?;
            let keys = users.into_iter().zip(first..);
            Ok::<_, KeyStoreError>(keys.map(|(user, slot)| UserKey { user, slot }).collect())
        });
        Ok(made
            .await
            .map_err(|error| ServiceError::Internal(error.to_string()))??)
    }

    /// Destroys every key of a user, and answers how many there were: what they encrypted can be read by nobody any more,
    /// wherever a copy is. The whole store is looked through, since a key can be there that no row names: its transaction
    /// was rolled back, or the store was lost once and put back.
    ///
    /// # Errors
    /// When the key store can not be written.
    pub(crate) async fn destroy_keys(&self, user: Uuid) -> ServiceResult<usize> {
        let store = self.store.clone();
        let destroyed = tokio::task::spawn_blocking(move || store.destroy_all_of(user));
        Ok(destroyed
            .await
            .map_err(|error| ServiceError::Internal(error.to_string()))??)
    }

    /// Wraps every key with the current master key that is not yet, and answers how many those were.
    ///
    /// # Errors
    /// When a key has a master key that is not configured; when the store can not be written.
    pub(crate) async fn rewrap(&self) -> ServiceResult<usize> {
        let keys = self.clone();
        let rewrapped = tokio::task::spawn_blocking(move || keys.rewrap_each());
        rewrapped
            .await
            .map_err(|error| ServiceError::Internal(error.to_string()))?
    }

    fn rewrap_each(&self) -> ServiceResult<usize> {
        let current = self.current()?;
        let mut rewrapped = 0;
        for slot in 0..self.store.len()? {
            let Slot::Live(wrapped) = self.store.read(slot)? else {
                continue;
            };
            if wrapped.master == current.id {
                continue;
            }
            let key = UserKey {
                user: wrapped.user,
                slot,
            };
            let bytes = self.unwrapped(key, &wrapped)?;
            // Read again under the lock: it may have been destroyed in between.
            let is_rewritten = self.store.rewrite(slot, |now| match now {
                Slot::Live(now) if now == wrapped => wrap(current, key, &bytes).map(Some),
                _ => Ok(None),
            })?;
            rewrapped += usize::from(is_rewritten);
        }
        Ok(rewrapped)
    }
}

fn wrap(master: &PersonalKey, key: UserKey, bytes: &[u8]) -> Result<Slot, KeyStoreError> {
    let nonce = random_bytes::<NONCE_LEN>().map_err(|_| KeyStoreError::NoKey)?;
    let aad = place(key);
    let payload = Payload {
        msg: bytes,
        aad: aad.as_bytes(),
    };
    let sealed = master
        .wrapping
        .encrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
        .map_err(|_| KeyStoreError::NoKey)?;
    Ok(Slot::Live(Wrapped {
        master: master.id,
        user: key.user,
        nonce,
        sealed: sealed.try_into().map_err(|_| KeyStoreError::NoKey)?,
    }))
}

/// What binds a wrapped key to its user and its slot.
fn place(key: UserKey) -> String {
    format!("user-keys/{}/{}", key.slot, key.user)
}
