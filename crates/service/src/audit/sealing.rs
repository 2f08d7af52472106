//! Seals entries: gives each its place, its leaf and its link of the chain, about once a second.
//!
//! Writes never wait for each other or for this: they only leave their entry in a queue, in their own transaction. What
//! is taken from the queue is what has committed, however late; so nothing is overtaken and nothing is skipped.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use viral_engine_db::audit::{
    LeafRow, UnsealedRow, insert_leaves, last_leaf, load_frontier, load_unsealed, oldest_unsealed,
};
use viral_engine_db::locks::{Lock, try_lock};
use viral_engine_domain::audit::{AuditKeys, SealedAs, SealedLeaf, Sealer};

use super::damaged;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// Entries that are sealed in one transaction.
const BATCH: i64 = 1_000;
/// Entries that wait are counted up to here.
pub(super) const UNSEALED_COUNTED: i64 = 10_000;

/// What sealing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealing {
    /// Entries that got their leaf.
    pub sealed: usize,
    /// Of them those that were changed, added or removed by somebody else before.
    pub tampered: usize,
}

/// Seals entries until `stop`. Every node runs it; one at a time is at it.
pub async fn run_sealing(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = seal_and_measure(&context).await {
            tracing::warn!(%error, "audit entries wait to be sealed");
        }
    }
}

async fn seal_and_measure(context: &Context) -> ServiceResult<()> {
    let sealed = seal_audit_entries(context).await;
    let mut conn = context.connection().await?;
    let oldest = oldest_unsealed(&mut conn).await?;
    let since = oldest.and_then(|id| id.get_timestamp()).map(|at| {
        let (seconds, _) = at.to_unix();
        (context.now().timestamp() as f64 - seconds as f64).max(0.0)
    });
    metrics::gauge!("viral_engine_audit_unsealed_seconds").set(since.unwrap_or(0.0));
    sealed.map(|_| ())
}

/// Seals what waits, unless another node is at it.
///
/// # Errors
/// When the database refuses, or leaves are missing; nothing is lost then.
pub async fn seal_audit_entries(context: &Context) -> ServiceResult<Sealing> {
    let mut conn = context.connection().await?;
    let mut sum = Sealing::default();
    loop {
        let batch = conn
            .transaction(async |conn| seal_batch(conn, &context.keys.audit).await)
            .await?;
        report(&batch);
        sum.sealed += batch.len();
        sum.tampered += batch.iter().filter(|leaf| is_tampered(leaf)).count();
        if (batch.len() as i64) < BATCH {
            return Ok(sum);
        }
    }
}

async fn seal_batch(
    conn: &mut AsyncPgConnection,
    keys: &AuditKeys,
) -> ServiceResult<Vec<SealedLeaf>> {
    if !try_lock(conn, Lock::Audit).await? {
        return Ok(Vec::new());
    }
    let waiting = load_unsealed(conn, BATCH).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let mut sealer = sealer(conn, keys).await?;
    let one = |row: &UnsealedRow| sealer.seal(row.entry_id, row.entry.entry().as_ref());
    let leaves: Vec<SealedLeaf> = waiting.iter().map(one).collect();
    let rows: ServiceResult<Vec<LeafRow>> = leaves.iter().map(row).collect();
    insert_leaves(conn, &rows?).await?;
    Ok(leaves)
}

/// The end of the trail as it is stored.
async fn sealer<'k>(
    conn: &mut AsyncPgConnection,
    keys: &'k AuditKeys,
) -> ServiceResult<Sealer<'k>> {
    let last = last_leaf(conn).await?;
    let size = last.as_ref().map_or(0, |last| last.seq + 1);
    let end = match &last {
        Some(last) => {
            let sealed_as = SealedAs::parse(&last.sealed_as).ok_or_else(damaged)?;
            Some((last.chain().ok_or_else(damaged)?, sealed_as))
        }
        None => None,
    };
    let size = u64::try_from(size).map_err(|_| damaged())?;
    let tree = load_frontier(conn, size).await?.ok_or_else(damaged)?;
    Ok(Sealer::new(keys, tree, end))
}

fn row(sealed: &SealedLeaf) -> ServiceResult<LeafRow> {
    let seq = i64::try_from(sealed.leaf.seq)
        .map_err(|_| ServiceError::Internal("the audit trail is full".to_owned()))?;
    Ok(LeafRow {
        seq,
        entry_id: sealed.leaf.entry_id,
        sealed_as: sealed.leaf.sealed_as.as_str().to_owned(),
        entry_hash: sealed.leaf.entry_hash.to_vec(),
        chain_hash: sealed.chain_hash.to_vec(),
        subtrees: sealed.subtrees.clone(),
        mac: sealed.mac.to_vec(),
    })
}

fn is_tampered(sealed: &SealedLeaf) -> bool {
    matches!(
        sealed.leaf.sealed_as,
        SealedAs::Changed | SealedAs::Vanished
    )
}

/// What somebody else changed is sealed as it is, and said loudly.
fn report(leaves: &[SealedLeaf]) {
    for sealed in leaves.iter().filter(|leaf| is_tampered(leaf)) {
        let how = sealed.leaf.sealed_as.as_str();
        tracing::error!(
            seq = sealed.leaf.seq,
            entry = %sealed.leaf.entry_id,
            how,
            "an audit entry was tampered with before it was sealed"
        );
        metrics::counter!("viral_engine_audit_tampered_total", "how" => how).increment(1);
    }
}
