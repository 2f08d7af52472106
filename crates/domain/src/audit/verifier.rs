//! Goes once through a trail, in the order of its leaves, and finds what is not as it was sealed. It keeps the right
//! edge of the tree and little else, so the length of the trail does not matter.
//!
//! After a fault it goes on with what is stored, so that one fault is one finding and not one for every leaf behind it.

use std::collections::BTreeMap;

use super::finding::{Fault, Finding};
use super::head::{PublicKey, SignedHead};
use super::leaf::next_in_chain;
use super::record::{Announced, LeafRecord, Outcome, StoredEntry};
use super::stretches::Stretches;
use super::{
    AuditKeys, CHAIN_START, Entry, Frontier, HEAD_ACTION, Hash, Leaf, PRUNE_ACTION, SealedAs,
};

/// The verification of one trail.
pub struct Verifier<'k> {
    keys: Option<&'k AuditKeys>,
    findings: Vec<Finding>,
    next: u64,
    start: u64,
    leaves: u64,
    /// What the next leaf's chain hash may follow from: the hash that was stored and, where that was wrong, the right ones.
    chain: Vec<Hash>,
    /// None from the first missing leaf on.
    tree: Option<Frontier>,
    heads: BTreeMap<u64, Vec<Hash>>,
    heads_before: u64,
    held: Vec<u64>,
    mismatched: Vec<u64>,
    gaps: Stretches,
    gone: Stretches,
    pruned_before: u64,
    protected_seen: bool,
    announced: BTreeMap<u64, Announced>,
}

impl<'k> Verifier<'k> {
    /// A verification from the first leaf on. With the secrets also the MACs are checked.
    #[must_use]
    pub fn new(keys: Option<&'k AuditKeys>) -> Self {
        Self::behind(Frontier::default(), CHAIN_START, None, keys)
    }

    /// A verification that goes on behind the leaves of `tree`, whose chain ends with `chain` and whose last leaf was
    /// sealed so.
    #[must_use]
    pub fn behind(
        tree: Frontier,
        chain: Hash,
        last: Option<SealedAs>,
        keys: Option<&'k AuditKeys>,
    ) -> Self {
        Self {
            keys,
            findings: Vec::new(),
            next: tree.size(),
            start: tree.size(),
            leaves: 0,
            chain: vec![chain],
            protected_seen: last.is_some_and(|last| last != SealedAs::Unprotected),
            tree: Some(tree),
            heads: BTreeMap::new(),
            heads_before: 0,
            held: Vec::new(),
            mismatched: Vec::new(),
            gaps: Stretches::default(),
            gone: Stretches::default(),
            pruned_before: 0,
            announced: BTreeMap::new(),
        }
    }

