//! The whole sealed trail, to be kept and verified elsewhere.

use bytes::Bytes;
use futures_util::stream::try_unfold;
use serde::Serialize;
use serde_json::value::RawValue;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::audit::{
    AUDIT_EXPORT_FORMAT, AuditExportEntry, AuditExportLeaf, AuditExportStart,
};
use viral_engine_db::audit::{self as db, SealedRow};
use viral_engine_domain::audit::{CHAIN_START, StoredEntry};

use super::damaged;
use super::heads::frontier;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::export::{BATCH_ROWS, ExportStream};

/// The trail from a leaf on, as it is now: a line that says where it begins, then a line a leaf.
///
/// # Errors
/// When there is no such leaf.
pub async fn export_audit_trail(context: &Context, from_seq: i64) -> ServiceResult<ExportStream> {
    let mut conn = context.connection().await?;
    let start = start(&mut conn, from_seq).await?;
    drop(conn);
    let size = i64::try_from(start.size).map_err(|_| damaged())?;
    let mut first = Vec::new();
    write_line(&mut first, &start)?;
    let context = context.clone();
    let state = Some((first, from_seq));
    Ok(Box::pin(try_unfold(state, move |state| {
        let context = context.clone();
        async move {
            let Some((begin, next)) = state else {
                return Ok(None);
            };
            let (part, next) = batch(&context, begin, next, size).await?;
            Ok(Some((part, next.map(|next| (Vec::new(), next)))))
        }
    })))
}

async fn start(
    conn: &mut diesel_async::AsyncPgConnection,
    from_seq: i64,
) -> ServiceResult<AuditExportStart> {
    let size = db::last_leaf(conn).await?.map_or(0, |last| last.seq + 1);
    if !(0..=size).contains(&from_seq) {
        return Err(ServiceError::BadRequest(FieldError::new(
            "?from_seq",
            "out_of_range",
            "The trail ends before this leaf.",
        )));
    }
    let before = match from_seq {
        0 => None,
        _ => Some(
            db::find_leaf(conn, from_seq - 1)
                .await?
                .ok_or_else(damaged)?,
        ),
    };
    let chain = match &before {
        Some(leaf) => leaf.chain().ok_or_else(damaged)?,
        None => CHAIN_START,
    };
    let tree = frontier(conn, from_seq).await?;
    Ok(AuditExportStart {
        format: AUDIT_EXPORT_FORMAT.to_owned(),
        size: size.try_into().map_err(|_| damaged())?,
        from_seq: tree.size(),
        chain_before: hex::encode(chain),
        sealed_as_before: before.map(|leaf| leaf.sealed_as),
        subtrees: tree.peaks().iter().map(hex::encode).collect(),
    })
}

/// The next lines behind `begin`, and where to go on.
async fn batch(
    context: &Context,
    begin: Vec<u8>,
    next: i64,
    size: i64,
) -> ServiceResult<(Bytes, Option<i64>)> {
    let mut conn = context.connection().await?;
    let rows = db::load_sealed(&mut conn, next, BATCH_ROWS).await?;
    drop(conn);
    let mut bytes = begin;
    // What was sealed since the first line is for the next export.
    for row in rows.iter().filter(|row| row.leaf.seq < size) {
        write_line(&mut bytes, &line(row)?)?;
    }
    let last = rows.last().map(|row| row.leaf.seq);
    let is_full = rows.len() as i64 == BATCH_ROWS;
    let next = last.filter(|last| is_full && *last < size - 1);
    Ok((bytes.into(), next.map(|last| last + 1)))
}

fn line(row: &SealedRow) -> ServiceResult<AuditExportLeaf> {
    let leaf = &row.leaf;
    let entry = match row.entry.entry() {
        Some(stored) => Some(exported(&stored)?),
        None => None,
    };
    Ok(AuditExportLeaf {
        seq: leaf.seq.try_into().map_err(|_| damaged())?,
        entry_id: leaf.entry_id,
        sealed_as: leaf.sealed_as.clone(),
        entry_hash: hex::encode(&leaf.entry_hash),
        chain_hash: hex::encode(&leaf.chain_hash),
        entry,
    })
}

fn exported(stored: &StoredEntry<'_>) -> ServiceResult<AuditExportEntry> {
    let entry = &stored.entry;
    let text = |text: Option<&str>| text.map(ToOwned::to_owned);
    let changes = RawValue::from_string(entry.changes.to_owned())
        .map_err(|error| ServiceError::Internal(format!("changes of {}: {error}", entry.id)))?;
    Ok(AuditExportEntry {
        id: entry.id,
        at: entry.at,
        actor_kind: entry.actor_kind.to_owned(),
        actor_id: entry.actor_id,
        action: entry.action.to_owned(),
        object_kind: entry.object_kind.to_owned(),
        object_id: entry.object_id.to_owned(),
        changes,
        request_id: text(entry.request_id),
        ip_prefix: text(entry.ip_prefix),
    })
}

fn write_line(bytes: &mut Vec<u8>, line: &impl Serialize) -> ServiceResult<()> {
    serde_json::to_writer(&mut *bytes, line)
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    bytes.push(b'\n');
    Ok(())
}
