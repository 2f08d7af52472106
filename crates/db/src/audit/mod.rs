//! The audit trail's tables: entries, which tell what happened, and leaves and heads, which tell that nobody changed it.

mod entries;
mod heads;
mod leaves;
mod pruning;
mod text;

pub use entries::{
    AuditEntryRow, AuditFilter, NewAuditEntry, has_done, insert_audit_entries, list_audit_entries,
};
pub use heads::{HeadRow, find_head, insert_head, last_head, list_heads, load_heads};
pub use leaves::{
    LeafRow, SealedRow, UnsealedRow, count_unsealed, find_leaf, insert_leaves, last_leaf,
    load_frontier, load_nodes, load_sealed, load_unqueued, load_unsealed, oldest_unsealed,
};
pub use pruning::{delete_entries_before, first_kept_leaf, load_announcements};
pub use text::EntryColumns;
