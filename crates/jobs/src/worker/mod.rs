//! The worker: claims jobs, runs them, and writes down how they ended.
//!
//! Five tasks share what runs: one claims, one prolongs leases, one writes ends in batches, one looks for jobs of dead
//! workers, and each job is a task of its own. They have connections of their own, so that jobs which use up the pool
//! can not keep them from telling that they live. A slot is free again when the end of its job is written, not before,
//! so that nothing piles up while the database is away.

mod claims;
mod ends;
mod heartbeat;
mod options;
mod reaper;
mod run;
mod running;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use viral_engine_db::Database;
use viral_engine_db::jobs::set_concurrency;
use viral_engine_service::{Context, ServiceError, ServiceResult};

pub use options::WorkerOptions;

use crate::registry::Registry;
use ends::End;
use running::Running;

/// Connections of the worker's own tasks: one each.
const CONNECTIONS: usize = 4;
/// How long a stopping worker tries to give back what it holds; the leases run out by themselves.
const GIVE_BACK: Duration = Duration::from_secs(5);
/// Pause after the database refused.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Longest time that a statement of the worker's own may take; a database that hangs is treated as away.
const STATEMENT_LIMIT: Duration = Duration::from_secs(10);

/// What the worker's tasks share.
struct Shared {
    id: Uuid,
    service: Context,
    database: Database,
    registry: Registry,
    options: WorkerOptions,
    running: Running,
    ends: mpsc::UnboundedSender<End>,
    /// No further job is claimed.
    stop: CancellationToken,
    /// Jobs that run are given back.
    give_back: CancellationToken,
}

/// A running worker. Dropped, it leaves everything as a killed process would.
pub struct Worker {
    shared: Arc<Shared>,
    claims: JoinSet<()>,
    ends: JoinSet<()>,
    rest: JoinSet<()>,
}

impl Worker {
    /// Starts a worker. Notices of other nodes reach it once `service::notifications::follow_other_nodes` runs.
    ///
    /// # Errors
    /// When the database can not be reached.
    pub async fn start(
        context: &Context,
        registry: Registry,
        options: WorkerOptions,
    ) -> ServiceResult<Self> {
        let database = Database::new(context.database.url(), CONNECTIONS)?;
        let mut conn = database.connection().await?;
        set_concurrency(&mut conn, &options.queues).await?;
        drop(conn);
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            id: Uuid::now_v7(),
            service: context.clone(),
            database,
            registry,
            running: Running::default(),
            options,
            ends: sender,
            stop: CancellationToken::new(),
            give_back: CancellationToken::new(),
        });
        ends::begin_at_zero(&shared.registry);
        tracing::info!(worker = %shared.id, "the worker runs");
        let mut worker = Self {
            claims: JoinSet::new(),
            ends: JoinSet::new(),
            rest: JoinSet::new(),
            shared: Arc::clone(&shared),
        };
        worker.claims.spawn(claims::claim_jobs(Arc::clone(&shared)));
        worker
            .ends
            .spawn(ends::write_ends(Arc::clone(&shared), receiver));
        worker
            .rest
            .spawn(heartbeat::prolong_leases(Arc::clone(&shared)));
        worker.rest.spawn(reaper::reap_jobs(shared));
        Ok(worker)
    }

    /// The id that jobs name it by.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.shared.id
    }

    /// Claims nothing any more. Jobs that run go on.
    pub fn stop_claiming(&self) {
        self.shared.stop.cancel();
    }

    /// Claims nothing any more, waits up to `patience` for the jobs that run, and gives the others back.
    pub async fn stop(mut self, patience: Duration) {
        self.stop_claiming();
        while self.claims.join_next().await.is_some() {}
        if timeout(patience, self.shared.running.none_left())
            .await
            .is_err()
        {
            tracing::warn!(
                jobs = self.shared.running.len(),
                "jobs are given back unfinished"
            );
            self.shared.give_back.cancel();
            if timeout(GIVE_BACK, self.shared.running.none_left())
                .await
                .is_err()
            {
                tracing::warn!("the database does not take them; their leases run out");
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Jobs are tasks of the runtime: without this they would outlive their worker.
        self.shared.stop.cancel();
        self.shared.running.abort_all();
    }
}

/// Pauses after an error, unless the worker stops.
async fn pause(shared: &Shared) {
    let _ = shared
        .give_back
        .run_until_cancelled(tokio::time::sleep(RETRY_AFTER))
        .await;
}

/// The outcome of a statement that may take so long and no longer.
async fn limited<T>(statement: impl Future<Output = ServiceResult<T>>) -> ServiceResult<T> {
    match timeout(STATEMENT_LIMIT, statement).await {
        Ok(result) => result,
        Err(_) => Err(ServiceError::Unavailable(
            "the database does not answer".to_owned(),
        )),
    }
}
