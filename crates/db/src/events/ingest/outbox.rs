//! What ingest leaves for webhooks, in the transaction of the batch it tells about.

use serde_json::Value;

use super::connection::IngestConnection;
use crate::error::DbResult;

/// One row, read beside everything else that a batch must know.
const SUBSCRIBED: &str = "
SELECT coalesce(bool_or('link.clicked' = ANY (event_types)), false),
       coalesce(bool_or('conversion.created' = ANY (event_types)), false)
FROM webhook_endpoints WHERE disabled_at IS NULL";

const INSERT: &str = "
INSERT INTO webhook_outbox (event_type, data)
SELECT n.event_type, n.data FROM unnest($1::text[], $2::jsonb[]) AS n (event_type, data)";

/// What any receiver wants to be told of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subscribed {
    /// Clicks of links.
    pub clicks: bool,
    /// Conversions.
    pub conversions: bool,
}

/// What any receiver wants to be told.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn subscribed(conn: &IngestConnection) -> DbResult<Subscribed> {
    let rows = conn.query(SUBSCRIBED, &[]).await?;
    Ok(rows
        .first()
        .map(|row| Subscribed {
            clicks: row.get(0),
            conversions: row.get(1),
        })
        .unwrap_or_default())
}

/// Leaves what is to be told, as event type and data.
pub async fn leave(conn: &IngestConnection, rows: &[(&str, Value)]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let event_types: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let data: Vec<&Value> = rows.iter().map(|row| &row.1).collect();
    conn.execute(INSERT, &[&event_types, &data]).await?;
    Ok(())
}
