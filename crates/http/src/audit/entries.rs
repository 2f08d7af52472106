//! Finding entries.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use viral_engine_api_types::Page;
use viral_engine_api_types::audit::{ActorKind, AuditEntry};
use viral_engine_api_types::times::optional;
use viral_engine_service::audit::{self, AuditFilter, actor_kind_name};
use viral_engine_service::cursor::PageRequest;

use crate::answer;
use crate::extract::{Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Parameters of `list_audit_entries`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAuditEntries {
    /// operationId, for example `create_link`.
    action: Option<String>,
    /// Kind of object, for example `link`.
    object_kind: Option<String>,
    /// Id of the object; of a user, the platform's own id or ours.
    object_id: Option<String>,
    /// Kind of caller.
    #[param(inline)]
    actor_kind: Option<ActorKind>,
    /// Id of the operator or API key.
    actor_id: Option<Uuid>,
    /// Request that did it.
    request_id: Option<String>,
    /// Not before.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// Before.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List the audit trail
#[utoipa::path(tag = "audit", params(ListAuditEntries), responses((status = 200, description = "Entries, newest first", body = Page<AuditEntry>)))]
#[get("/v1/audit-entries")]
pub async fn list_audit_entries(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListAuditEntries>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let query = query.0;
    let filter = AuditFilter {
        action: query.action,
        object_kind: query.object_kind,
        object_id: query.object_id,
        subject: None,
        actor_kind: query.actor_kind.map(actor_kind_name),
        actor_id: query.actor_id,
        request_id: query.request_id,
        from: query.from,
        to: query.to,
    };
    let page = audit::list_audit_entries(&state.context, &filter, page).await?;
    Ok(answer::ok(&page))
}
