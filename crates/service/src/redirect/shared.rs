//! What all workers of a node share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics::Counter;
use tokio::runtime::Handle;
use tokio::sync::watch;
use viral_engine_click_log::{AppendError, ClickLog, Position};
use viral_engine_domain::clicks::{HitClass, Verdict};

use super::cache::LinkCache;
use super::follow::Follower;
use super::misses::Misses;
use crate::context::Context;
use crate::events::Identification;

/// Most often that an unrecorded hit is logged.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// Where hits are recorded.
pub struct ClickRecorder {
    /// The node's click log.
    pub log: Arc<ClickLog>,
    /// How far the log has been shipped, for hits that wait for the database.
    pub shipped: watch::Receiver<Position>,
}

/// Hits in the click log that the database does not have yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Last hit that was shipped.
    pub shipped: Position,
    /// Hits behind it.
    pub waiting: u64,
}

/// The redirect of a node. Give each worker thread its own [`Follower`].
pub struct Redirect {
    pub(super) context: Context,
    pub(super) identification: Arc<Identification>,
    pub(super) cache: LinkCache,
    pub(super) misses: Misses,
    pub(super) recorder: ClickRecorder,
    pub(super) counters: Counters,
}

impl Redirect {
    /// The redirect of this node. Install the metrics recorder first: its counters are made here.
    pub fn new(
        context: &Context,
        identification: Arc<Identification>,
        recorder: ClickRecorder,
    ) -> Arc<Self> {
        Arc::new(Self {
            cache: LinkCache::new(context.clone()),
            context: context.clone(),
            identification,
            misses: Misses::default(),
            recorder,
            counters: Counters::default(),
        })
    }

    /// A worker's own handle; `runtime` is the worker's.
    pub fn follower(self: &Arc<Self>, runtime: &Handle) -> Follower {
        Follower::new(Arc::clone(self), runtime)
    }

    /// How far this node's hits have been shipped, and how many wait. Until the database has told how far that was
    /// before the start, whatever the log still holds counts as waiting.
    pub fn backlog(&self) -> Backlog {
        let shipped = *self.recorder.shipped.borrow();
        Backlog {
            shipped,
            waiting: self.recorder.log.records_after(shipped),
        }
    }

    /// Hits that were answered although they could not be recorded, since the start.
    pub fn unrecorded(&self) -> u64 {
        self.counters.unrecorded.load(Ordering::Relaxed)
    }
}

/// What one request can tell for certain. Which people are new is left to ingest, so that they are counted as `person`.
const SETTLED: [HitClass; 4] = [
    HitClass::Bot,
    HitClass::Preview,
    HitClass::Prefetch,
    HitClass::Rejected,
];

/// Counters whose handles are made once: looking one up costs more than a redirect may.
pub(super) struct Counters {
    people: Counter,
    settled: [Counter; SETTLED.len()],
    forged: Counter,
    not_found: Counter,
    unrecorded_metric: Counter,
    unrecorded: AtomicU64,
    born: Instant,
    /// When the last complaint was logged, in seconds since `born`, plus one.
    complained: AtomicU64,
}

impl Default for Counters {
    fn default() -> Self {
        let hits = |verdict: &'static str| metrics::counter!("viral_engine_redirects_total", "verdict" => verdict);
        Self {
            people: hits("person"),
            settled: SETTLED.map(|class| hits(class.as_str())),
            forged: metrics::counter!("viral_engine_hits_forged_total"),
            not_found: metrics::counter!("viral_engine_hits_not_found_total"),
            unrecorded_metric: metrics::counter!("viral_engine_hits_unrecorded_total"),
            unrecorded: AtomicU64::new(0),
            born: Instant::now(),
            complained: AtomicU64::new(0),
        }
    }
}

impl Counters {
    /// Counts a hit; whether a person is new is known only to ingest.
    pub(super) fn count(&self, verdict: Verdict, reject_reason: Option<&str>) {
        let Verdict::Settled(class) = verdict else {
            return self.people.increment(1);
        };
        let index = SETTLED.iter().position(|known| *known == class);
        if let Some(counter) = index.and_then(|index| self.settled.get(index)) {
            counter.increment(1);
        }
        if reject_reason == Some("forged") {
            self.forged.increment(1);
        }
    }

    pub(super) fn count_not_found(&self) {
        self.not_found.increment(1);
    }

    /// Counts a hit that was not recorded, and says so once a minute.
    pub(super) fn count_unrecorded(&self, error: &AppendError) {
        self.unrecorded_metric.increment(1);
        let total = self.unrecorded.fetch_add(1, Ordering::Relaxed) + 1;
        let now = self.born.elapsed().as_secs() + 1;
        let last = self.complained.load(Ordering::Relaxed);
        let due = last == 0 || now - last >= COMPLAIN_EVERY.as_secs();
        let mine = due
            && self
                .complained
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if mine {
            tracing::error!(%error, total, "hits of links are answered but not recorded");
        }
    }
}
