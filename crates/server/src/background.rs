//! What goes on beside requests for as long as the engine serves.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use viral_engine_service::Context;
use viral_engine_service::guardrails::run_timer;
use viral_engine_service::housekeeping::keep_house;
use viral_engine_service::notifications::follow_other_nodes;

/// The running background work.
pub struct Background {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Background {
    /// Starts all of it.
    pub fn start(context: &Context) -> Self {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(follow_other_nodes(context.clone(), stop.clone()));
        tasks.spawn(run_timer(context.clone(), stop.clone()));
        tasks.spawn(keep_house(context.clone(), stop.clone()));
        Self { stop, tasks }
    }

    /// Asks all of it to end and waits until it has.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "background work ended unexpectedly");
            }
        }
    }
}
