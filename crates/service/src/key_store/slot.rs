//! A slot as it lies in the file.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | state: 0 never written, 1 live, 2 destroyed |
//! | 1 | version of this layout, 1 |
//! | 2 | id of the master key that wraps |
//! | 8 to 23 | the user, by our id |
//! | 24 to 35 | nonce |
//! | 36 to 83 | the user's key, AES-256-GCM with its tag |
//! | 120 to 127 | the first 8 bytes of the SHA-256 of what is before |
//!
//! Bytes that are not named are 0. 128 bytes at a multiple of 128 lie within one sector: a disk writes them as a whole or not
//! at all. Of a destroyed key nothing is left, not even whose it was.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes of a slot.
pub(crate) const SLOT_LEN: usize = 128;
/// Bytes of a user's key.
pub(crate) const KEY_LEN: usize = 32;
/// Bytes of a nonce of AES-GCM.
pub(crate) const NONCE_LEN: usize = 12;
/// Bytes of a wrapped key: the key and the tag of AES-GCM.
pub(crate) const SEALED_LEN: usize = KEY_LEN + 16;

const VERSION: u8 = 1;
const LIVE: u8 = 1;
const DESTROYED: u8 = 2;
const USER: usize = 8;
const NONCE: usize = 24;
const SEALED: usize = NONCE + NONCE_LEN;
const CHECKSUM: usize = 120;

/// A user's key, encrypted with a master key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Wrapped {
    /// Which master key.
    pub(crate) master: u8,
    /// Whose key it is.
    pub(crate) user: Uuid,
    /// Nonce.
    pub(crate) nonce: [u8; NONCE_LEN],
    /// Ciphertext and tag.
    pub(crate) sealed: [u8; SEALED_LEN],
}

/// What is in a slot.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Nothing was ever written.
    Empty,
    /// A key.
    Live(Wrapped),
    /// A key was here.
    Destroyed,
    /// Nothing that was written by us.
    Damaged,
}

impl Slot {
    pub(crate) fn encode(&self) -> [u8; SLOT_LEN] {
        let mut bytes = [0; SLOT_LEN];
        match self {
            Self::Empty | Self::Damaged => return bytes,
            Self::Destroyed => bytes[..2].copy_from_slice(&[DESTROYED, VERSION]),
            Self::Live(wrapped) => {
                bytes[..3].copy_from_slice(&[LIVE, VERSION, wrapped.master]);
                bytes[USER..NONCE].copy_from_slice(wrapped.user.as_bytes());
                bytes[NONCE..SEALED].copy_from_slice(&wrapped.nonce);
                bytes[SEALED..SEALED + SEALED_LEN].copy_from_slice(&wrapped.sealed);
            }
        }
        let checksum = checksum(&bytes);
        bytes[CHECKSUM..].copy_from_slice(&checksum);
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; SLOT_LEN]) -> Self {
        if bytes.iter().all(|byte| *byte == 0) {
            return Self::Empty;
        }
        if bytes[CHECKSUM..] != checksum(bytes) || bytes[1] != VERSION {
            return Self::Damaged;
        }
        match bytes[0] {
            LIVE => Self::Live(Wrapped {
                master: bytes[2],
                user: Uuid::from_bytes(part(bytes, USER)),
                nonce: part(bytes, NONCE),
                sealed: part(bytes, SEALED),
            }),
            DESTROYED => Self::Destroyed,
            _ => Self::Damaged,
        }
    }

    /// The key of a user, if it is here.
    pub(crate) fn of(self, user: Uuid) -> Option<Wrapped> {
        match self {
            Self::Live(wrapped) if wrapped.user == user => Some(wrapped),
            _ => None,
        }
    }
}

fn part<const N: usize>(bytes: &[u8; SLOT_LEN], from: usize) -> [u8; N] {
    std::array::from_fn(|index| bytes[from + index])
}

fn checksum(bytes: &[u8; SLOT_LEN]) -> [u8; SLOT_LEN - CHECKSUM] {
    let digest = Sha256::digest(&bytes[..CHECKSUM]);
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_comes_back_as_it_was_written(
            master: u8, user: u128, nonce: [u8; NONCE_LEN], sealed in proptest::array::uniform32(any::<u8>()),
        ) {
            let mut whole = [7; SEALED_LEN];
            whole[..32].copy_from_slice(&sealed);
            let slot = Slot::Live(Wrapped { master, user: Uuid::from_u128(user), nonce, sealed: whole });
            prop_assert!(Slot::decode(&slot.encode()) == slot);
        }

        #[test]
        fn a_changed_bit_is_no_key(place in 0..SLOT_LEN * 8, user: u128) {
            let wrapped = Wrapped {
                master: 3, user: Uuid::from_u128(user), nonce: [1; NONCE_LEN], sealed: [2; SEALED_LEN],
            };
            let mut bytes = Slot::Live(wrapped).encode();
            bytes[place / 8] ^= 1 << (place % 8);
            prop_assert!(Slot::decode(&bytes) == Slot::Damaged);
        }
    }

    #[test]
    fn of_a_destroyed_key_nothing_is_left() {
        let bytes = Slot::Destroyed.encode();
        assert!(bytes[2..CHECKSUM].iter().all(|byte| *byte == 0));
        assert!(Slot::decode(&bytes) == Slot::Destroyed);
        assert!(Slot::decode(&[0; SLOT_LEN]) == Slot::Empty);
    }
}
