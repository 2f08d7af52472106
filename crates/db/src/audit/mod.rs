//! The audit trail's table; it only grows.

use chrono::{DateTime, Utc};
use diesel::prelude::Insertable;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::audit_entries;

/// An entry to write.
#[derive(Insertable)]
#[diesel(table_name = audit_entries)]
pub struct NewAuditEntry<'a> {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `operator`, `api_key` or `system`.
    pub actor_kind: &'a str,
    /// Operator or key.
    pub actor_id: Option<Uuid>,
    /// operationId.
    pub action: &'a str,
    /// Kind of object.
    pub object_kind: &'a str,
    /// Its id.
    pub object_id: &'a str,
    /// What changed.
    pub changes: Value,
    /// Request that did it.
    pub request_id: Option<&'a str>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<&'a str>,
}

/// Writes an entry.
///
/// # Errors
/// When the database refuses.
pub async fn insert_audit_entry(
    conn: &mut AsyncPgConnection,
    entry: &NewAuditEntry<'_>,
) -> DbResult<()> {
    diesel::insert_into(audit_entries::table)
        .values(entry)
        .execute(conn)
        .await?;
    Ok(())
}
