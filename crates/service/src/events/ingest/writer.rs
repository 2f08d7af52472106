//! The task that takes everything that waits into one transaction, and what it does when the database fails.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::{Semaphore, mpsc, watch};
use uuid::Uuid;
use viral_engine_db::events::ingest::{IngestConnection, lookups, store};
use viral_engine_db::partitions::month_of;
use viral_engine_db::{DbError, DbResult};

use super::BATCH_EVENTS;
use super::handle::{IngestError, IngestHandle, Outcome, QUEUE_EVENTS, Submission};
use super::transaction::{Stored, store_batch};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::events::Identification;

/// Attempts at a batch before its callers are told that the database can not be reached.
const ATTEMPTS: u32 = 4;

/// Wait before the second attempt; doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Wait before an announcement that failed is tried again.
const REMIND_AFTER: Duration = Duration::from_secs(1);

/// Starts this node's writer on the runtime of the caller.
///
/// # Errors
/// When the list of crawlers that the engine was built with is broken.
pub fn start_ingest(context: &Context) -> ServiceResult<IngestHandle> {
    let identification = Arc::new(Identification::new(&context.keys)?);
    let (sender, receiver) = mpsc::unbounded_channel();
    let (stop, stopping) = watch::channel(false);
    let (ended, stopped) = watch::channel(false);
    let writer = Writer {
        context: context.clone(),
        conn: None,
        months: HashSet::new(),
        unannounced: false,
    };
    tokio::spawn(async move {
        writer.run(receiver, stopping).await;
        ended.send_replace(true);
    });
    Ok(IngestHandle {
        sender,
        room: Arc::new(Semaphore::new(QUEUE_EVENTS)),
        stop,
        stopped,
        identification,
    })
}

struct Writer {
    context: Context,
    conn: Option<IngestConnection>,
    /// Months whose partitions are known to exist.
    months: HashSet<NaiveDate>,
    /// Something was committed and nobody was told yet.
    unannounced: bool,
}

/// A failed attempt.
struct Failure {
    error: DbError,
    /// The commit was sent and not answered: perhaps it happened.
    in_doubt: Option<Stored>,
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self {
            error,
            in_doubt: None,
        }
    }
}

/// What wakes the writer.
enum Wake {
    Submission(Submission),
    /// The queue is empty and takes nothing more.
    Ended,
    Stop,
    /// Time to announce what could not be announced.
    Remind,
}

impl Writer {
    async fn run(
        mut self,
        mut receiver: mpsc::UnboundedReceiver<Submission>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut next = None;
        loop {
            let wake = match next.take() {
                Some(submission) => Wake::Submission(submission),
                None => self.wait(&mut receiver, &mut stopping).await,
            };
            match wake {
                Wake::Submission(first) => {
                    let (batch, rest) = gather(first, &mut receiver);
                    next = rest;
                    self.store(batch).await;
                }
                Wake::Stop => receiver.close(),
                Wake::Remind => self.announce().await,
                Wake::Ended => return,
            }
        }
    }

    async fn wait(
        &self,
        receiver: &mut mpsc::UnboundedReceiver<Submission>,
        stopping: &mut watch::Receiver<bool>,
    ) -> Wake {
        // A closed queue still gives what was sent before.
        let open = !receiver.is_closed();
        tokio::select! {
            biased;
            received = receiver.recv() => received.map_or(Wake::Ended, Wake::Submission),
            _ = stopping.wait_for(|stop| *stop), if open => Wake::Stop,
            () = tokio::time::sleep(REMIND_AFTER), if self.unannounced => Wake::Remind,
        }
    }

    /// Stores a batch and answers its callers.
    async fn store(&mut self, batch: Vec<Submission>) {
        let begun = std::time::Instant::now();
        match self.try_store(&batch).await {
            Ok(outcomes) => {
                count_hits(&outcomes);
                let events: usize = batch.iter().map(|s| s.events.len()).sum();
                metrics::counter!("viral_engine_events_ingested_total").increment(events as u64);
                metrics::histogram!("viral_engine_ingest_duration_seconds").record(begun.elapsed());
                for (submission, outcomes) in batch.into_iter().zip(outcomes) {
                    // A caller that went away does not need its answer.
                    let _ = submission.reply.send(Ok(outcomes));
                }
            }
            Err(IngestError::Internal(_)) if batch.len() > 1 => {
                // One submission is at fault; the others must not suffer for it.
                for submission in batch {
                    Box::pin(self.store(vec![submission])).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, submissions = batch.len(), "events were not stored");
                for submission in batch {
                    let _ = submission.reply.send(Err(error.clone()));
                }
            }
        }
    }

