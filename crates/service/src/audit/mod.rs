//! The audit trail: written in the transaction of what it tells about, sealed within a second or so, verified by
//! whoever has a head.

mod export;
mod heads;
mod list;
mod offline;
mod proofs;
mod prune;
mod record;
mod sealing;
mod verify;

use viral_engine_api_types::audit::ActorKind;
pub use viral_engine_db::audit::AuditFilter;
pub use viral_engine_domain::audit::{
    AuditKey, AuditKeys, Finding, Outcome, PublicKey, SignedHead,
};

pub use export::export_audit_trail;
pub use heads::{
    MakeAuditHead, create_audit_head, get_audit_head, get_audit_trail, list_audit_heads,
    make_audit_head,
};
pub use list::list_audit_entries;
pub use offline::{ExportError, verify_export};
pub use proofs::{get_audit_consistency, get_audit_inclusion};
pub use prune::{PruneAuditEntries, prune_audit_entries};
pub(crate) use record::subject;
pub use record::{record, record_each};
pub use sealing::{Sealing, run_sealing, seal_audit_entries};
pub use verify::{verify_audit_trail, verify_stored_trail, verify_whole_trail};

use crate::error::ServiceError;

/// A kind of actor as it is stored.
#[must_use]
pub fn actor_kind_name(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Operator => "operator",
        ActorKind::ApiKey => "api_key",
        ActorKind::Guardian => "guardian",
        ActorKind::System => "system",
    }
}

/// The kind of actor that is stored so.
pub(crate) fn actor_kind_of(name: &str) -> Option<ActorKind> {
    let kinds = [
        ActorKind::Operator,
        ActorKind::ApiKey,
        ActorKind::Guardian,
        ActorKind::System,
    ];
    kinds
        .into_iter()
        .find(|kind| actor_kind_name(*kind) == name)
}

/// Leaves are missing that everything stands on.
fn damaged() -> ServiceError {
    ServiceError::Conflict("leaves of the audit trail are damaged: verify it".to_owned())
}