    /// A head to hold the trail against. One that is not rightly signed is a finding and nothing more.
    pub fn add_head<'a>(
        &mut self,
        signed: &SignedHead,
        keys: impl IntoIterator<Item = &'a PublicKey>,
    ) {
        let head = signed.head();
        if let Err(error) = signed.verify(keys) {
            let detail = format!("the head can not be believed: {error}");
            self.found(Finding::new(Fault::HeadSignature, detail).head(head.size));
        } else if head.size < self.start {
            self.heads_before += 1;
        } else {
            self.heads.entry(head.size).or_default().push(head.root);
            if head.size == self.start {
                self.compare_heads();
            }
        }
    }

    /// Entries before this leaf were pruned, as is known from elsewhere.
    pub fn pruned_before(&mut self, seq: u64) {
        self.pruned_before = self.pruned_before.max(seq);
    }

    /// Something that was found elsewhere.
    pub fn found(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What was found since the last call.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// What entries tell of heads, by their sizes.
    #[must_use]
    pub fn announced_heads(&self) -> &BTreeMap<u64, Announced> {
        &self.announced
    }

    /// Something stands where a leaf should, the next one or that of a number, and can not be read.
    pub fn unreadable(&mut self, seq: Option<u64>, detail: impl Into<String>) {
        let seq = seq.unwrap_or(self.next).max(self.next);
        if seq > self.next {
            self.gap(seq);
        }
        self.found(Finding::new(Fault::Unreadable, detail).at(seq));
        self.leaves += 1;
        self.tree = None;
        self.chain.clear();
        self.next = seq.saturating_add(1);
    }

    /// Begins behind leaves of which nothing is known; the chain is taken as it stands, and no head can be compared.
    #[must_use]
    pub fn without_beginning(next: u64, keys: Option<&'k AuditKeys>) -> Self {
        let mut verifier = Self::new(keys);
        verifier.next = next;
        verifier.start = next;
        verifier.chain.clear();
        verifier.tree = None;
        verifier
    }

    /// The next leaf of the trail.
    pub fn leaf(&mut self, record: &LeafRecord<'_>) {
        let seq = record.leaf.seq;
        self.leaves += 1;
        if seq < self.next {
            self.out_of_order(record);
            return;
        }
        if seq > self.next {
            self.gap(seq);
            // Its own hash is the only thing that the chain can go on with.
            self.check_entry(record);
            self.chain = vec![record.chain_hash];
            self.next = seq.saturating_add(1);
            return;
        }
        self.next = seq.saturating_add(1);
        let hash = match self.check_entry(record) {
            Some(right) => {
                self.leaf_changed(record);
                right
            }
            None => {
                self.check_chain(record);
                record.leaf.hash()
            }
        };
        self.check_sealing(record);
        self.grow(record, hash);
    }

    /// The chain knows the entry, so it goes on with that.
    fn leaf_changed(&mut self, record: &LeafRecord<'_>) {
        let detail = "the leaf does not belong to its entry, which the chain knows";
        self.found(
            Finding::new(Fault::LeafChanged, detail)
                .at(record.leaf.seq)
                .entry(record.leaf.entry_id),
        );
        self.chain = vec![record.chain_hash];
    }

    fn gap(&mut self, seq: u64) {
        let last = seq - 1;
        if let Some((from, to)) = self.gaps.add(self.next, last) {
            self.found(missing(from, to));
        }
        self.tree = None;
    }

    fn out_of_order(&mut self, record: &LeafRecord<'_>) {
        let seq = record.leaf.seq;
        let detail = match self.gaps.remove(seq) {
            true => format!("the leaf stands behind leaf {}", self.next - 1),
            false => "the leaf stands a second time, or before the first".to_owned(),
        };
        self.found(
            Finding::new(Fault::OutOfOrder, detail)
                .at(seq)
                .entry(record.leaf.entry_id),
        );
        self.check_entry(record);
    }

    /// Checks the entry against its leaf. Answers the hash of the leaf that should be there when the chain says that not
    /// the entry was changed but what the leaf says of it.
    fn check_entry(&mut self, record: &LeafRecord<'_>) -> Option<Hash> {
        let leaf = &record.leaf;
        let Some(stored) = &record.entry else {
            if leaf.sealed_as == SealedAs::Vanished {
                return None;
            }
            if let Some((from, to)) = self.gone.add(leaf.seq, leaf.seq) {
                self.found(entry_missing(from, to));
            }
            return None;
        };
        let here = |fault, detail: String| {
            Finding::new(fault, detail)
                .at(leaf.seq)
                .entry(leaf.entry_id)
        };
        let hash = match stored.entry.hash() {
            Ok(hash) => hash,
            Err(error) => {
                self.found(here(Fault::EntryChanged, format!("{error}")));
                return None;
            }
        };
        let right = Leaf {
            entry_hash: hash,
            entry_id: stored.entry.id,
            ..*leaf
        };
        if right == *leaf {
            self.check_mac(record, stored);
            self.note(leaf, &stored.entry);
            return None;
        }
        let follows = next_in_chain(self.chain.first().unwrap_or(&CHAIN_START), &right.hash());
        if leaf.seq + 1 == self.next && follows == record.chain_hash {
            return Some(right.hash());
        }
        let detail = "the entry is not the one that was sealed";
        self.found(here(Fault::EntryChanged, detail.to_owned()));
        None
    }

    fn check_mac(&mut self, record: &LeafRecord<'_>, stored: &StoredEntry<'_>) {
        let (Some(keys), SealedAs::Intact) = (self.keys, record.leaf.sealed_as) else {
            return;
        };
        let is_right = stored
            .mac
            .is_some_and(|mac| keys.is_protected(&stored.entry, mac));
        if !is_right {
            self.found(
                Finding::new(Fault::EntryMacChanged, "the entry's MAC is not its own")
                    .at(record.leaf.seq)
                    .entry(record.leaf.entry_id),
            );
        }
    }

    /// Remembers what an entry tells about the trail itself.
    fn note(&mut self, leaf: &Leaf, entry: &Entry<'_>) {
        if leaf.sealed_as != SealedAs::Intact {
            return;
        }
        match entry.action {
            PRUNE_ACTION => {
                let before = before_seq(entry.changes).unwrap_or(0);
                self.pruned_before(before.min(leaf.seq));
            }
            HEAD_ACTION => {
                if let Ok(size) = entry.object_id.parse() {
                    let (seq, entry_id, at) = (leaf.seq, entry.id, entry.at);
                    self.announced.insert(size, Announced { seq, entry_id, at });
                }
            }
            _ => {}
        }
    }

    fn check_chain(&mut self, record: &LeafRecord<'_>) {
        if self.chain.is_empty() {
            self.chain = vec![record.chain_hash];
            return;
        }
        let leaf = &record.leaf;
        let hash = leaf.hash();
        let expected = |before: &Hash| next_in_chain(before, &hash);
        let base = self
            .chain
            .iter()
            .find(|before| expected(before) == record.chain_hash);
        if let Some(base) = base {
            let is_mine = match (self.keys, record.mac) {
                (Some(keys), Some(mac)) => keys.is_leaf_protected(leaf, base, mac),
                _ => true,
            };
            if !is_mine {
                let detail = "the leaf's MAC does not fit: the engine has not written this chain";
                self.found(
                    Finding::new(Fault::LeafMacChanged, detail)
                        .at(leaf.seq)
                        .entry(leaf.entry_id),
                );
            }
            self.chain = vec![record.chain_hash];
            return;
        }
        let next = self.chain.last().map_or(CHAIN_START, expected);
        let detail = "the chain does not go on here: the leaf, its chain hash or what stood before was changed";
        self.found(
            Finding::new(Fault::ChainChanged, detail)
                .at(leaf.seq)
                .entry(leaf.entry_id),
        );
        self.chain = vec![record.chain_hash, next];
    }

    fn check_sealing(&mut self, record: &LeafRecord<'_>) {
        let leaf = &record.leaf;
        let fault = match leaf.sealed_as {
            SealedAs::Intact => {
                self.protected_seen = true;
                return;
            }
            SealedAs::Changed => (
                Fault::ChangedBeforeSealing,
                "the entry was changed, or added by somebody else, before it was sealed",
            ),
            SealedAs::Vanished => (
                Fault::VanishedBeforeSealing,
                "the entry was removed before it was sealed",
            ),
            SealedAs::Unprotected if self.protected_seen => (
                Fault::Unprotected,
                "the entry has no MAC, behind others that have one",
            ),
            SealedAs::Unprotected => return,
        };
        self.found(
            Finding::new(fault.0, fault.1)
                .at(leaf.seq)
                .entry(leaf.entry_id),
        );
    }

    fn grow(&mut self, record: &LeafRecord<'_>, hash: Hash) {
        let Some(tree) = &mut self.tree else { return };
        let completed = tree.push(hash);
        if record
            .subtrees
            .is_some_and(|stored| stored != completed.concat())
        {
            let detail = "the stored subtrees are not those of the leaves";
            self.found(Finding::new(Fault::SubtreesChanged, detail).at(record.leaf.seq));
        }
        self.compare_heads();
    }

    /// Holds the tree against the heads of its size.
    fn compare_heads(&mut self) {
        let Some(tree) = &self.tree else { return };
        let size = tree.size();
        let Some(roots) = self.heads.remove(&size) else {
            return;
        };
        let root = tree.root();
        for other in roots {
            match other == root {
                true => self.held.push(size),
                false => self.mismatched.push(size),
            }
        }
    }

    /// The end of the trail, which should have `size` leaves if that is known.
    pub fn finish(&mut self, size: Option<u64>) -> Outcome {
        self.tell_gaps();
        self.tell_gone();
        self.tell_heads();
        if let Some(size) = size.filter(|size| *size > self.next) {
            let detail = format!("the export ends at {} of its {size} leaves", self.next);
            self.found(Finding::new(Fault::Truncated, detail).at(self.next));
        }
        if let Some(size) = size.filter(|size| *size < self.next) {
            let detail = format!("leaves stand behind the {size} that the export should have");
            self.found(Finding::new(Fault::OutOfOrder, detail).between(size, self.next - 1));
        }
        Outcome {
            size: self.next,
            leaves: self.leaves,
            pruned: self.gone.counted_before(self.pruned_before),
            heads_held: self.held.len() as u64,
            heads_before: self.heads_before,
            root: self.tree.as_ref().map(Frontier::root),
        }
    }

    fn tell_gaps(&mut self) {
        let gaps = std::mem::take(&mut self.gaps);
        for (from, to) in gaps.iter() {
            self.found(missing(from, to));
        }
    }

    fn tell_gone(&mut self) {
        let border = self.pruned_before;
        let unexplained: Vec<(u64, u64)> = self
            .gone
            .iter()
            .filter(|(_, to)| *to >= border)
            .map(|(from, to)| (from.max(border), to))
            .collect();
        for (from, to) in unexplained {
            self.found(entry_missing(from, to));
        }
    }

    fn tell_heads(&mut self) {
        let last_held = self.held.last().copied();
        for size in std::mem::take(&mut self.mismatched) {
            let finding = if last_held.is_some_and(|held| held >= size) {
                Finding::new(
                    Fault::HeadWrong,
                    "another head vouches for the trail: this one is wrong",
                )
            } else {
                let from = last_held.unwrap_or(self.start);
                Finding::new(
                    Fault::HeadMismatch,
                    format!(
                        "between leaf {from} and this head the trail was changed and chained anew"
                    ),
                )
                .between(from, size.saturating_sub(1).max(from))
            };
            self.found(finding.head(size));
        }
        for (size, _) in std::mem::take(&mut self.heads) {
            let finding = if size > self.next {
                let detail = format!("the trail ends at {} leaves, before this head", self.next);
                Finding::new(Fault::Truncated, detail).at(self.next)
            } else {
                let detail = "leaves before this head are missing or out of order";
                Finding::new(Fault::HeadMismatch, detail)
            };
            self.found(finding.head(size));
        }
    }
}

fn missing(from: u64, to: u64) -> Finding {
    let detail = match from == to {
        true => "the leaf is missing".to_owned(),
        false => format!("{} leaves are missing", to - from + 1),
    };
    Finding::new(Fault::Missing, detail).between(from, to)
}

fn entry_missing(from: u64, to: u64) -> Finding {
    let detail = "what was sealed is gone, and no announced pruning covers it";
    Finding::new(Fault::EntryMissing, detail).between(from, to)
}

fn before_seq(changes: &str) -> Option<u64> {
    let changes: serde_json::Value = serde_json::from_str(changes).ok()?;
    changes.get("before_seq")?.as_u64()
}

#[cfg(test)]
#[path = "verifier_tests.rs"]
mod tests;
