//! What ingest stored to be told. It writes on a connection of its own, see `events::ingest::outbox`.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use crate::error::DbResult;

/// Something to be told.
#[derive(Clone, Debug, QueryableByName)]
pub struct OutboxRow {
    /// Its place in the order.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// What happened.
    #[diesel(sql_type = Text)]
    pub event_type: String,
    /// To whom or what.
    #[diesel(sql_type = Jsonb)]
    pub data: Value,
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = Bool)]
    due: bool,
}

const IS_DUE: &str = "
SELECT coalesce(min(created_at) <= clock_timestamp() - interval '1 second', false) AS due FROM webhook_outbox";

const TAKE: &str = "
WITH taken AS (
    DELETE FROM webhook_outbox WHERE id IN (SELECT id FROM webhook_outbox ORDER BY id LIMIT $1)
    RETURNING id, event_type, data
)
SELECT id, event_type, data FROM taken ORDER BY id";

/// Whether something has waited for a second. Emptied only then, whoever looks and however often, it is emptied at
/// most once a second.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn outbox_is_due(conn: &mut AsyncPgConnection) -> DbResult<bool> {
    let row: Due = sql_query(IS_DUE).get_result(conn).await?;
    Ok(row.due)
}

/// Removes the oldest rows, at most `limit`, and answers them.
pub async fn take_outbox(conn: &mut AsyncPgConnection, limit: i64) -> DbResult<Vec<OutboxRow>> {
    Ok(sql_query(TAKE).bind::<BigInt, _>(limit).load(conn).await?)
}
