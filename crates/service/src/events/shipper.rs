//! Moves hits from the node's click log into the database, each exactly once.
//!
//! The position of a slice is stored in the transaction that stores its hits, so whatever is interrupted, the next
//! attempt (also of the next process) goes on behind what is stored. While the database is away the log keeps the
//! hits; nothing is given up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};
use uuid::Uuid;
use viral_engine_click_log::{ClickLog, Position, Reader, Recovery};
use viral_engine_db::events::log_position;

use super::incoming::IncomingEvent;
use super::ingest::{BATCH_EVENTS, IngestError, IngestHandle, LogSlice};
use crate::config::ClickDurability;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::redirect::record;

/// Most payload bytes of a slice.
const SLICE_BYTES: usize = 4 << 20;
/// Wait for hits to gather when nobody waits for the database: a transaction costs much the same for one as for
/// hundreds, and hits may take a second to appear.
const GATHER: Duration = Duration::from_millis(200);
/// Wait after a failure; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A running shipper.
pub struct ShipperHandle {
    shipped: watch::Receiver<Position>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl ShipperHandle {
    /// How far the log has been shipped.
    pub fn shipped(&self) -> watch::Receiver<Position> {
        self.shipped.clone()
    }

    /// Waits until the log, which must be closed, is shipped to its end, but no longer than `patience`: what is left
    /// is shipped by the next process. Answers whether everything was.
    pub async fn finish(self, patience: Duration) -> bool {
        let mut task = self.task;
        if timeout(patience, &mut task).await.is_ok() {
            return true;
        }
        self.stop.send_replace(true);
        // A panic was printed by its task, and what was not shipped is still in the log.
        let _ = task.await;
        false
    }
}

/// Starts shipping `log` through `ingest`.
pub fn start_shipper(
    context: &Context,
    ingest: &IngestHandle,
    log: Arc<ClickLog>,
    recovery: &Recovery,
) -> ShipperHandle {
    let (reached, shipped) = watch::channel(Position::START);
    let (stop, stopping) = watch::channel(false);
    let shipper = Shipper {
        context: context.clone(),
        ingest: ingest.clone(),
        log_id: Uuid::from_bytes(*log.id().as_bytes()),
        first_new: recovery.first_new,
        reader: log.reader(),
        log,
        reached,
        stopping,
    };
    ShipperHandle {
        shipped,
        stop,
        task: tokio::spawn(shipper.run()),
    }
}

struct Shipper {
    context: Context,
    ingest: IngestHandle,
    log: Arc<ClickLog>,
    log_id: Uuid,
    first_new: Position,
    reader: Reader,
    reached: watch::Sender<Position>,
    stopping: watch::Receiver<bool>,
}

/// A stretch of the log, ready for ingest.
struct Slice {
    events: Vec<IncomingEvent>,
    positions: Vec<i64>,
    last: Position,
}

impl Slice {
    fn is_full(&self) -> bool {
        self.events.len() >= BATCH_EVENTS
    }
}

impl Shipper {
    async fn run(mut self) {
        let Some(mut after) = self.begin().await else {
            return;
        };
        self.reached.send_replace(after);
        let mut pause = FIRST_PAUSE;
        while !*self.stopping.borrow() {
            let more = self.reader.wait_for_more(after);
            let mut stopping = self.stopping.clone();
            tokio::select! {
                more = more => if more.is_err() { return },
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            match self.ship_after(after).await {
                Ok(shipped) => {
                    after = shipped;
                    pause = FIRST_PAUSE;
                }
                Err(error) => {
                    tracing::warn!(%error, %after, "hits could not be shipped; they stay in the click log");
                    self.rest(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Where to go on. Asks until the database answers; `None` when the shipper is stopped before.
    async fn begin(&mut self) -> Option<Position> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.stored_position().await {
                Ok(stored) if stored < self.first_new => return Some(stored),
                Ok(stored) => tracing::error!(
                    %stored,
                    first_new = %self.first_new,
                    "the click log is an old copy: its new positions were used before, so nothing is shipped; \
                     stop the engine, move the folder away and start again, so that a new log begins"
                ),
                Err(error) => {
                    tracing::warn!(%error, "the position of the click log is not known yet");
                }
            }
            if self.rest(pause).await {
                return None;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn stored_position(&self) -> ServiceResult<Position> {
        let mut conn = self.context.connection().await?;
        let stored = log_position(&mut conn, self.log_id).await?.unwrap_or(0);
        Ok(Position::new(u64::try_from(stored).unwrap_or(0)))
    }

    /// Ships what follows `after`, reading the next slice while the one before is stored. Answers how far it came.
    async fn ship_after(&mut self, mut after: Position) -> Result<Position, ShipError> {
        let mut slice = self.read(after).await?;
        loop {
            if slice.positions.is_empty() && slice.last == after {
                return Ok(after);
            }
            let full = slice.is_full();
            let last = slice.last;
            let log_slice = LogSlice {
                log_id: self.log_id,
                positions: slice.positions,
                last: i64::try_from(last.get()).unwrap_or(i64::MAX),
            };
            let ingest = self.ingest.clone();
            let shipping = ingest.ship(slice.events, log_slice);
            let next = if full {
                let (shipped, next) = tokio::join!(shipping, self.read(last));
                shipped?;
                Some(next?)
            } else {
                shipping.await?;
                None
            };
            after = last;
            self.reached.send_replace(after);
            self.discard(after).await?;
            match next {
                Some(next) => slice = next,
                None => {
                    self.gather().await;
                    return Ok(after);
                }
            }
        }
    }

    /// Reads and decodes a slice. Records that no version of the engine wrote are counted and passed over.
    async fn read(&mut self, after: Position) -> Result<Slice, ShipError> {
        // The reader blocks, so it goes to a thread where blocking is allowed, and comes back.
        let mut reader = std::mem::replace(&mut self.reader, self.log.reader());
        let (reader, records) = spawn_blocking(move || {
            let records = reader.read_after(after, BATCH_EVENTS, SLICE_BYTES);
            (reader, records)
        })
        .await
        .map_err(|error| ShipError::Task(error.to_string()))?;
        self.reader = reader;
        let records = records.map_err(|error| ShipError::Log(error.to_string()))?;
        let mut slice = Slice {
            events: Vec::with_capacity(records.len()),
            positions: Vec::with_capacity(records.len()),
            last: after,
        };
        for (position, payload) in records {
            slice.last = position;
            match record::decode(&payload) {
                Ok(event) => {
                    slice.events.push(event);
                    slice
                        .positions
                        .push(i64::try_from(position.get()).unwrap_or(i64::MAX));
                }
                Err(error) => {
                    metrics::counter!("viral_engine_hits_unreadable_total").increment(1);
                    tracing::error!(%error, %position, "a record of the click log is passed over");
                }
            }
        }
        Ok(slice)
    }

    /// Frees the segments that are shipped.
    async fn discard(&self, shipped: Position) -> Result<(), ShipError> {
        let log = Arc::clone(&self.log);
        spawn_blocking(move || log.discard_up_to(shipped))
            .await
            .map_err(|error| ShipError::Task(error.to_string()))?
            .map_err(|error| ShipError::Log(error.to_string()))
    }

    async fn gather(&self) {
        if self.context.config.click_durability == ClickDurability::Log {
            self.rest(GATHER).await;
        }
    }

    /// Waits; `true` when the shipper is stopped meanwhile.
    async fn rest(&self, pause: Duration) -> bool {
        let mut stopping = self.stopping.clone();
        tokio::select! {
            () = sleep(pause) => false,
            _ = stopping.wait_for(|stop| *stop) => true,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum ShipError {
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error("{0}")]
    Log(String),
    #[error("a task ended early: {0}")]
    Task(String),
}
