//! Proofs for whoever keeps heads and does not want the whole trail.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::audit::{AuditConsistency, AuditInclusion};
use viral_engine_db::audit::{find_leaf, last_leaf, load_nodes};
use viral_engine_domain::audit::{Hash, Node, ProofPlan, plan_consistency, plan_inclusion};

use super::damaged;
use super::heads::frontier;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// The proof that a leaf is in the tree of a size, the present one unless given.
///
/// # Errors
/// When the leaf is not in that tree, or there is no such tree yet.
pub async fn get_audit_inclusion(
    context: &Context,
    seq: i64,
    tree_size: Option<i64>,
) -> ServiceResult<AuditInclusion> {
    let mut conn = context.connection().await?;
    let size = existing(&mut conn, "?tree_size", tree_size).await?;
    let plan = plan(plan_inclusion(unsigned(seq), unsigned(size)), "?seq")?;
    let leaf = find_leaf(&mut conn, seq).await?;
    let leaf = leaf.and_then(|row| row.leaf()).ok_or_else(damaged)?;
    Ok(AuditInclusion {
        seq,
        tree_size: size,
        leaf_hash: hex::encode(leaf.hash()),
        root: root(&mut conn, size).await?,
        hashes: prove(&mut conn, &plan).await?,
    })
}

/// The proof that the tree of one size is the beginning of that of another, the present one unless given.
///
/// # Errors
/// When there are no such trees.
pub async fn get_audit_consistency(
    context: &Context,
    from_size: i64,
    to_size: Option<i64>,
) -> ServiceResult<AuditConsistency> {
    let mut conn = context.connection().await?;
    let to_size = existing(&mut conn, "?to_size", to_size).await?;
    let planned = plan_consistency(unsigned(from_size), unsigned(to_size));
    let plan = plan(planned, "?from_size")?;
    Ok(AuditConsistency {
        from_size,
        from_root: root(&mut conn, from_size).await?,
        to_size,
        to_root: root(&mut conn, to_size).await?,
        hashes: prove(&mut conn, &plan).await?,
    })
}

/// The size asked for, which has to be there already.
async fn existing(
    conn: &mut AsyncPgConnection,
    pointer: &str,
    asked: Option<i64>,
) -> ServiceResult<i64> {
    let now = last_leaf(conn).await?.map_or(0, |last| last.seq + 1);
    match asked {
        Some(size) if size > now => Err(out_of_range(pointer)),
        asked => Ok(asked.unwrap_or(now)),
    }
}

fn plan(planned: Option<ProofPlan>, pointer: &str) -> ServiceResult<ProofPlan> {
    planned.ok_or_else(|| out_of_range(pointer))
}

fn out_of_range(pointer: &str) -> ServiceError {
    ServiceError::BadRequest(FieldError::new(
        pointer,
        "out_of_range",
        "Name a leaf or a size that the trail has.",
    ))
}

/// A negative number is no leaf: the largest one is none either.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

async fn root(conn: &mut AsyncPgConnection, size: i64) -> ServiceResult<String> {
    Ok(hex::encode(frontier(conn, size).await?.root()))
}

async fn prove(conn: &mut AsyncPgConnection, plan: &ProofPlan) -> ServiceResult<Vec<String>> {
    let nodes: Vec<Node> = plan.nodes().collect();
    let hashes: HashMap<Node, Hash> = load_nodes(conn, &nodes).await?;
    let proof = plan.assemble(|node| hashes.get(&node).copied());
    Ok(proof.ok_or_else(damaged)?.iter().map(hex::encode).collect())
}
