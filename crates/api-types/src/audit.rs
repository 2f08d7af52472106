//! The audit trail: who did what to which object, and the proof that nobody changed it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use validator::Validate;

use crate::{AuditEntryId, AuditHeadId};

/// Kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person in the admin app.
    Operator,
    /// A platform's backend.
    ApiKey,
    /// A guardian, on a page of ours.
    Guardian,
    /// The engine itself or its command line.
    System,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditEntryId,
    /// When.
    pub at: DateTime<Utc>,
    /// Kind of caller.
    pub actor_kind: ActorKind,
    /// Id of the operator or API key; null for the engine.
    pub actor_id: Option<uuid::Uuid>,
    /// Operation, for example `create_link`.
    pub action: String,
    /// Kind of object, for example `link`.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// What changed, without personal data or secrets.
    pub changes: serde_json::Value,
    /// Request that did it.
    pub request_id: Option<String>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<String>,
    /// Place in the sealed trail, from 0; null in the second or so before it is sealed.
    pub seq: Option<i64>,
}

/// The trail as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditTrail {
    /// Number of sealed entries.
    pub tree_size: i64,
    /// Entries that wait to be sealed, counted up to 10,000.
    pub unsealed: i64,
    /// What heads are checked with; former keys stand behind the one in use.
    pub public_keys: Vec<String>,
    /// Days after which the contents of entries are removed.
    pub retention_days: u32,
    /// The latest signed head.
    pub last_head: Option<AuditHead>,
}

/// A signed head: it vouches for the trail up to its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditHead {
    /// Its id.
    pub id: AuditHeadId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Number of sealed entries it vouches for.
    pub tree_size: i64,
    /// The signed text (C2SP `tlog-checkpoint`): keep it elsewhere.
    pub note: String,
}

/// From where on to verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyAuditTrail {
    /// First leaf; `next_seq` of the answer before.
    #[serde(default)]
    #[validate(range(min = 0, message = "Give a number of 0 or more."))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub from_seq: i64,
}

/// What a verification says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditVerdict {
    /// Nothing was found.
    Intact,
    /// Something is not as it was sealed.
    Tampered,
}

/// A part of the trail, verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditVerification {
    /// What it says of this part.
    pub verdict: AuditVerdict,
    /// First leaf that was looked at.
    pub from_seq: i64,
    /// Leaves that were looked at.
    pub leaves: i64,
    /// Of them without contents, as an announced pruning left them.
    pub pruned: i64,
    /// Signed heads whose root was compared and found right.
    pub heads_held: i64,
    /// Entries that wait to be sealed.
    pub unsealed: i64,
    /// Number of sealed entries now.
    pub tree_size: i64,
    /// Where to go on; null when the end was reached.
    pub next_seq: Option<i64>,
    /// What was found, at most 200.
    pub findings: Vec<AuditFinding>,
    /// How many findings there are.
    pub findings_total: i64,
}

/// Something that is not as it was sealed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditFinding {
    /// Kind of the fault, for example `entry_changed`.
    pub fault: String,
    /// First leaf concerned.
    pub seq: Option<i64>,
    /// Last leaf concerned, when there are several.
    pub to_seq: Option<i64>,
    /// The entry.
    pub entry_id: Option<AuditEntryId>,
    /// Size of the head concerned.
    pub head: Option<i64>,
    /// In words.
    pub detail: String,
}

/// That an entry is in the trail that a head vouches for (RFC 6962, 2.1.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditInclusion {
    /// The leaf.
    pub seq: i64,
    /// Size of the tree.
    pub tree_size: i64,
    /// Hash of the leaf, in hex.
    pub leaf_hash: String,
    /// Root of the tree, in hex.
    pub root: String,
    /// The proof: hashes in hex, from the leaf to the root.
    pub hashes: Vec<String>,
}

/// That an earlier trail is the beginning of a later one (RFC 6962, 2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditConsistency {
    /// Size of the earlier tree.
    pub from_size: i64,
    /// Its root, in hex.
    pub from_root: String,
    /// Size of the later tree.
    pub to_size: i64,
    /// Its root, in hex.
    pub to_root: String,
    /// The proof: hashes in hex.
    pub hashes: Vec<String>,
}

/// First line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditExportStart {
    /// [`AUDIT_EXPORT_FORMAT`].
    pub format: String,
    /// Size of the trail: the last line has the number before it.
    pub size: u64,
    /// Number of the first leaf.
    pub from_seq: u64,
    /// The chain's hash before it, in hex.
    pub chain_before: String,
    /// What the leaf before it was sealed as.
    pub sealed_as_before: Option<String>,
    /// Hashes of the perfect subtrees before it, from the left, in hex.
    pub subtrees: Vec<String>,
}

/// How exports say which version they are.
pub const AUDIT_EXPORT_FORMAT: &str = "viral-engine/audit-export/v1";

/// Every further line of an export: a leaf and its entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditExportLeaf {
    /// Place in the trail.
    pub seq: u64,
    /// The entry.
    pub entry_id: uuid::Uuid,
    /// What sealing found.
    pub sealed_as: String,
    /// SHA-256 of the entry's canonical bytes, in hex.
    pub entry_hash: String,
    /// The chain's hash behind the leaf, in hex.
    pub chain_hash: String,
    /// The entry; null once it is pruned.
    pub entry: Option<AuditExportEntry>,
}

/// An entry to the letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditExportEntry {
    /// Its id.
    pub id: uuid::Uuid,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Kind of caller.
    pub actor_kind: String,
    /// Id of the operator or API key.
    pub actor_id: Option<uuid::Uuid>,
    /// Operation.
    pub action: String,
    /// Kind of object.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// What changed, as the database writes it.
    pub changes: Box<RawValue>,
    /// Request that did it.
    pub request_id: Option<String>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<String>,
}
