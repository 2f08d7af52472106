//! Jobs between their row, the rules and the answer.

use viral_engine_api_types::jobs::{
    Job, JobDetails, JobError, JobPriority, JobProgress, JobState, QueueName,
};
use viral_engine_db::jobs::{JobErrorRow, JobRow};
use viral_engine_domain::jobs::{self as rules, Priority, Queue};

use crate::error::{ServiceError, ServiceResult};

/// The job as it is answered.
pub(super) fn job(row: JobRow) -> ServiceResult<Job> {
    let queue = Queue::parse(&row.queue).ok_or_else(|| unknown("queue", &row.queue))?;
    let state = rules::JobState::parse(&row.state).ok_or_else(|| unknown("state", &row.state))?;
    let priority = Priority::of_rank(row.priority)
        .ok_or_else(|| unknown("priority", &row.priority.to_string()))?;
    Ok(Job {
        id: row.id.into(),
        kind: row.kind,
        queue: queue_name(queue),
        state: state_of(state),
        priority: match priority {
            Priority::High => JobPriority::High,
            Priority::Normal => JobPriority::Normal,
            Priority::Low => JobPriority::Low,
        },
        payload: row.payload,
        attempt: row.attempt,
        max_attempts: row.attempt_limit,
        created_at: row.created_at,
        run_at: row.run_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        worker: row.worker,
        cancel_requested: row.cancel_requested_at.is_some(),
        progress: row.progress_done.map(|done| JobProgress {
            done,
            total: row.progress_total,
        }),
    })
}

/// The job with its errors, as it is answered.
pub(super) fn details(row: JobRow, errors: Vec<JobErrorRow>) -> ServiceResult<JobDetails> {
    let errors = errors
        .into_iter()
        .map(|error| JobError {
            attempt: error.attempt,
            at: error.at,
            worker: error.worker,
            message: error.message,
        })
        .collect();
    Ok(JobDetails {
        job: job(row)?,
        errors,
    })
}

pub(super) fn unknown(what: &str, value: &str) -> ServiceError {
    ServiceError::Internal(format!("a job has the {what} {value}"))
}

fn state_of(state: rules::JobState) -> JobState {
    match state {
        rules::JobState::Waiting => JobState::Waiting,
        rules::JobState::Running => JobState::Running,
        rules::JobState::Succeeded => JobState::Succeeded,
        rules::JobState::Discarded => JobState::Discarded,
        rules::JobState::Cancelled => JobState::Cancelled,
    }
}

/// The state's name in the database.
pub(super) fn state_name(state: JobState) -> &'static str {
    let state = match state {
        JobState::Waiting => rules::JobState::Waiting,
        JobState::Running => rules::JobState::Running,
        JobState::Succeeded => rules::JobState::Succeeded,
        JobState::Discarded => rules::JobState::Discarded,
        JobState::Cancelled => rules::JobState::Cancelled,
    };
    state.as_str()
}

/// The queue as it is answered.
pub(super) fn queue_name(queue: Queue) -> QueueName {
    match queue {
        Queue::Default => QueueName::Default,
        Queue::Reports => QueueName::Reports,
        Queue::Email => QueueName::Email,
        Queue::Webhooks => QueueName::Webhooks,
        Queue::Batch => QueueName::Batch,
        Queue::Sessions => QueueName::Sessions,
        Queue::Recaps => QueueName::Recaps,
    }
}

/// The queue that was named.
pub(super) fn queue_of(name: QueueName) -> Queue {
    match name {
        QueueName::Default => Queue::Default,
        QueueName::Reports => Queue::Reports,
        QueueName::Email => Queue::Email,
        QueueName::Webhooks => Queue::Webhooks,
        QueueName::Batch => Queue::Batch,
        QueueName::Sessions => Queue::Sessions,
        QueueName::Recaps => Queue::Recaps,
    }
}
