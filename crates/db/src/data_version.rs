//! Versions of what guardrails read, so that an answer can be kept until one of them grows.
//!
//! A write is committed, then [`bump`] runs, then the caller is answered. Whoever reads [`current`] after that
//! answer sees the bump, and a computation that begins after reading it sees the committed rows. So an answer
//! computed after version `v` was read holds every write that was acknowledged before anybody read `v`, on
//! whichever node. A sequence serves because it does not wait for transactions: it costs no row lock, and its
//! growth is seen at once.

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// The versions at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Versions {
    /// Grows with events, inputs, links and institution networks.
    #[diesel(sql_type = BigInt)]
    pub data: i64,
    /// Grows with settings; their ETag.
    #[diesel(sql_type = BigInt)]
    pub settings: i64,
}

#[derive(QueryableByName)]
struct Bumped {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// A sequence that was never used shows the value it will give first, hence `is_called`.
const CURRENT: &str = "
SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM data_version) AS data,
       (SELECT version FROM settings_version) AS settings";

const BUMP: &str = "
WITH bumped AS MATERIALIZED (SELECT nextval('data_version') AS version)
SELECT version, pg_notify('ve_data', version::text) FROM bumped";

/// The versions now.
///
/// # Errors
/// When the database can not be asked.
pub async fn current(conn: &mut AsyncPgConnection) -> DbResult<Versions> {
    Ok(sql_query(CURRENT).get_result(conn).await?)
}

/// Grows the data version, tells every node, and answers it. Call it **after** the transaction that wrote has
/// committed and before the write is acknowledged: within the transaction, an answer computed in between would be
/// kept as if it held the write.
///
/// # Errors
/// When the database refuses.
pub async fn bump(conn: &mut AsyncPgConnection) -> DbResult<i64> {
    let bumped: Bumped = sql_query(BUMP).get_result(conn).await?;
    Ok(bumped.version)
}
