//! What jobs are about, and what becomes of it when its job ends without having done it.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::de::DeserializeOwned;
use uuid::Uuid;
use viral_engine_db::jobs::{self as db, Ending, JobRow, LostJob};
use viral_engine_domain::jobs::JobState;

use super::payload::JobPayload;
use crate::consents::{self, SendConsentText};
use crate::context::Context;
use crate::data_requests::{self, RunDataRequest};
use crate::emails::{self, SendEmail};
use crate::error::{ServiceError, ServiceResult};
use crate::reports::{self, GenerateReport};
use crate::webhooks::{self, DeliverWebhook};

/// Why a job will not do its work any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// An operator cancelled it.
    Cancelled,
    /// Its attempts are used up, or it can not succeed.
    Discarded,
}

impl Unfinished {
    /// None of a job that goes on, or that succeeded.
    fn of(state: JobState) -> Option<Self> {
        match state {
            JobState::Cancelled => Some(Self::Cancelled),
            JobState::Discarded => Some(Self::Discarded),
            JobState::Waiting | JobState::Running | JobState::Succeeded => None,
        }
    }
}

/// Ends attempts otherwise than well, as [`settle`](db::settle), together with what their jobs were about.
///
/// # Errors
/// When the database refuses; the same again is safe.
pub async fn settle_jobs(
    conn: &mut AsyncPgConnection,
    context: &Context,
    worker: Uuid,
    endings: &[Ending],
) -> ServiceResult<Vec<(Uuid, JobState)>> {
    conn.transaction(async |conn| {
        let states = db::settle(conn, worker, endings).await?;
        for (id, state) in &states {
            end_subject(conn, context, *id, *state).await?;
        }
        Ok(states)
    })
    .await
}

/// Takes jobs from dead workers, as [`reap`](db::reap), and ends what those that are given up were about.
///
/// # Errors
/// When the database refuses.
pub async fn reap_jobs(
    conn: &mut AsyncPgConnection,
    context: &Context,
    most: i64,
    wait: impl Fn(&LostJob) -> TimeDelta + Send + Sync,
) -> ServiceResult<Vec<(LostJob, JobState)>> {
    conn.transaction(async |conn| {
        let reaped = db::reap(conn, most, wait).await?;
        for (job, state) in &reaped {
            end_subject(conn, context, job.id, *state).await?;
        }
        Ok(reaped)
    })
    .await
}

/// Ends what a job was about, so that it does not wait for ever. A subject that can not be ended is told in the log:
/// it must not keep the job from ending.
pub(super) async fn end_subject(
    conn: &mut AsyncPgConnection,
    context: &Context,
    id: Uuid,
    state: JobState,
) -> ServiceResult<()> {
    let Some(unfinished) = Unfinished::of(state) else {
        return Ok(());
    };
    let job = db::find_job(conn, id).await?;
    let ended = conn
        .transaction(async |conn| end(conn, context, &job, unfinished).await)
        .await;
    match ended {
        Ok(()) | Err(ServiceError::NotFound(_)) => Ok(()),
        Err(error @ ServiceError::Unavailable(_)) => Err(error),
        Err(error) => {
            tracing::error!(job = %id, kind = job.kind, %error, "what a job was about can not be ended");
            Ok(())
        }
    }
}

async fn end(
    conn: &mut AsyncPgConnection,
    context: &Context,
    job: &JobRow,
    unfinished: Unfinished,
) -> ServiceResult<()> {
    match job.kind.as_str() {
        GenerateReport::KIND => reports::end_unfinished(conn, &payload(job)?, unfinished).await,
        RunDataRequest::KIND => {
            data_requests::end_unfinished(conn, &payload(job)?, unfinished).await
        }
        SendEmail::KIND => emails::end_unfinished(conn, context, &payload(job)?, unfinished).await,
        SendConsentText::KIND => consents::end_unfinished(conn, &payload(job)?).await,
        DeliverWebhook::KIND => webhooks::end_unfinished(conn, context, &payload(job)?).await,
        _ => Ok(()),
    }
}

fn payload<T: DeserializeOwned>(job: &JobRow) -> ServiceResult<T> {
    serde_json::from_value(job.payload.clone())
        .map_err(|error| ServiceError::Internal(format!("its payload: {error}")))
}
