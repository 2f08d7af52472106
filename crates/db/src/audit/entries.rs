//! Entries: written in the transaction of what they tell about, listed, never changed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{audit_entries, audit_leaves};

/// An entry to write.
#[derive(Insertable)]
#[diesel(table_name = audit_entries)]
pub struct NewAuditEntry<'a> {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `operator`, `api_key`, `guardian` or `system`.
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
    /// Protects it until it is sealed.
    pub mac: Vec<u8>,
}

/// Writes entries in one statement.
///
/// # Errors
/// When the database refuses.
pub async fn insert_audit_entries(
    conn: &mut AsyncPgConnection,
    entries: &[NewAuditEntry<'_>],
) -> DbResult<()> {
    diesel::insert_into(audit_entries::table)
        .values(entries)
        .execute(conn)
        .await?;
    Ok(())
}

/// An entry as listed.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = audit_entries, check_for_backend(diesel::pg::Pg))]
pub struct AuditEntryRow {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `operator`, `api_key`, `guardian` or `system`.
    pub actor_kind: String,
    /// Operator or key.
    pub actor_id: Option<Uuid>,
    /// operationId.
    pub action: String,
    /// Kind of object.
    pub object_kind: String,
    /// Its id.
    pub object_id: String,
    /// What changed.
    pub changes: Value,
    /// Request that did it.
    pub request_id: Option<String>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<String>,
}

/// Which entries to list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// operationId.
    pub action: Option<String>,
    /// Kind of object.
    pub object_kind: Option<String>,
    /// Id of the object.
    pub object_id: Option<String>,
    /// What stands for the object beside its id.
    pub subject: Option<String>,
    /// `operator`, `api_key`, `guardian` or `system`.
    pub actor_kind: Option<&'static str>,
    /// Operator or key.
    pub actor_id: Option<Uuid>,
    /// Request that did it.
    pub request_id: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

/// Whether somebody did something to an object, as far as the trail reaches back.
///
/// # Errors
/// When the database refuses.
pub async fn has_done(
    conn: &mut AsyncPgConnection,
    actor: Uuid,
    action: &str,
    (kind, id): (&str, &str),
) -> DbResult<bool> {
    let done = audit_entries::table
        .filter(audit_entries::object_kind.eq(kind))
        .filter(audit_entries::object_id.eq(id))
        .filter(audit_entries::actor_id.eq(actor))
        .filter(audit_entries::action.eq(action));
    Ok(diesel::select(diesel::dsl::exists(done))
        .get_result(conn)
        .await?)
}

/// Entries, newest first, each with its place in the sealed trail.
///
/// # Errors
/// When the database refuses.
pub async fn list_audit_entries(
    conn: &mut AsyncPgConnection,
    filter: &AuditFilter,
    page: PageQuery,
) -> DbResult<Vec<(AuditEntryRow, Option<i64>)>> {
    let leaf = audit_leaves::table.on(audit_leaves::entry_id.eq(audit_entries::id));
    let mut query = audit_entries::table
        .left_join(leaf)
        .select((AuditEntryRow::as_select(), audit_leaves::seq.nullable()))
        .into_boxed();
    if let Some(action) = &filter.action {
        query = query.filter(audit_entries::action.eq(action));
    }
    if let Some(kind) = &filter.object_kind {
        query = query.filter(audit_entries::object_kind.eq(kind));
    }
    if let Some(id) = &filter.object_id {
        let names = std::iter::once(id).chain(&filter.subject);
        query = query.filter(audit_entries::object_id.eq_any(names));
    }
    if let Some(kind) = filter.actor_kind {
        query = query.filter(audit_entries::actor_kind.eq(kind));
    }
    if let Some(id) = filter.actor_id {
        query = query.filter(audit_entries::actor_id.eq(id));
    }
    if let Some(id) = &filter.request_id {
        query = query.filter(audit_entries::request_id.eq(id));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_entries::at.lt(to));
    }
    Ok(page_of!(query, page, audit_entries::at, audit_entries::id)
        .load(conn)
        .await?)
}
