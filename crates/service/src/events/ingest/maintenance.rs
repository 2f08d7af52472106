//! Rollups that a change of configuration makes stale: made anew under the ingest lock.

use viral_engine_db::events::ingest::{IngestConnection, bursts};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Brings the bursts of devices to the configured number of clicks, if they are made of another. For the start of a
/// node, before it takes anything in: commands beside it must not bend the rollup to an environment of their own.
///
/// # Errors
/// When the database refuses.
pub async fn ensure_bursts(context: &Context) -> ServiceResult<()> {
    let min_clicks = context.config.thresholds.bot_detection_min_clicks;
    let ensured = async {
        let conn = IngestConnection::open(context.database.url()).await?;
        conn.begin().await?;
        let stored = bursts::min_clicks(&conn).await?;
        if stored != Some(min_clicks) {
            tracing::info!(?stored, min_clicks, "making the bursts of devices anew");
            bursts::rebuild(&conn, min_clicks).await?;
        }
        conn.commit().await
    };
    ensured.await.map_err(ServiceError::from)
}
