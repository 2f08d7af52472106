//! A worker in a process of its own, to be killed.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions};
use viral_engine_service::ServiceError;

use super::{database, workload};

/// How long a killed worker's jobs are held; short, so that many kills fit into a run.
pub const LEASE: Duration = Duration::from_millis(1_500);

/// Runs jobs until it is killed; prints its process id when it does.
pub async fn run(url: &str) -> Result<()> {
    let context = database::context(url)?;
    let _listening = database::listen(&context);
    let options = WorkerOptions {
        queues: vec![(Queue::Batch, 50), (Queue::Default, 20), (Queue::Recaps, 2)],
        lease: LEASE,
        heartbeat: LEASE / 5,
        poll: Duration::from_millis(200),
        reap: LEASE / 5,
    };
    let _worker = loop {
        match Worker::start(&context, workload::registry(), options.clone()).await {
            Ok(worker) => break worker,
            // PostgreSQL was killed and comes back; whoever started this process waits for its line.
            Err(ServiceError::Unavailable(_)) => tokio::time::sleep(LEASE / 10).await,
            Err(error) => return Err(error.into()),
        }
    };
    writeln!(std::io::stdout(), "{}", std::process::id())?;
    std::future::pending().await
}
