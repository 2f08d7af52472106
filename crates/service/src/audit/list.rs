//! Finding entries.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::Page;
use viral_engine_api_types::audit::AuditEntry;
use viral_engine_db::audit::{self as db, AuditEntryRow, AuditFilter};
use viral_engine_db::users::keys::find_key_slots;

use super::actor_kind_of;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{PersonalKeys, key, resolve};

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
    let mut filter = filter.clone();
    filter.subject = subject(&mut conn, context, &filter).await?;
    let rows = db::list_audit_entries(&mut conn, &filter, page.query()).await?;
    let page = page.page(rows, |(row, _)| (row.at, row.id));
    let items: ServiceResult<Vec<AuditEntry>> = page.items.into_iter().map(to_dto).collect();
    Ok(Page {
        items: items?,
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// What stands in the trail for the user who is looked for, by the platform's id or by ours.
async fn subject(
    conn: &mut AsyncPgConnection,
    context: &Context,
    filter: &AuditFilter,
) -> ServiceResult<Option<String>> {
    let (Some("user"), Some(name)) = (filter.object_kind.as_deref(), &filter.object_id) else {
        return Ok(None);
    };
    let known = resolve(conn, [name.as_str()]).await?;
    let ours = name.parse::<Uuid>().ok();
    let Some(user) = known.get(name).map(|user| user.id.0).or(ours) else {
        return Ok(None);
    };
    let keys = PersonalKeys::of(&context.keys);
    let slots = find_key_slots(conn, &[user]).await?;
    let key = slots.first().and_then(|row| key(row.id, row.key_slot));
    let data_key = key.map(|key| keys.data_key(key)).transpose()?;
    Ok(data_key.flatten().map(|key| key.subject(user)))
}

fn to_dto((row, seq): (AuditEntryRow, Option<i64>)) -> ServiceResult<AuditEntry> {
    let actor_kind = actor_kind_of(&row.actor_kind)
        .ok_or_else(|| ServiceError::Internal(format!("stored actor {}", row.actor_kind)))?;
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
        seq,
    })
}
