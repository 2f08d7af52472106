//! One attempt of one job.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::sync::oneshot;
use tracing::Instrument;
use viral_engine_db::jobs::{Attempt, ClaimedJob, Ending, Held};
use viral_engine_domain::jobs::{JobEvent, Queue};

use super::Shared;
use super::ends::End;
use super::running::Interruption;
use crate::context::JobContext;
use crate::job::{JobError, JobResult, Written};
use crate::registry::Kind;

/// Most characters of an error that are kept.
const LONGEST_MESSAGE: usize = 4_000;

/// How the attempt ended.
enum Outcome {
    Answered(JobResult),
    Panicked(String),
    TimedOut(Duration),
    Interrupted(Interruption),
    GivenBack,
}

/// Runs a claimed job in a task of its own.
pub(super) fn spawn(shared: &Arc<Shared>, job: ClaimedJob) {
    let (Some(kind), Some(queue)) = (shared.registry.find(&job.kind), Queue::parse(&job.queue))
    else {
        // Only known kinds of known queues are claimed. Unheld, it is taken from us when its lease runs out.
        tracing::error!(job = %job.id, kind = job.kind, "an unknown job was claimed");
        return;
    };
    let held = (job.id, job.attempt);
    let interrupted = shared.running.add(held, queue);
    let span = tracing::info_span!("job", job = %job.id, kind = kind.name, attempt = job.attempt);
    let attempt = attempt(Arc::clone(shared), kind, job, interrupted);
    let task = tokio::spawn(attempt.instrument(span));
    shared.running.set_task(held, task.abort_handle());
}

async fn attempt(
    shared: Arc<Shared>,
    kind: Kind,
    job: ClaimedJob,
    interrupted: oneshot::Receiver<Interruption>,
) {
    let late = job.started_at - job.run_at;
    metrics::histogram!("viral_engine_job_wait_duration_seconds", "kind" => kind.name)
        .record(late.as_seconds_f64());
    let begun = Instant::now();
    let (id, number) = (job.id, job.attempt);
    let outcome = run(&shared, kind, job, interrupted).await;
    metrics::histogram!("viral_engine_job_duration_seconds", "kind" => kind.name)
        .record(begun.elapsed());
    let ending = |event, message: Option<String>| {
        let chance = rand::random();
        End::Otherwise {
            kind: kind.name,
            ending: Ending {
                id,
                attempt: number,
                event,
                wait: kind.backoff.wait(number.unsigned_abs(), chance),
                message: message.map(|text| text.chars().take(LONGEST_MESSAGE).collect()),
            },
        }
    };
    let end = match outcome {
        Outcome::Answered(Ok(finished)) => match finished.0 {
            Written::ByWorker => End::Well {
                kind: kind.name,
                id,
                attempt: number,
            },
            Written::WithEffects => {
                return count_and_leave(&shared, kind, (id, number), "succeeded");
            }
        },
        Outcome::Answered(Err(JobError::Lost)) | Outcome::Interrupted(Interruption::Lost) => {
            tracing::warn!(job = %id, kind = kind.name, attempt = number, "a job was given to another worker meanwhile");
            return count_and_leave(&shared, kind, (id, number), "rejected");
        }
        Outcome::Answered(Err(JobError::Failed(text))) => ending(JobEvent::Failed, Some(text)),
        Outcome::Answered(Err(JobError::ForGood(text))) => {
            ending(JobEvent::FailedForGood, Some(text))
        }
        Outcome::Panicked(text) => ending(JobEvent::Failed, Some(format!("it panicked: {text}"))),
        Outcome::TimedOut(limit) => ending(
            JobEvent::Failed,
            Some(format!("it took longer than {limit:?}")),
        ),
        // What was asked for is in its row, which makes this its end.
        Outcome::Interrupted(Interruption::Cancelled) => ending(JobEvent::GivenBack, None),
        Outcome::GivenBack => given_back(ending(JobEvent::GivenBack, None)),
    };
    // The receiver lives as long as the worker; after it nobody wants to know.
    let _ = shared.ends.send(end);
}

/// An attempt that is given back is due at once.
fn given_back(end: End) -> End {
    match end {
        End::Otherwise { kind, ending } => End::Otherwise {
            kind,
            ending: Ending {
                wait: TimeDelta::zero(),
                ..ending
            },
        },
        well @ End::Well { .. } => well,
    }
}

async fn run(
    shared: &Shared,
    kind: Kind,
    job: ClaimedJob,
    interrupted: oneshot::Receiver<Interruption>,
) -> Outcome {
    let cx = JobContext {
        service: shared.service.clone(),
        held: Held {
            id: job.id,
            worker: shared.id,
            attempt: job.attempt,
        },
        lease: TimeDelta::from_std(shared.options.lease).unwrap_or(TimeDelta::MAX),
    };
    let work = AssertUnwindSafe((kind.run)(job.payload, cx)).catch_unwind();
    tokio::select! {
        biased;
        answered = tokio::time::timeout(kind.timeout, work) => match answered {
            Ok(Ok(result)) => Outcome::Answered(result),
            Ok(Err(panic)) => Outcome::Panicked(text_of(&*panic)),
            Err(_) => Outcome::TimedOut(kind.timeout),
        },
        Ok(why) = interrupted => Outcome::Interrupted(why),
        () = shared.give_back.cancelled() => Outcome::GivenBack,
    }
}

fn count_and_leave(shared: &Shared, kind: Kind, held: Attempt, outcome: &'static str) {
    super::ends::count(kind.name, outcome, 1);
    shared.running.remove([held]);
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a text".to_owned())
}
