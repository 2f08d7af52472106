//! Removes what entries say once it has served its time. Leaves stay.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::leaves::SealedRow;
use super::text::ENTRY_COLUMNS;
use crate::error::DbResult;

#[derive(QueryableByName)]
struct Seq {
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
}

/// The first leaf from `after` on whose entry has to be kept, since its time is not before `kept_from`; the one behind
/// the last when there is none.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn first_kept_leaf(
    conn: &mut AsyncPgConnection,
    after: i64,
    kept_from: DateTime<Utc>,
) -> DbResult<i64> {
    let sql = "SELECT coalesce( \
           (SELECT l.seq FROM audit_leaves l JOIN audit_entries e ON e.id = l.entry_id \
            WHERE l.seq >= $1 AND e.at >= $2 ORDER BY l.seq LIMIT 1), \
           (SELECT max(seq) + 1 FROM audit_leaves), 0) AS seq";
    let row: Seq = sql_query(sql)
        .bind::<BigInt, _>(after)
        .bind::<Timestamptz, _>(kept_from)
        .get_result(conn)
        .await?;
    Ok(row.seq.unwrap_or(0))
}

/// The sealed announcements of an action, the latest first.
pub async fn load_announcements(
    conn: &mut AsyncPgConnection,
    action: &str,
    limit: i64,
) -> DbResult<Vec<SealedRow>> {
    let sql = format!(
        "SELECT l.seq, l.entry_id, l.sealed_as, l.entry_hash, l.chain_hash, l.subtrees, l.mac, {ENTRY_COLUMNS} \
         FROM audit_entries e JOIN audit_leaves l ON l.entry_id = e.id \
         WHERE e.action = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2"
    );
    Ok(sql_query(sql)
        .bind::<Text, _>(action)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Removes entries of leaves from `after` to before `before`, at most `limit` of them, through the one door that the
/// database leaves open. Answers the last leaf that was looked at; `None` when none was left. To be called in a
/// transaction.
pub async fn delete_entries_before(
    conn: &mut AsyncPgConnection,
    before: i64,
    after: i64,
    limit: i64,
) -> DbResult<Option<i64>> {
    sql_query("SELECT set_config('viral_engine.prune_audit_before', $1, true)")
        .bind::<Text, _>(before.to_string())
        .execute(conn)
        .await?;
    let sql = "WITH due AS ( \
           SELECT seq, entry_id FROM audit_leaves WHERE seq < $1 AND seq >= $2 ORDER BY seq LIMIT $3 \
         ), gone AS ( \
           DELETE FROM audit_entries e USING due WHERE e.id = due.entry_id \
         ) SELECT max(seq) AS seq FROM due";
    let row: Seq = sql_query(sql)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .get_result(conn)
        .await?;
    Ok(row.seq)
}
