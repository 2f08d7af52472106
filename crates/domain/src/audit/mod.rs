//! The tamper-evident audit trail, as pure functions: the bytes of an entry, leaves in a Merkle tree (RFC 6962) and in
//! a chain, signed heads (C2SP tlog-checkpoint), proofs, and the verifier that finds what was changed.
//!
//! Two structures over the same leaves, because they serve two questions. The chain says at which leaf a history stops
//! being the one that was written; the tree lets a head of a few bytes, kept elsewhere, vouch for all of it.

mod entry;
mod finding;
mod head;
mod json;
mod keys;
mod leaf;
mod proof;
mod record;
mod sealer;
mod stretches;
mod tree;
mod verifier;

pub use entry::{Entry, EntryError};
pub use finding::{Fault, Finding};
pub use head::{Head, HeadError, PublicKey, PublicKeyError, SignedHead};
pub use json::{JsonError, canonical_json};
pub use keys::{AuditKey, AuditKeys};
pub use leaf::{Leaf, SealedAs, next_in_chain};
pub use proof::{
    ProofPlan, plan_consistency, plan_inclusion, verify_consistency, verify_inclusion,
};
pub use record::{Announced, LeafRecord, Outcome, StoredEntry};
pub use sealer::{SealedLeaf, Sealer};
pub use tree::{Frontier, Node, hash_children};
pub use verifier::Verifier;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash before the first leaf of the chain.
pub const CHAIN_START: Hash = [0; 32];

/// Action of the entries that announce which contents are pruned. The verifier believes them when they were intact as
/// they were sealed.
pub const PRUNE_ACTION: &str = "prune_audit_entries";

/// Action of the entries that tell of a new head.
pub const HEAD_ACTION: &str = "create_audit_head";
