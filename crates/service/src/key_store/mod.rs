//! The key store: a key of their own for each user, apart from the database and its backups.
//!
//! What identifies a user is encrypted with the user's key, and the key lies here alone. Destroying it makes unreadable
//! what any backup of the database holds. That needs a place in which overwriting overwrites: a file of slots of a fixed
//! size, written in place. A database library would leave the former page in its journal or its free list (see ADR 0008).
//!
//! A slot is given out once and never again. Nothing is cached: a slot is read from the file whenever it is needed (the
//! system's page cache makes that microseconds), so that a key is gone on every node as soon as it is gone from the file.

mod file;
mod slot;

pub use file::{KeyStore, KeyStoreError};
pub(crate) use slot::{KEY_LEN, NONCE_LEN, Slot, Wrapped};

use crate::error::ServiceError;

impl From<KeyStoreError> for ServiceError {
    fn from(error: KeyStoreError) -> Self {
        Self::Unavailable(format!("the key store: {error}"))
    }
}
