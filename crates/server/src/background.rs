//! What goes on beside requests for as long as the engine runs.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use viral_engine_jobs::{Ticker, Worker, WorkerOptions};
use viral_engine_service::Context;
use viral_engine_service::attribution::run_attributions;
use viral_engine_service::audit::run_sealing;
use viral_engine_service::jobs::measure_queues;
use viral_engine_service::notifications::follow_other_nodes;
use viral_engine_service::schedules::SCHEDULES;
use viral_engine_service::webhooks::run_outbox;

use crate::config::JobConfig;

/// Time between two looks at the queues for Prometheus.
const MEASURE_EVERY: Duration = Duration::from_secs(15);

/// The running background work.
pub struct Background {
    stop: CancellationToken,
    tasks: JoinSet<()>,
    work: Option<Work>,
}

/// What runs jobs and asks for them.
struct Work {
    worker: Worker,
    ticker: Ticker,
}

impl Background {
    /// Starts what every node does.
    pub fn start(context: &Context) -> Self {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(follow_other_nodes(context.clone(), stop.clone()));
        tasks.spawn(measure(context.clone(), stop.clone()));
        tasks.spawn(run_sealing(context.clone(), stop.clone()));
        Self {
            stop,
            tasks,
            work: None,
        }
    }

    /// Also runs jobs, and enqueues those of the schedules.
    ///
    /// # Errors
    /// When the database can not be reached.
    pub async fn work(&mut self, context: &Context, config: &JobConfig) -> Result<()> {
        let options = WorkerOptions {
            queues: config.concurrency.clone(),
            ..WorkerOptions::default()
        };
        let worker = Worker::start(context, viral_engine_jobs::registry(), options)
            .await
            .context("the worker could not be started")?;
        let ticker = Ticker::start(context, SCHEDULES)
            .await
            .context("the schedules could not be started")?;
        let outbox = run_outbox(context.clone(), self.stop.clone());
        self.tasks.spawn(outbox);
        let attributions = run_attributions(context.clone(), self.stop.clone());
        self.tasks.spawn(attributions);
        self.work = Some(Work { worker, ticker });
        Ok(())
    }

    /// Begins no further job; those that run go on.
    pub fn begin_nothing_new(&self) {
        if let Some(work) = &self.work {
            work.worker.stop_claiming();
        }
    }

    /// Asks all of it to end and waits until it has; jobs that run may take up to `patience`.
    pub async fn stop(mut self, patience: Duration) {
        if let Some(Work { worker, ticker }) = self.work.take() {
            ticker.stop().await;
            worker.stop(patience).await;
        }
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "background work ended unexpectedly");
            }
        }
    }
}

async fn measure(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(MEASURE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = measure_queues(&context).await {
            tracing::warn!(%error, "the queues could not be measured");
        }
    }
}
