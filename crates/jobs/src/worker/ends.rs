//! Writes down how attempts ended, many in one statement, until the database has taken it.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;
use viral_engine_db::jobs::{Attempt, Ending, complete};
use viral_engine_domain::jobs::JobState;
use viral_engine_service::ServiceResult;
use viral_engine_service::jobs::settle_jobs;

use super::{Shared, limited, pause};
use crate::registry::Registry;

/// Most ends in one statement.
const BATCH: usize = 1_000;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum End {
    /// The work is done.
    Well {
        kind: &'static str,
        id: Uuid,
        attempt: i32,
    },
    /// It is not.
    Otherwise { kind: &'static str, ending: Ending },
}

impl End {
    fn attempt(&self) -> Attempt {
        match self {
            Self::Well { id, attempt, .. } => (*id, *attempt),
            Self::Otherwise { ending, .. } => (ending.id, ending.attempt),
        }
    }
}

/// Writes ends until the worker is gone.
pub(super) async fn write_ends(shared: Arc<Shared>, mut ends: UnboundedReceiver<End>) {
    let mut batch = Vec::new();
    while ends.recv_many(&mut batch, BATCH).await > 0 {
        // Over a database that is away too: an end that is not written is work done again.
        while let Err(error) = write(&shared, &batch).await {
            tracing::warn!(%error, jobs = batch.len(), "how jobs ended can not be written yet");
            pause(&shared).await;
        }
        shared
            .running
            .remove(batch.drain(..).map(|end| end.attempt()));
    }
}

async fn write(shared: &Shared, batch: &[End]) -> ServiceResult<()> {
    write_good_ends(shared, batch).await?;
    write_other_ends(shared, batch).await
}

async fn write_good_ends(shared: &Shared, batch: &[End]) -> ServiceResult<()> {
    let (mut attempts, mut kinds) = (Vec::new(), Vec::new());
    for end in batch {
        if let End::Well { kind, id, attempt } = end {
            attempts.push((*id, *attempt));
            kinds.push(*kind);
        }
    }
    if attempts.is_empty() {
        return Ok(());
    }
    let lost = limited(async {
        let mut conn = shared.database.connection().await?;
        Ok(complete(&mut conn, shared.id, &attempts).await?)
    })
    .await?;
    let lost: HashSet<Uuid> = lost.into_iter().collect();
    for ((id, _), kind) in attempts.iter().zip(kinds) {
        let held = !lost.contains(id);
        count(kind, if held { "succeeded" } else { "rejected" }, 1);
        if !held {
            tracing::warn!(job = %id, kind, "a job was given to another worker before it was done");
        }
    }
    Ok(())
}

async fn write_other_ends(shared: &Shared, batch: &[End]) -> ServiceResult<()> {
    let (mut endings, mut kinds) = (Vec::new(), Vec::new());
    for end in batch {
        if let End::Otherwise { kind, ending } = end {
            endings.push(ending.clone());
            kinds.push(*kind);
        }
    }
    if endings.is_empty() {
        return Ok(());
    }
    let states = limited(async {
        let mut conn = shared.database.connection().await?;
        settle_jobs(&mut conn, &shared.service, shared.id, &endings).await
    })
    .await?;
    for (ending, kind) in endings.iter().zip(kinds) {
        let state = states.iter().find(|(id, _)| *id == ending.id);
        tell(kind, ending, state.map(|(_, state)| *state));
    }
    Ok(())
}

fn tell(kind: &'static str, ending: &Ending, state: Option<JobState>) {
    let (job, attempt) = (ending.id, ending.attempt);
    let error = ending.message.as_deref();
    match (state, error) {
        (Some(JobState::Waiting), None) => count(kind, "given_back", 1),
        (Some(JobState::Waiting), Some(error)) => {
            count(kind, "failed", 1);
            tracing::warn!(%job, kind, attempt, error, "a job failed and is tried again");
        }
        (Some(JobState::Cancelled), _) => count(kind, "cancelled", 1),
        (Some(_), _) => {
            count(kind, "discarded", 1);
            tracing::error!(%job, kind, attempt, error, "a job was given up");
        }
        (None, _) => count(kind, "rejected", 1),
    }
}

/// Counts ended attempts.
pub(super) fn count(kind: &'static str, outcome: &'static str, attempts: u64) {
    metrics::counter!("viral_engine_jobs_total", "kind" => kind, "outcome" => outcome)
        .increment(attempts);
}

/// Counters that alert rules watch for growth: one that appears with its first count has not grown.
pub(super) fn begin_at_zero(registry: &Registry) {
    for kind in registry.names() {
        for outcome in ["succeeded", "discarded", "lost", "rejected"] {
            count(kind, outcome, 0);
        }
    }
}
