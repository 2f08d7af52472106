//! A leaf: what stays of an entry for ever, also when the entry itself is pruned.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Hash;
use crate::mac::Message;

/// What sealing found. It is part of the leaf, so no later hand can take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedAs {
    /// As its MAC says it was written.
    Intact,
    /// Not as it was written: its MAC does not fit, or it has none.
    Changed,
    /// It was gone before it was sealed. Its hash is that of no bytes.
    Vanished,
    /// Written before the trail was sealed at all; stands only before the first entry with a MAC.
    Unprotected,
}

impl SealedAs {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Intact,
        Self::Changed,
        Self::Vanished,
        Self::Unprotected,
    ];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Changed => "changed",
            Self::Vanished => "vanished",
            Self::Unprotected => "unprotected",
        }
    }

    /// Reads what [`SealedAs::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What the hash of a leaf is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Place in the trail, from 0 and without gaps: the index of the leaf in the tree.
    pub seq: u64,
    /// The entry.
    pub entry_id: Uuid,
    /// What sealing found.
    pub sealed_as: SealedAs,
    /// SHA-256 of the entry's bytes.
    pub entry_hash: Hash,
}

impl Leaf {
    /// The leaf's hash in the tree: SHA-256 of 0x00 and its bytes (RFC 6962), version 1 of which are the label, the
    /// number as 8 bytes big-endian, the entry's id, what sealing found, and the hash of the entry.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let message = Message::new("viral-engine/audit-leaf/v1")
            .bytes(&self.seq.to_be_bytes())
            .bytes(self.entry_id.as_bytes())
            .text(self.sealed_as.as_str())
            .bytes(&self.entry_hash);
        Sha256::new()
            .chain_update([0])
            .chain_update(message.as_bytes())
            .finalize()
            .into()
    }

    /// The hash of an entry that is gone.
    #[must_use]
    pub fn hash_of_nothing() -> Hash {
        Sha256::digest([]).into()
    }
}

/// The chain's hash behind a leaf: SHA-256 of the one before it and the leaf's.
#[must_use]
pub fn next_in_chain(before: &Hash, leaf: &Hash) -> Hash {
    Sha256::new()
        .chain_update(before)
        .chain_update(leaf)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::super::CHAIN_START;
    use super::super::entry::tests::ENTRY;
    use super::*;

    fn leaf() -> Leaf {
        Leaf {
            seq: 7,
            entry_id: ENTRY.id,
            sealed_as: SealedAs::Intact,
            entry_hash: ENTRY.hash().unwrap(),
        }
    }

    #[test]
    fn the_documented_vector() {
        assert_eq!(
            hex::encode(leaf().hash()),
            "0fbb55216ddd782b1dd3296331b0571b7337f23c49cc344ad780d6f0777205fa"
        );
        assert_eq!(
            hex::encode(next_in_chain(&CHAIN_START, &leaf().hash())),
            "01109b03438116484df27391f910d3127aca831c797f99ae75aacc163f47fa68"
        );
    }

    #[test]
    fn every_part_counts() {
        let changed = [
            Leaf { seq: 8, ..leaf() },
            Leaf {
                entry_id: Uuid::nil(),
                ..leaf()
            },
            Leaf {
                sealed_as: SealedAs::Changed,
                ..leaf()
            },
            Leaf {
                entry_hash: Leaf::hash_of_nothing(),
                ..leaf()
            },
        ];
        assert!(changed.iter().all(|other| other.hash() != leaf().hash()));
    }

    #[test]
    fn what_sealing_found_reads_itself() {
        for it in SealedAs::ALL {
            assert_eq!(SealedAs::parse(it.as_str()), Some(it));
        }
        assert_eq!(SealedAs::parse("fine"), None);
    }
}
