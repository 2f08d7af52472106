//! What a verification can find, and where.

use std::fmt;

use uuid::Uuid;

/// Kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The entry is not the one that was sealed.
    EntryChanged,
    /// The entry's MAC is not its own.
    EntryMacChanged,
    /// The leaf is not the one that is in the chain.
    LeafChanged,
    /// The chain's hash does not follow from what is before it.
    ChainChanged,
    /// A stored subtree is not that of its leaves.
    SubtreesChanged,
    /// The leaf's MAC does not fit: it, or the chain before it, was not written by the engine.
    LeafMacChanged,
    /// The entry was changed, or added, before it was sealed.
    ChangedBeforeSealing,
    /// The entry was removed before it was sealed.
    VanishedBeforeSealing,
    /// An entry without MAC stands where all have one.
    Unprotected,
    /// Leaves are missing.
    Missing,
    /// A leaf stands at another place, or twice.
    OutOfOrder,
    /// Entries are gone that no announced pruning covers.
    EntryMissing,
    /// An entry has no leaf and is not waiting for one.
    NotSealed,
    /// Something can not be read at all.
    Unreadable,
    /// The trail ends before the size of a head, or of the export's own first line.
    Truncated,
    /// The leaves up to a head do not have its root.
    HeadMismatch,
    /// A head does not hold while a later one does: the head is wrong, not the trail.
    HeadWrong,
    /// A head is not signed, or not rightly.
    HeadSignature,
    /// A head that the trail tells of is gone.
    HeadMissing,
}

impl Fault {
    /// Its stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EntryChanged => "entry_changed",
            Self::EntryMacChanged => "entry_mac_changed",
            Self::LeafChanged => "leaf_changed",
            Self::ChainChanged => "chain_changed",
            Self::SubtreesChanged => "subtrees_changed",
            Self::LeafMacChanged => "leaf_mac_changed",
            Self::ChangedBeforeSealing => "changed_before_sealing",
            Self::VanishedBeforeSealing => "vanished_before_sealing",
            Self::Unprotected => "unprotected",
            Self::Missing => "missing",
            Self::OutOfOrder => "out_of_order",
            Self::EntryMissing => "entry_missing",
            Self::NotSealed => "not_sealed",
            Self::Unreadable => "unreadable",
            Self::Truncated => "truncated",
            Self::HeadMismatch => "head_mismatch",
            Self::HeadWrong => "head_wrong",
            Self::HeadSignature => "head_signature",
            Self::HeadMissing => "head_missing",
        }
    }
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// First leaf concerned.
    pub seq: Option<u64>,
    /// Last leaf concerned, when there are several.
    pub to_seq: Option<u64>,
    /// The entry.
    pub entry_id: Option<Uuid>,
    /// Size of the head.
    pub head: Option<u64>,
    /// In words.
    pub detail: String,
}

impl Finding {
    /// A fault somewhere.
    #[must_use]
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self {
            fault,
            seq: None,
            to_seq: None,
            entry_id: None,
            head: None,
            detail: detail.into(),
        }
    }

    /// At a leaf.
    #[must_use]
    pub fn at(self, seq: u64) -> Self {
        Self {
            seq: Some(seq),
            ..self
        }
    }

    /// From a leaf to another, both included.
    #[must_use]
    pub fn between(self, from: u64, to: u64) -> Self {
        Self {
            seq: Some(from),
            to_seq: (to != from).then_some(to),
            ..self
        }
    }

    /// Of an entry.
    #[must_use]
    pub fn entry(self, id: Uuid) -> Self {
        Self {
            entry_id: Some(id),
            ..self
        }
    }

    /// Of a head.
    #[must_use]
    pub fn head(self, size: u64) -> Self {
        Self {
            head: Some(size),
            ..self
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fault.as_str())?;
        match (self.seq, self.to_seq) {
            (Some(from), Some(to)) => write!(f, " seq {from} to {to}")?,
            (Some(seq), None) => write!(f, " seq {seq}")?,
            (None, _) => {}
        }
        if let Some(head) = self.head {
            write!(f, " head {head}")?;
        }
        if let Some(id) = self.entry_id {
            write!(f, " entry {id}")?;
        }
        write!(f, ": {}", self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_what_and_where_in_one_line() {
        let finding = Finding::new(Fault::EntryMissing, "the entries are gone").between(3, 5);
        assert_eq!(
            finding.to_string(),
            "entry_missing seq 3 to 5: the entries are gone"
        );
        let finding = Finding::new(Fault::Truncated, "the trail ends at 7").head(9);
        assert_eq!(finding.to_string(), "truncated head 9: the trail ends at 7");
    }
}
