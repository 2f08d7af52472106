//! Rollups that a change of configuration makes stale: made anew under the ingest lock.

use viral_engine_db::DbResult;
use viral_engine_db::events::ingest::{IngestConnection, bursts};

/// Brings the bursts of devices to the configured number of clicks, if they are made of another.
pub(super) async fn ensure_min_clicks(conn: &IngestConnection, min_clicks: u32) -> DbResult<()> {
    conn.begin().await?;
    let stored = bursts::min_clicks(conn).await?;
    if stored != Some(min_clicks) {
        tracing::info!(?stored, min_clicks, "making the bursts of devices anew");
        bursts::rebuild(conn, min_clicks).await?;
    }
    conn.commit().await
}
