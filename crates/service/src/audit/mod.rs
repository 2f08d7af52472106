//! Writes the audit trail, in the transaction of what it tells about.

use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_db::audit::{NewAuditEntry, insert_audit_entry};

use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

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
    let entry = NewAuditEntry {
        id: Uuid::now_v7(),
        at: context.now(),
        actor_kind: match caller.actor_kind() {
            viral_engine_api_types::audit::ActorKind::Operator => "operator",
            viral_engine_api_types::audit::ActorKind::ApiKey => "api_key",
            viral_engine_api_types::audit::ActorKind::System => "system",
        },
        actor_id: caller.actor_id(),
        action,
        object_kind: object.0,
        object_id: object.1,
        changes,
        request_id: caller.request_id.as_deref(),
        ip_prefix: caller.ip_prefix.as_deref(),
    };
    Ok(insert_audit_entry(conn, &entry).await?)
}
