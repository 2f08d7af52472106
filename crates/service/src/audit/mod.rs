//! The audit trail: written in the transaction of what it tells about, and listed.

use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::Page;
use viral_engine_api_types::audit::{ActorKind, AuditEntry};
pub use viral_engine_db::audit::AuditFilter;
use viral_engine_db::audit::{
    self, AuditEntryRow, NewAuditEntry, insert_audit_entries, insert_audit_entry,
};

use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};

/// Records that `caller` did `action` (an operationId) to an object. `changes` holds no personal data and no secret.
///
/// # Errors
/// When the database refuses; the caller's transaction then rolls back.
pub async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    object: (&'static str, &str),
    changes: Value,
) -> ServiceResult<()> {
    let entry = entry(context, caller, action, object, changes);
    Ok(insert_audit_entry(conn, &entry).await?)
}

/// Records that `caller` did `action` to several objects of a kind, each with its id and changes.
///
/// # Errors
/// As [`record`].
pub async fn record_each(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    kind: &'static str,
    objects: &[(String, Value)],
) -> ServiceResult<()> {
    let entries: Vec<NewAuditEntry<'_>> = objects
        .iter()
        .map(|(id, changes)| entry(context, caller, action, (kind, id), changes.clone()))
        .collect();
    Ok(insert_audit_entries(conn, &entries).await?)
}

fn entry<'a>(
    context: &Context,
    caller: &'a Caller,
    action: &'static str,
    object: (&'static str, &'a str),
    changes: Value,
) -> NewAuditEntry<'a> {
    NewAuditEntry {
        id: Uuid::now_v7(),
        at: context.now(),
        actor_kind: match caller.actor_kind() {
            ActorKind::Operator => "operator",
            ActorKind::ApiKey => "api_key",
            ActorKind::System => "system",
        },
        actor_id: caller.actor_id(),
        action,
        object_kind: object.0,
        object_id: object.1,
        changes,
        request_id: caller.request_id.as_deref(),
        ip_prefix: caller.ip_prefix.as_deref(),
    }
}

/// Entries, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_audit_entries(
    context: &Context,
    filter: &AuditFilter,
    page: PageRequest,
) -> ServiceResult<Page<AuditEntry>> {
    let mut conn = context.connection().await?;
    let rows = audit::list_audit_entries(&mut conn, filter, page.query()).await?;
    let page = page.page(rows, |row| (row.at, row.id));
    Ok(Page {
        items: page
            .items
            .into_iter()
            .map(to_dto)
            .collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

fn to_dto(row: AuditEntryRow) -> ServiceResult<AuditEntry> {
    let actor_kind = match row.actor_kind.as_str() {
        "operator" => ActorKind::Operator,
        "api_key" => ActorKind::ApiKey,
        "system" => ActorKind::System,
        other => return Err(ServiceError::Internal(format!("stored actor {other}"))),
    };
    Ok(AuditEntry {
        id: row.id.into(),
        at: row.at,
        actor_kind,
        actor_id: row.actor_id,
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        changes: row.changes,
        request_id: row.request_id,
        ip_prefix: row.ip_prefix,
    })
}
