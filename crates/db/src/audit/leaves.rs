//! Leaves: what is sealed. Rows are only ever added, under [`Lock::Audit`](crate::locks::Lock).

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::audit::{Frontier, Hash, Leaf, LeafRecord, Node, SealedAs};

use super::text::{ENTRY_COLUMNS, EntryColumns};
use crate::error::DbResult;
use crate::schema::{audit_leaves, audit_unsealed};

/// A leaf as stored.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable, Insertable)]
#[diesel(table_name = audit_leaves, check_for_backend(diesel::pg::Pg))]
pub struct LeafRow {
    /// Place in the trail, from 0.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// The entry.
    #[diesel(sql_type = SqlUuid)]
    pub entry_id: Uuid,
    /// What sealing found.
    #[diesel(sql_type = Text)]
    pub sealed_as: String,
    /// SHA-256 of the entry's bytes.
    #[diesel(sql_type = Binary)]
    pub entry_hash: Vec<u8>,
    /// The chain's hash behind it.
    #[diesel(sql_type = Binary)]
    pub chain_hash: Vec<u8>,
    /// Hashes of the subtrees it completes, from level 1 up.
    #[diesel(sql_type = Binary)]
    pub subtrees: Vec<u8>,
    /// Protects it, and by the chain all before it.
    #[diesel(sql_type = Binary)]
    pub mac: Vec<u8>,
}

impl LeafRow {
    /// The leaf; `None` when the row can not be one of ours.
    #[must_use]
    pub fn leaf(&self) -> Option<Leaf> {
        Some(Leaf {
            seq: self.seq.try_into().ok()?,
            entry_id: self.entry_id,
            sealed_as: SealedAs::parse(&self.sealed_as)?,
            entry_hash: hash(&self.entry_hash)?,
        })
    }

    /// The chain's hash behind it.
    #[must_use]
    pub fn chain(&self) -> Option<Hash> {
        hash(&self.chain_hash)
    }

    /// The hash of a subtree that it completes.
    fn subtree(&self, level: u32) -> Option<Hash> {
        let Some(above) = level.checked_sub(1) else {
            return Some(self.leaf()?.hash());
        };
        let from = above as usize * 32;
        hash(self.subtrees.get(from..from + 32)?)
    }
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

/// A leaf with its entry, if that is still there.
#[derive(Clone, Debug, QueryableByName)]
pub struct SealedRow {
    /// The leaf.
    #[diesel(embed)]
    pub leaf: LeafRow,
    /// The entry.
    #[diesel(embed)]
    pub entry: EntryColumns,
}

impl SealedRow {
    /// What is verified; `None` when the row can not be one of ours.
    #[must_use]
    pub fn record(&self) -> Option<LeafRecord<'_>> {
        Some(LeafRecord {
            leaf: self.leaf.leaf()?,
            chain_hash: self.leaf.chain()?,
            subtrees: Some(&self.leaf.subtrees),
            mac: Some(&self.leaf.mac),
            entry: self.entry.entry(),
        })
    }
}

/// An entry that waits for its leaf; it may be gone.
#[derive(Clone, Debug, QueryableByName)]
pub struct UnsealedRow {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub entry_id: Uuid,
    /// The entry.
    #[diesel(embed)]
    pub entry: EntryColumns,
}

/// Entries that wait for their leaf, about the oldest first.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn load_unsealed(conn: &mut AsyncPgConnection, limit: i64) -> DbResult<Vec<UnsealedRow>> {
    let sql = format!(
        "SELECT u.entry_id, {ENTRY_COLUMNS} FROM audit_unsealed u LEFT JOIN audit_entries e ON e.id = u.entry_id \
         ORDER BY u.entry_id LIMIT $1"
    );
    Ok(sql_query(sql).bind::<BigInt, _>(limit).load(conn).await?)
}

/// Number of entries that wait for their leaf, counted up to `limit`.
pub async fn count_unsealed(conn: &mut AsyncPgConnection, limit: i64) -> DbResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let sql = "SELECT count(*) AS count FROM (SELECT FROM audit_unsealed LIMIT $1) AS waiting";
    let row: Count = sql_query(sql)
        .bind::<BigInt, _>(limit)
        .get_result(conn)
        .await?;
    Ok(row.count)
}

