//! Signed heads: made daily and on demand, and kept where others can fetch them.

use std::path::Path;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::audit::{AuditHead, AuditTrail};
use viral_engine_db::audit::{self as db, HeadRow};
use viral_engine_db::locks::{Lock, lock};
use viral_engine_domain::audit::{Frontier, HEAD_ACTION, PublicKey, SignedHead};
use viral_engine_domain::consents::Gate;

use super::damaged;
use super::record::record_one;
use super::sealing::{UNSEALED_COUNTED, seal_audit_entries};
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Makes the head of the day.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeAuditHead {}

impl JobPayload for MakeAuditHead {
    const KIND: &'static str = "create_audit_head";
    const GATE: Gate = Gate::Nothing;
}

/// The trail as a whole.
///
/// # Errors
/// When the database refuses.
pub async fn get_audit_trail(context: &Context) -> ServiceResult<AuditTrail> {
    let mut conn = context.connection().await?;
    let last = db::last_leaf(&mut conn).await?;
    Ok(AuditTrail {
        tree_size: last.map_or(0, |last| last.seq + 1),
        unsealed: db::count_unsealed(&mut conn, UNSEALED_COUNTED).await?,
        public_keys: context
            .keys
            .audit
            .public()
            .map(PublicKey::to_string)
            .collect(),
        retention_days: context.config.audit.retention_days,
        last_head: db::last_head(&mut conn).await?.map(answer),
    })
}

/// Seals what waits and signs the trail as it is then. A trail that has not grown keeps its head.
///
/// # Errors
/// When the trail no longer has the root of its last head: nothing is signed that was tampered with.
pub async fn create_audit_head(context: &Context, caller: &Caller) -> ServiceResult<AuditHead> {
    seal_audit_entries(context).await?;
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            lock(conn, Lock::Audit).await?;
            let last = db::last_leaf(conn).await?;
            let size = last.map_or(0, |last| last.seq + 1);
            if let Some(head) = db::find_head(conn, size).await? {
                return Ok(head);
            }
            check_last_head(conn, size).await?;
            let tree = frontier(conn, size).await?;
            let signed = context.keys.audit.sign(tree.size(), tree.root());
            let changes = json!({ "root": hex::encode(tree.root()) });
            let object = ("audit_head", size.to_string());
            let object = (object.0, object.1.as_str());
            let (id, made_at) =
                record_one(conn, context, caller, HEAD_ACTION, object, changes).await?;
            let head = HeadRow {
                id,
                made_at,
                tree_size: size,
                note: signed.to_string(),
            };
            db::insert_head(conn, &head).await?;
            Ok::<_, ServiceError>(head)
        })
        .await?;
    Ok(answer(row))
}

/// The last head has to be one of the trail's own past.
async fn check_last_head(conn: &mut AsyncPgConnection, size: i64) -> ServiceResult<()> {
    let Some(last) = db::last_head(conn).await? else {
        return Ok(());
    };
    let holds = match last.note.parse::<SignedHead>() {
        Ok(signed) if last.tree_size <= size => {
            frontier(conn, last.tree_size).await?.root() == signed.head().root
        }
        _ => false,
    };
    if holds {
        return Ok(());
    }
    tracing::error!(
        head = last.tree_size,
        size,
        "the audit trail is not the one of its last head: no further head is signed"
    );
    metrics::counter!("viral_engine_audit_tampered_total", "how" => "head").increment(1);
    Err(ServiceError::Conflict(
        "the audit trail is not the one of its last head: verify it".to_owned(),
    ))
}

pub(super) async fn frontier(conn: &mut AsyncPgConnection, size: i64) -> ServiceResult<Frontier> {
    let size = u64::try_from(size).map_err(|_| damaged())?;
    db::load_frontier(conn, size).await?.ok_or_else(damaged)
}

/// Heads, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_audit_heads(
    context: &Context,
    page: PageRequest,
) -> ServiceResult<Page<AuditHead>> {
    let mut conn = context.connection().await?;
    let rows = db::list_heads(&mut conn, page.query()).await?;
    let page = page.page(rows, |row| (row.made_at, row.id));
    Ok(Page {
        items: page.items.into_iter().map(answer).collect(),
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// The head of a size.
///
/// # Errors
/// When there is none.
pub async fn get_audit_head(context: &Context, tree_size: i64) -> ServiceResult<AuditHead> {
    let mut conn = context.connection().await?;
    let head = db::find_head(&mut conn, tree_size).await?;
    head.map(answer).ok_or(ServiceError::NotFound("audit head"))
}

/// Makes the head of the day, and writes it to the folder that the configuration names.
///
/// # Errors
/// As [`create_audit_head`], or when the folder can not be written.
pub async fn make_audit_head(context: &Context) -> ServiceResult<()> {
    let head = create_audit_head(context, &Caller::system()).await?;
    if let Some(folder) = &context.config.audit.heads_dir {
        write_head(folder, &head).await.map_err(|error| {
            ServiceError::Internal(format!("AUDIT_HEADS_DIR {}: {error}", folder.display()))
        })?;
    }
    Ok(())
}

/// A head is never seen half written.
async fn write_head(folder: &Path, head: &AuditHead) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let name = format!("audit-head-{:012}.txt", head.tree_size);
    let staged = folder.join(format!("{name}.new"));
    tokio::fs::write(&staged, &head.note).await?;
    tokio::fs::rename(&staged, folder.join(name)).await
}

fn answer(row: HeadRow) -> AuditHead {
    AuditHead {
        id: row.id.into(),
        made_at: row.made_at,
        tree_size: row.tree_size,
        note: row.note,
    }
}
