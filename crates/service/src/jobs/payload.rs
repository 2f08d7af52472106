//! What a kind of job is, for whoever enqueues it. How it runs is known to the crate `jobs` alone, so that use cases
//! can ask for work without depending on what does it.

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use viral_engine_api_types::JobId;
pub use viral_engine_db::jobs::When;
use viral_engine_db::jobs::{self as db, NewJob, Unique};
use viral_engine_domain::consents::Gate;
pub use viral_engine_domain::jobs::{Priority, Queue};

use crate::error::{ServiceError, ServiceResult};

/// What a job is about: ids and options, never personal data, since operators see it.
pub trait JobPayload: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name of the kind, `verb_object`. Rows keep it: never change it.
    const KIND: &'static str;
    /// What guardians have to do with it.
    const GATE: Gate;
    /// Where it waits.
    const QUEUE: Queue = Queue::Default;
    /// The attempt after which it is discarded, at least 1.
    const MAX_ATTEMPTS: u32 = 5;
    /// Which of the due jobs is first.
    const PRIORITY: Priority = Priority::Normal;
    /// So long after one was enqueued, another with the same [`unique_key`](Self::unique_key) is not.
    const UNIQUE_FOR: Option<TimeDelta> = None;

    /// Equal for two that do the same, at most some hundred characters. `None`, the default, compares whole payloads.
    fn unique_key(&self) -> Option<String> {
        None
    }
}

/// A job that does the work that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// Its id.
    pub id: JobId,
    /// Whether it was enqueued just now; else it was there already, see [`JobPayload::UNIQUE_FOR`].
    pub is_new: bool,
}

impl From<db::Enqueued> for Enqueued {
    fn from(enqueued: db::Enqueued) -> Self {
        Self {
            id: enqueued.id().into(),
            is_new: matches!(enqueued, db::Enqueued::New(_)),
        }
    }
}

/// Enqueues a job in the caller's transaction: it is run once that commits, and never if it does not.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue<P: JobPayload>(
    conn: &mut AsyncPgConnection,
    payload: &P,
) -> ServiceResult<Enqueued> {
    enqueue_for(conn, payload, When::Now).await
}

/// Enqueues a job that is due at another time.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_for<P: JobPayload>(
    conn: &mut AsyncPgConnection,
    payload: &P,
    when: When,
) -> ServiceResult<Enqueued> {
    enqueue_job(conn, new_job(payload, when)?).await
}

/// Enqueues many jobs in one statement, and answers in their order.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_all<P: JobPayload>(
    conn: &mut AsyncPgConnection,
    payloads: &[P],
) -> ServiceResult<Vec<Enqueued>> {
    let jobs: ServiceResult<Vec<NewJob>> = payloads
        .iter()
        .map(|payload| new_job(payload, When::Now))
        .collect();
    let enqueued = db::enqueue(conn, &jobs?).await?;
    Ok(enqueued.into_iter().map(Enqueued::from).collect())
}

pub(crate) async fn enqueue_job(
    conn: &mut AsyncPgConnection,
    job: NewJob,
) -> ServiceResult<Enqueued> {
    let enqueued = db::enqueue(conn, &[job]).await?;
    let first = enqueued.into_iter().next().map(Enqueued::from);
    first.ok_or_else(|| ServiceError::Internal("a job was enqueued without an answer".to_owned()))
}

/// The row of a job.
///
/// # Errors
/// When the payload can not be written as JSON, a fault of ours.
pub fn new_job<P: JobPayload>(payload: &P, when: When) -> ServiceResult<NewJob> {
    let value = serde_json::to_value(payload)
        .map_err(|error| ServiceError::Internal(format!("payload of {}: {error}", P::KIND)))?;
    let unique = P::UNIQUE_FOR.map(|period| Unique {
        key: payload
            .unique_key()
            .unwrap_or_else(|| hex::encode(Sha256::digest(value.to_string()))),
        period,
    });
    Ok(NewJob {
        kind: P::KIND,
        queue: P::QUEUE,
        payload: value,
        priority: P::PRIORITY,
        max_attempts: P::MAX_ATTEMPTS.max(1),
        when,
        unique,
    })
}
