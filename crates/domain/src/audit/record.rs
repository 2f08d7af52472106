//! What a verification is given, and what it answers.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Entry, Hash, Leaf};

/// An entry as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct StoredEntry<'a> {
    /// Its fields.
    pub entry: Entry<'a>,
    /// Its MAC, where it is at hand.
    pub mac: Option<&'a [u8]>,
}

/// A leaf as it is stored, with its entry unless that is gone.
#[derive(Clone, Copy, Debug)]
pub struct LeafRecord<'a> {
    /// What its hash is made of.
    pub leaf: Leaf,
    /// The chain's hash behind it.
    pub chain_hash: Hash,
    /// Hashes of the subtrees it completes, one behind the other; only a database has them.
    pub subtrees: Option<&'a [u8]>,
    /// Its MAC; only a database has it.
    pub mac: Option<&'a [u8]>,
    /// The entry, unless it is gone.
    pub entry: Option<StoredEntry<'a>>,
}

/// What an entry tells of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The entry's leaf.
    pub seq: u64,
    /// The entry.
    pub entry_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a verification went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Size of the trail: one more than the last leaf's number.
    pub size: u64,
    /// Leaves that were looked at.
    pub leaves: u64,
    /// Of them without their entry, as announced.
    pub pruned: u64,
    /// Heads whose root was compared and found right.
    pub heads_held: u64,
    /// Heads that stand before the first leaf that was looked at.
    pub heads_before: u64,
    /// Root of the tree, unless leaves are missing.
    pub root: Option<Hash>,
}