    async fn try_store(&mut self, batch: &[Submission]) -> Result<Vec<Vec<Outcome>>, IngestError> {
        let mut in_doubt: Option<Stored> = None;
        let mut pause = FIRST_PAUSE;
        let mut last = String::new();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            let failure = match self.resume(batch, &mut in_doubt).await {
                Ok(stored) => {
                    self.announce().await;
                    return Ok(stored.outcomes);
                }
                Err(failure) => failure,
            };
            // The transaction ends with the connection.
            self.conn = None;
            last = failure.error.to_string();
            if failure.in_doubt.is_some() {
                in_doubt = failure.in_doubt;
            }
            match failure.error {
                DbError::Unavailable(_) | DbError::Retry(_) => {}
                // A partition may have been dropped since it was made.
                _ if attempt == 0 => self.months.clear(),
                _ => return Err(IngestError::Internal(last)),
            }
            tracing::warn!(
                error = last,
                attempt,
                "events were not stored; trying again"
            );
        }
        Err(IngestError::Unavailable(last))
    }

    /// Goes on after a commit in doubt, if there is one, else stores the batch.
    async fn resume(
        &mut self,
        batch: &[Submission],
        in_doubt: &mut Option<Stored>,
    ) -> Result<Stored, Failure> {
        self.connect().await?;
        let Some(conn) = &self.conn else {
            return Err(DbError::Unavailable("no connection".to_owned()).into());
        };
        let witness = in_doubt.as_ref().and_then(|stored| stored.witness);
        let committed = has_committed(conn, witness).await?;
        match in_doubt.take().filter(|_| committed) {
            Some(stored) => Ok(stored),
            None => self.attempt(batch).await,
        }
    }

    async fn attempt(&mut self, batch: &[Submission]) -> Result<Stored, Failure> {
        let Some(conn) = &self.conn else {
            return Err(DbError::Unavailable("no connection".to_owned()).into());
        };
        let months = new_months(batch, &self.months);
        make_months(conn, &months).await?;
        self.months.extend(months);
        let min_clicks = self.context.config.thresholds.bot_detection_min_clicks;
        conn.begin().await?;
        let stored = store_batch(conn, batch, min_clicks, self.context.now()).await?;
        match conn.commit().await {
            Ok(()) => Ok(stored),
            Err(error) => Err(Failure {
                error,
                in_doubt: Some(stored),
            }),
        }
    }

    async fn connect(&mut self) -> DbResult<()> {
        if self.conn.as_ref().is_some_and(|conn| !conn.is_closed()) {
            return Ok(());
        }
        let conn = IngestConnection::open(self.context.database.url()).await?;
        self.conn = Some(conn);
        Ok(())
    }

    /// Tells every node that events were stored. Callers wait meanwhile: an answer that lacks their events could
    /// still be taken for current. Whoever reads while the database is away is told so by the database.
    async fn announce(&mut self) {
        self.unannounced = true;
        let mut pause = FIRST_PAUSE;
        for _ in 0..ATTEMPTS {
            match self.try_announce().await {
                Ok(()) => {
                    self.unannounced = false;
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "stored events were not announced; trying again");
                    self.conn = None;
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }

    async fn try_announce(&mut self) -> DbResult<()> {
        self.connect().await?;
        match &self.conn {
            Some(conn) => conn.announce().await,
            None => Err(DbError::Unavailable("no connection".to_owned())),
        }
    }
}

/// Takes what waits, up to one transaction's worth, and perhaps the first of the next one.
fn gather(
    first: Submission,
    receiver: &mut mpsc::UnboundedReceiver<Submission>,
) -> (Vec<Submission>, Option<Submission>) {
    let mut events = first.events.len();
    let mut batch = vec![first];
    while let Ok(submission) = receiver.try_recv() {
        events += submission.events.len();
        if events > BATCH_EVENTS {
            return (batch, Some(submission));
        }
        batch.push(submission);
    }
    (batch, None)
}

/// Whether the transaction that stored `witness` has committed. Waits for the lock first, which that transaction
/// holds for as long as it lives.
async fn has_committed(
    conn: &IngestConnection,
    witness: Option<(DateTime<Utc>, Uuid)>,
) -> DbResult<bool> {
    let Some((at, id)) = witness else {
        return Ok(false);
    };
    conn.begin().await?;
    let stored = lookups::is_stored(conn, at, id).await?;
    conn.rollback().await?;
    Ok(stored)
}

fn new_months(batch: &[Submission], known: &HashSet<NaiveDate>) -> HashSet<NaiveDate> {
    batch
        .iter()
        .flat_map(|submission| &submission.events)
        .map(|event| month_of(event.occurred_at))
        .filter(|month| !known.contains(month))
        .collect()
}

/// Makes partitions in a transaction of their own: the lock on the table they take must not be held while a batch
/// is stored.
async fn make_months(conn: &IngestConnection, months: &HashSet<NaiveDate>) -> DbResult<()> {
    for month in months {
        conn.begin().await?;
        store::ensure_month(conn, *month).await?;
        conn.commit().await?;
    }
    Ok(())
}

/// Counts hits by the class they were given, which only storing them decides.
fn count_hits(outcomes: &[Vec<Outcome>]) {
    for outcome in outcomes.iter().flatten() {
        if let Outcome::Accepted {
            class: Some(class), ..
        } = outcome
        {
            metrics::counter!("viral_engine_hits_total", "class" => class.as_str()).increment(1);
        }
    }
}
