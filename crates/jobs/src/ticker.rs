//! The clock of the schedules: a pulse every second that looks whether a slot has come. It only enqueues.
//!
//! tokio-cron-scheduler keeps the pulse and no calendar: it fixes a zone's offset when a job is added, so that clocks
//! that change would double or drop a slot, and it knows nothing of other nodes. When slots are is worked out by
//! `domain::jobs::Calendar`, and which were served stands in the database, whose clock decides.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use thiserror::Error;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use viral_engine_service::schedules::{Schedule, Timetable, enqueue_due, register};
use viral_engine_service::{Context, ServiceError};

/// Every second.
const PULSE: &str = "* * * * * *";
/// At least this often the database is asked, so that a slot is made up for that was missed for whatever reason.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The running clock.
pub struct Ticker {
    scheduler: JobScheduler,
}

/// Why the clock does not run.
#[derive(Debug, Error)]
pub enum TickerError {
    /// The schedules could not be made known.
    #[error("{0}")]
    Register(#[from] ServiceError),
    /// The pulse could not be started.
    #[error("the pulse of the schedules could not be started: {0}")]
    Pulse(#[from] JobSchedulerError),
}

/// What a pulse knows of the last look.
struct Looks {
    context: Context,
    timetable: Timetable,
    /// The next slot; none has come before it.
    next: Option<DateTime<Utc>>,
    looked: Option<Instant>,
}

impl Ticker {
    /// Starts the clock of `schedules`. Those that are new count from now on; the latest missed slot of others is
    /// made up for.
    ///
    /// # Errors
    /// When the database can not be reached, or a schedule's calendar can not be read.
    pub async fn start(context: &Context, schedules: &[Schedule]) -> Result<Self, TickerError> {
        let timetable = Timetable::new(schedules, context.config.schedule_time_zone)?;
        register(context, &timetable).await?;
        let looks = Arc::new(Mutex::new(Looks {
            context: context.clone(),
            timetable,
            next: None,
            looked: None,
        }));
        let scheduler = JobScheduler::new().await?;
        let pulse = Job::new_async(PULSE, move |_, _| {
            let looks = Arc::clone(&looks);
            Box::pin(async move {
                // A look that takes longer than a second is not joined by another.
                if let Ok(mut looks) = looks.try_lock() {
                    looks.pulse().await;
                }
            })
        })?;
        scheduler.add(pulse).await?;
        scheduler.start().await?;
        Ok(Self { scheduler })
    }

    /// Stops the clock.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the pulse of the schedules did not stop");
        }
    }
}

impl Looks {
    async fn pulse(&mut self) {
        let stale = self
            .looked
            .is_none_or(|looked| looked.elapsed() >= LOOK_EVERY);
        let come = self.next.is_some_and(|next| Utc::now() >= next);
        if !stale && !come {
            return;
        }
        match enqueue_due(&self.context, &self.timetable).await {
            Ok(look) => {
                // As of the database's clock, where it was asked: a slot that has come here and not there stays next.
                let now = look.map_or_else(Utc::now, |look| look.now);
                self.next = self.timetable.next(now);
                self.looked = Some(Instant::now());
            }
            Err(error) => tracing::warn!(%error, "slots of schedules wait"),
        }
    }
}
