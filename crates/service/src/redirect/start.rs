//! Starts what a node needs to follow links, and stops it without losing a hit.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use viral_engine_click_log::{ClickLog, Recovery};

use super::shared::{ClickRecorder, Redirect};
use super::upkeep::keep_current;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::events::{IngestHandle, ShipperHandle, start_ingest, start_shipper};

/// A node's ingest, shipper and redirect.
pub struct Clicks {
    /// Stores events.
    pub ingest: IngestHandle,
    /// Follows links.
    pub redirect: Arc<Redirect>,
    shipper: ShipperHandle,
    log: Arc<ClickLog>,
    upkeep: JoinHandle<()>,
}

/// Starts ingest, shipper and redirect on the runtime of the caller. Run
/// [`crate::notifications::follow_other_nodes`] beside them, or nobody tells the redirect what changes.
///
/// # Errors
/// When the list of crawlers that the engine was built with is broken.
pub fn start_clicks(
    context: &Context,
    log: ClickLog,
    recovery: &Recovery,
) -> ServiceResult<Clicks> {
    let log = Arc::new(log);
    let ingest = start_ingest(context)?;
    let shipper = start_shipper(context, &ingest, Arc::clone(&log), recovery);
    let recorder = ClickRecorder {
        log: Arc::clone(&log),
        shipped: shipper.shipped(),
    };
    let redirect = Redirect::new(context, Arc::clone(ingest.identification()), recorder);
    Ok(Clicks {
        upkeep: tokio::spawn(keep_current(Arc::clone(&redirect))),
        ingest,
        redirect,
        shipper,
        log,
    })
}

impl Clicks {
    /// Figures of the click log, for metrics.
    pub fn log(&self) -> &ClickLog {
        &self.log
    }

    /// Closes the click log, ships what is in it and stores what waits, but no longer than `patience`. Call it when
    /// no request is served any more. Answers whether everything was shipped; what was not is shipped by the next
    /// process.
    pub async fn shutdown(self, patience: Duration) -> bool {
        self.upkeep.abort();
        self.log.close().await;
        let shipped = self.shipper.finish(patience).await;
        self.ingest.shutdown().await;
        shipped
    }
}
