//! An entry to the letter, as hashing needs it: `changes` as PostgreSQL writes it, not as a reader understands it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;
use viral_engine_domain::audit::{Entry, StoredEntry};

/// The columns of [`EntryColumns`], of the entry `e` that may be missing.
pub(super) const ENTRY_COLUMNS: &str = "e.id, e.at, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, \
     e.changes::text AS changes, e.request_id, e.ip_prefix, e.mac AS entry_mac";

/// An entry of an outer join: without id there is none.
#[derive(Clone, Debug, QueryableByName)]
pub struct EntryColumns {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    actor_kind: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    actor_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    action: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    object_kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    object_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    changes: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip_prefix: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    entry_mac: Option<Vec<u8>>,
}

impl EntryColumns {
    /// The entry, if there is one.
    #[must_use]
    pub fn entry(&self) -> Option<StoredEntry<'_>> {
        let entry = Entry {
            id: self.id?,
            at: self.at?,
            actor_kind: self.actor_kind.as_deref()?,
            actor_id: self.actor_id,
            action: self.action.as_deref()?,
            object_kind: self.object_kind.as_deref()?,
            object_id: self.object_id.as_deref()?,
            changes: self.changes.as_deref()?,
            request_id: self.request_id.as_deref(),
            ip_prefix: self.ip_prefix.as_deref(),
        };
        let mac = self.entry_mac.as_deref();
        Some(StoredEntry { entry, mac })
    }
}
