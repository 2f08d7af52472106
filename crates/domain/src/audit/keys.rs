//! The audit trail's secret. One seed signs heads and, by keys derived from it, protects entries until they are sealed
//! and leaves between two heads.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey};

use super::head::{Head, PublicKey, SignedHead};
use super::leaf::next_in_chain;
use super::{Entry, EntryError, Hash, Leaf};
use crate::mac::{MAC_LEN, MacKey, Message, constant_time_eq};

/// One secret and what is derived from it.
#[derive(Clone)]
pub struct AuditKey {
    signing: SigningKey,
    public: PublicKey,
    entries: MacKey,
    leaves: MacKey,
}

impl AuditKey {
    /// The key of a seed of 32 random bytes.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let master = MacKey::new(seed);
        Self {
            public: PublicKey::of(signing.verifying_key()),
            entries: master.derive(&Message::new("viral-engine/audit-entry-mac/v1")),
            leaves: master.derive(&Message::new("viral-engine/audit-leaf-mac/v1")),
            signing,
        }
    }

    /// What others check heads with.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    fn leaf_mac(&self, leaf: &Leaf, chain_before: &Hash) -> [u8; MAC_LEN] {
        let hash = leaf.hash();
        let message = Message::new("viral-engine/audit-seal/v1")
            .bytes(&leaf.seq.to_be_bytes())
            .bytes(&hash)
            .bytes(&next_in_chain(chain_before, &hash));
        self.leaves.tag(&message)
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", self.public)
    }
}

/// The key in use, and those before it, which still vouch for what they made.
#[derive(Clone, Debug)]
pub struct AuditKeys {
    current: AuditKey,
    previous: Vec<AuditKey>,
}

impl AuditKeys {
    /// Keys, the former ones in any order.
    #[must_use]
    pub fn new(current: AuditKey, previous: Vec<AuditKey>) -> Self {
        Self { current, previous }
    }

    /// The key in use.
    #[must_use]
    pub fn current(&self) -> &AuditKey {
        &self.current
    }

    /// Public keys of all, the one in use first.
    pub fn public(&self) -> impl Iterator<Item = &PublicKey> {
        self.all().map(AuditKey::public)
    }

    fn all(&self) -> impl Iterator<Item = &AuditKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// Protects an entry until it is sealed.
    ///
    /// # Errors
    /// When the entry has no canonical bytes.
    pub fn protect_entry(&self, entry: &Entry<'_>) -> Result<[u8; MAC_LEN], EntryError> {
        Ok(self.current.entries.tag(&entry.canonical()?))
    }

    /// Whether the entry is as it was protected, by any of the keys.
    #[must_use]
    pub fn is_protected(&self, entry: &Entry<'_>, mac: &[u8]) -> bool {
        let Ok(message) = entry.canonical() else {
            return false;
        };
        self.all()
            .any(|key| constant_time_eq(&key.entries.tag(&message), mac))
    }

    /// Protects a leaf, and by the chain all before it, from whoever has the database and not the secret.
    #[must_use]
    pub fn protect_leaf(&self, leaf: &Leaf, chain_before: &Hash) -> [u8; MAC_LEN] {
        self.current.leaf_mac(leaf, chain_before)
    }

    /// Whether the leaf and what is before it are as they were protected, by any of the keys.
    #[must_use]
    pub fn is_leaf_protected(&self, leaf: &Leaf, chain_before: &Hash, mac: &[u8]) -> bool {
        self.all()
            .any(|key| constant_time_eq(&key.leaf_mac(leaf, chain_before), mac))
    }

    /// Signs a head with the key in use.
    #[must_use]
    pub fn sign(&self, size: u64, root: Hash) -> SignedHead {
        let public = &self.current.public;
        let head = Head {
            origin: public.name().to_owned(),
            size,
            root,
        };
        let signature = self.current.signing.sign(head.to_string().as_bytes());
        SignedHead::new(head, public, &signature.to_bytes())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::CHAIN_START;
    use super::super::entry::tests::ENTRY;
    use super::*;

    pub fn keys(seed: u8) -> AuditKeys {
        AuditKeys::new(AuditKey::new(&[seed; 32]), Vec::new())
    }

    #[test]
    fn an_entry_is_protected_by_its_key_and_by_those_that_came_after() {
        let old = keys(1);
        let mac = old.protect_entry(&ENTRY).unwrap();
        let rotated = AuditKeys::new(AuditKey::new(&[2; 32]), vec![old.current.clone()]);
        assert!(old.is_protected(&ENTRY, &mac));
        assert!(rotated.is_protected(&ENTRY, &mac));
        assert!(!keys(2).is_protected(&ENTRY, &mac));
        assert!(!old.is_protected(&ENTRY, &mac[1..]));
        let changed = Entry {
            object_id: "other",
            ..ENTRY
        };
        assert!(!old.is_protected(&changed, &mac));
    }

    #[test]
    fn a_leaf_is_protected_with_all_that_is_before_it() {
        let keys = keys(1);
        let leaf = Leaf {
            seq: 3,
            entry_id: ENTRY.id,
            sealed_as: super::super::SealedAs::Intact,
            entry_hash: [9; 32],
        };
        let mac = keys.protect_leaf(&leaf, &CHAIN_START);
        assert!(keys.is_leaf_protected(&leaf, &CHAIN_START, &mac));
        assert!(!keys.is_leaf_protected(&leaf, &[1; 32], &mac));
        assert!(!keys.is_leaf_protected(&Leaf { seq: 4, ..leaf }, &CHAIN_START, &mac));
    }

    #[test]
    fn a_key_prints_what_everybody_may_know() {
        let printed = format!("{:?}", keys(7));
        assert!(printed.contains(&keys(7).current().public().to_string()));
        assert!(!printed.contains(&hex::encode([7; 32])));
        assert!(!printed.contains("7, 7"));
    }
}
