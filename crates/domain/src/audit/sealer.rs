//! Gives entries their leaves, one behind the other.

use uuid::Uuid;

use super::leaf::next_in_chain;
use super::{AuditKeys, CHAIN_START, Frontier, Hash, Leaf, SealedAs, StoredEntry};
use crate::mac::MAC_LEN;

/// The end of a trail, where leaves are added.
pub struct Sealer<'k> {
    keys: &'k AuditKeys,
    tree: Frontier,
    chain: Hash,
    /// Whether an entry without MAC can still be one from before the trail was sealed.
    before_first: bool,
}

/// A leaf with all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLeaf {
    /// The leaf.
    pub leaf: Leaf,
    /// The chain's hash behind it.
    pub chain_hash: Hash,
    /// Hashes of the subtrees it completes, one behind the other.
    pub subtrees: Vec<u8>,
    /// Its MAC.
    pub mac: [u8; MAC_LEN],
}

impl<'k> Sealer<'k> {
    /// The end of the trail with this tree, whose chain ends with `last`'s hash and what `last` was sealed as.
    #[must_use]
    pub fn new(keys: &'k AuditKeys, tree: Frontier, last: Option<(Hash, SealedAs)>) -> Self {
        Self {
            keys,
            tree,
            chain: last.map_or(CHAIN_START, |(chain, _)| chain),
            before_first: last.is_none_or(|(_, sealed_as)| sealed_as == SealedAs::Unprotected),
        }
    }

    /// Adds the leaf of an entry, which may be gone.
    pub fn seal(&mut self, entry_id: Uuid, entry: Option<&StoredEntry<'_>>) -> SealedLeaf {
        let sealed_as = self.judge(entry);
        self.before_first = sealed_as == SealedAs::Unprotected;
        let hash = entry.and_then(|stored| stored.entry.hash().ok());
        let leaf = Leaf {
            seq: self.tree.size(),
            entry_id,
            sealed_as,
            entry_hash: hash.unwrap_or_else(Leaf::hash_of_nothing),
        };
        let mac = self.keys.protect_leaf(&leaf, &self.chain);
        self.chain = next_in_chain(&self.chain, &leaf.hash());
        SealedLeaf {
            leaf,
            chain_hash: self.chain,
            subtrees: self.tree.push(leaf.hash()).concat(),
            mac,
        }
    }

    fn judge(&self, entry: Option<&StoredEntry<'_>>) -> SealedAs {
        match entry {
            None => SealedAs::Vanished,
            Some(StoredEntry { mac: None, .. }) if self.before_first => SealedAs::Unprotected,
            Some(StoredEntry {
                entry,
                mac: Some(mac),
            }) if self.keys.is_protected(entry, mac) => SealedAs::Intact,
            Some(_) => SealedAs::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::super::entry::tests::ENTRY;
    use super::super::keys::tests::keys;
    use super::*;

    fn sealed_as(sealer: &mut Sealer<'_>, entry: Option<(Entry<'_>, Option<&[u8]>)>) -> SealedAs {
        let stored = entry.map(|(entry, mac)| StoredEntry { entry, mac });
        sealer.seal(ENTRY.id, stored.as_ref()).leaf.sealed_as
    }

    #[test]
    fn what_became_of_an_entry_before_its_leaf_is_written_down() {
        let keys = keys(1);
        let mac = keys.protect_entry(&ENTRY).unwrap();
        let other = Entry {
            object_id: "other",
            ..ENTRY
        };
        let mut sealer = Sealer::new(&keys, Frontier::default(), None);
        // Entries from before the trail was sealed have no MAC, until the first that has one.
        assert_eq!(
            sealed_as(&mut sealer, Some((ENTRY, None))),
            SealedAs::Unprotected
        );
        assert_eq!(
            sealed_as(&mut sealer, Some((ENTRY, None))),
            SealedAs::Unprotected
        );
        assert_eq!(
            sealed_as(&mut sealer, Some((ENTRY, Some(&mac)))),
            SealedAs::Intact
        );
        assert_eq!(
            sealed_as(&mut sealer, Some((ENTRY, None))),
            SealedAs::Changed
        );
        assert_eq!(
            sealed_as(&mut sealer, Some((other, Some(&mac)))),
            SealedAs::Changed
        );
        assert_eq!(sealed_as(&mut sealer, None), SealedAs::Vanished);
    }

    #[test]
    fn a_trail_goes_on_where_it_ended() {
        let keys = keys(1);
        let mut whole = Sealer::new(&keys, Frontier::default(), None);
        let all: Vec<SealedLeaf> = (0..9).map(|_| whole.seal(ENTRY.id, None)).collect();
        for cut in 1..9 {
            let mut tree = Frontier::default();
            for sealed in &all[..cut] {
                tree.push(sealed.leaf.hash());
            }
            let last = &all[cut - 1];
            let mut rest = Sealer::new(&keys, tree, Some((last.chain_hash, last.leaf.sealed_as)));
            assert_eq!(rest.seal(ENTRY.id, None), all[cut]);
        }
    }
}