/// The entry that has waited longest for its leaf, by its id.
pub async fn oldest_unsealed(conn: &mut AsyncPgConnection) -> DbResult<Option<Uuid>> {
    Ok(audit_unsealed::table
        .order(audit_unsealed::entry_id)
        .select(audit_unsealed::entry_id)
        .first(conn)
        .await
        .optional()?)
}

/// Adds leaves; their entries no longer wait.
pub async fn insert_leaves(conn: &mut AsyncPgConnection, leaves: &[LeafRow]) -> DbResult<()> {
    diesel::insert_into(audit_leaves::table)
        .values(leaves)
        .execute(conn)
        .await?;
    let sealed: Vec<Uuid> = leaves.iter().map(|leaf| leaf.entry_id).collect();
    sql_query("DELETE FROM audit_unsealed WHERE entry_id = ANY($1)")
        .bind::<Array<SqlUuid>, _>(sealed)
        .execute(conn)
        .await?;
    Ok(())
}

/// The last leaf.
pub async fn last_leaf(conn: &mut AsyncPgConnection) -> DbResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .order(audit_leaves::seq.desc())
        .select(LeafRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The leaf with this number.
pub async fn find_leaf(conn: &mut AsyncPgConnection, seq: i64) -> DbResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .find(seq)
        .select(LeafRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Hashes of subtrees; those that are not stored are left out.
pub async fn load_nodes(
    conn: &mut AsyncPgConnection,
    nodes: &[Node],
) -> DbResult<HashMap<Node, Hash>> {
    let seqs: Vec<i64> = nodes
        .iter()
        .filter_map(|node| i64::try_from(node.completed_by()).ok())
        .collect();
    let rows: Vec<LeafRow> = audit_leaves::table
        .filter(audit_leaves::seq.eq_any(seqs))
        .select(LeafRow::as_select())
        .load(conn)
        .await?;
    let rows: HashMap<i64, LeafRow> = rows.into_iter().map(|row| (row.seq, row)).collect();
    let found = nodes.iter().filter_map(|node| {
        let row = rows.get(&i64::try_from(node.completed_by()).ok()?)?;
        Some((*node, row.subtree(node.level)?))
    });
    Ok(found.collect())
}

/// The tree of this size; `None` when a subtree is missing.
pub async fn load_frontier(conn: &mut AsyncPgConnection, size: u64) -> DbResult<Option<Frontier>> {
    let nodes = Frontier::nodes(size);
    let hashes = load_nodes(conn, &nodes).await?;
    let peaks: Option<Vec<Hash>> = nodes.iter().map(|node| hashes.get(node).copied()).collect();
    Ok(peaks.and_then(|peaks| Frontier::new(size, peaks)))
}

/// Leaves from `from` on, in their order, with their entries.
pub async fn load_sealed(
    conn: &mut AsyncPgConnection,
    from: i64,
    limit: i64,
) -> DbResult<Vec<SealedRow>> {
    let sql = format!(
        "SELECT l.seq, l.entry_id, l.sealed_as, l.entry_hash, l.chain_hash, l.subtrees, l.mac, {ENTRY_COLUMNS} \
         FROM audit_leaves l LEFT JOIN audit_entries e ON e.id = l.entry_id \
         WHERE l.seq >= $1 ORDER BY l.seq LIMIT $2"
    );
    Ok(sql_query(sql)
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Entries that have no leaf and do not wait for one: somebody took them out of the queue.
pub async fn load_unqueued(conn: &mut AsyncPgConnection, limit: i64) -> DbResult<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let sql = "SELECT e.id FROM audit_entries e WHERE NOT EXISTS (SELECT FROM audit_leaves l WHERE l.entry_id = e.id) \
         AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.entry_id = e.id) ORDER BY e.id LIMIT $1";
    let rows: Vec<Row> = sql_query(sql).bind::<BigInt, _>(limit).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
