//! Answers kept until what they were computed from changes, each computed once for everybody who waits.
//!
//! A request reads the data version after it arrived. A kept answer of that version or a later one holds every write
//! acknowledged before the request, see `viral_engine_db::data_version`. When there is none, one request computes and
//! the others wait for it; who came too late for its version waits for the next. So a thousand dashboards cost one
//! computation a change, one at a time, and nobody waits longer than for two.
//!
//! Some figures may lag: where computing one takes long, the last answer is given again for a while, at most so many
//! times as long, and a new one is computed meanwhile. So nobody waits for a costly figure that others ask for too, and
//! computing it takes a bounded part of the database's time, however often data changes.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::error::ServiceResult;

/// Different questions whose answers are kept.
const QUESTIONS: u64 = 256;

/// Answers to questions that nobody asks are dropped.
const IDLE: Duration = Duration::from_secs(300);

/// An answer is computed again after this long even when nothing changed: a node that died between its commit and
/// its bump of the version has changed something unsaid.
const LONGEST: TimeDelta = TimeDelta::seconds(60);

/// What takes less to compute never lags.
const CHEAP: Duration = Duration::from_millis(50);

/// An answer lags by at most so many times what it took to compute.
const LAG_PER_COST: u32 = 20;

/// An answer and what it is good for.
pub(super) struct Kept<T> {
    pub(super) answer: Arc<T>,
    /// Data version read before it was computed.
    pub(super) version: i64,
    /// When it was computed.
    pub(super) computed_at: DateTime<Utc>,
    /// When it changes without a write: something stored ahead of its time comes due.
    pub(super) due: Option<DateTime<Utc>>,
    /// How long that took.
    pub(super) cost: Duration,
}

/// The kept answers of one computation.
pub(crate) struct KeptAnswers<K, T> {
    slots: Cache<K, Arc<Slot<T>>>,
}

struct Slot<T> {
    last: ArcSwapOption<Kept<T>>,
    /// Held by whoever computes.
    turn: Arc<Mutex<()>>,
}

impl<T> Kept<T> {
    fn serves(&self, version: i64, now: DateTime<Utc>) -> bool {
        let age = now - self.computed_at;
        self.version >= version
            && (TimeDelta::zero()..LONGEST).contains(&age)
            && self.due.is_none_or(|due| now < due)
    }

    /// Whether it may be given though data has changed since, by at most `most`.
    fn may_lag(&self, now: DateTime<Utc>, most: Duration) -> bool {
        let lag = most.min(self.cost * LAG_PER_COST);
        let age = (now - self.computed_at).to_std().ok();
        self.cost >= CHEAP && age.is_some_and(|age| age < lag)
    }
}

impl<K, T> Default for KeptAnswers<K, T>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn default() -> Self {
        Self {
            slots: Cache::builder()
                .max_capacity(QUESTIONS)
                .time_to_idle(IDLE)
                .build(),
        }
    }
}

impl<K, T> KeptAnswers<K, T>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// The answer to `key`, kept or computed: one that holds at least `version`, or one that lags by at most `lag`.
    pub(super) async fn get(
        &self,
        key: K,
        (version, now): (i64, DateTime<Utc>),
        lag: Duration,
        compute: impl Future<Output = ServiceResult<Kept<T>>> + Send + 'static,
    ) -> ServiceResult<Arc<T>> {
        let slot = self.slots.get_with(key, || {
            Arc::new(Slot {
                last: ArcSwapOption::empty(),
                turn: Arc::default(),
            })
        });
        if let Some(answer) = slot.serving(version, now) {
            return Ok(answer);
        }
        if let Some(answer) = slot.lagging(now, lag) {
            slot.renew(compute);
            return Ok(answer);
        }
        let _turn = slot.turn.lock().await;
        // Whoever had the turn before may have computed what is needed.
        if let Some(answer) = slot.serving(version, now) {
            return Ok(answer);
        }
        let kept = compute.await?;
        let answer = Arc::clone(&kept.answer);
        slot.last.store(Some(Arc::new(kept)));
        Ok(answer)
    }
}

impl<T: Send + Sync + 'static> Slot<T> {
    /// Computes the next answer beside everything else, unless somebody is at it.
    fn renew(
        self: &Arc<Self>,
        compute: impl Future<Output = ServiceResult<Kept<T>>> + Send + 'static,
    ) {
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else {
            return;
        };
        let slot = Arc::clone(self);
        tokio::spawn(async move {
            match compute.await {
                Ok(kept) => slot.last.store(Some(Arc::new(kept))),
                // Whoever asks when the last answer lags too far computes it and is told.
                Err(error) => tracing::warn!(%error, "a figure could not be computed ahead"),
            }
            drop(turn);
        });
    }

    fn lagging(&self, now: DateTime<Utc>, lag: Duration) -> Option<Arc<T>> {
        let last = self.last.load();
        let kept = last.as_ref().filter(|kept| kept.may_lag(now, lag))?;
        Some(Arc::clone(&kept.answer))
    }

    fn serving(&self, version: i64, now: DateTime<Utc>) -> Option<Arc<T>> {
        let last = self.last.load();
        let kept = last.as_ref().filter(|kept| kept.serves(version, now))?;
        Some(Arc::clone(&kept.answer))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    type Runs = Arc<AtomicI64>;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    /// Asks for `version` at `second`; the answer is the number of the computation.
    async fn ask(
        answers: &KeptAnswers<u8, i64>,
        runs: &Runs,
        version: i64,
        second: i64,
        due: Option<i64>,
    ) -> i64 {
        let question = (version, at(second));
        let cost = Duration::ZERO;
        let compute = computed(runs, question, due, cost);
        let lag = Duration::from_secs(10);
        *answers.get(1, question, lag, compute).await.unwrap()
    }

    /// The next computation.
    fn computed(
        runs: &Runs,
        (version, now): (i64, DateTime<Utc>),
        due: Option<i64>,
        cost: Duration,
    ) -> impl Future<Output = ServiceResult<Kept<i64>>> + Send + 'static {
        let runs = Arc::clone(runs);
        async move {
            tokio::task::yield_now().await;
            Ok(Kept {
                answer: Arc::new(runs.fetch_add(1, Ordering::SeqCst) + 1),
                version,
                computed_at: now,
                due: due.map(at),
                cost,
            })
        }
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_the_version_grows() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        assert_eq!(ask(&answers, &runs, 1, 0, None).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 1, None).await, 1);
        assert_eq!(ask(&answers, &runs, 2, 1, None).await, 2);
    }

    #[tokio::test]
    async fn an_answer_ends_when_something_comes_due_and_after_a_minute() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        assert_eq!(ask(&answers, &runs, 1, 0, Some(30)).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 29, None).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 30, None).await, 2);
        assert_eq!(ask(&answers, &runs, 1, 89, None).await, 2);
        assert_eq!(ask(&answers, &runs, 1, 90, None).await, 3);
    }

    #[tokio::test]
    async fn a_thousand_who_ask_at_once_cost_one_computation() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        let asked = (0..1_000).map(|_| ask(&answers, &runs, 1, 0, None));
        let got = futures_util::future::join_all(asked).await;
        assert!(got.iter().all(|run| *run == 1));
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_computation_that_began_before_a_write_does_not_serve_who_asks_after_it() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        let (before, after) = tokio::join!(
            ask(&answers, &runs, 1, 0, None),
            ask(&answers, &runs, 2, 0, None),
        );
        assert_eq!((before, after), (1, 2));
    }

    /// Asks for `version` at `second` of what takes `cost` milliseconds.
    async fn ask_costly(
        answers: &KeptAnswers<u8, i64>,
        runs: &Runs,
        (version, second): (i64, i64),
        cost: u64,
    ) -> i64 {
        let question = (version, at(second));
        let compute = computed(runs, question, None, Duration::from_millis(cost));
        let lag = Duration::from_secs(10);
        let answer = *answers.get(1, question, lag, compute).await.unwrap();
        // What is computed beside ends before anybody asks again.
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        answer
    }

    #[tokio::test]
    async fn a_costly_answer_lags_while_the_next_is_computed() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        assert_eq!(ask_costly(&answers, &runs, (1, 0), 100).await, 1);
        assert_eq!(ask_costly(&answers, &runs, (2, 1), 100).await, 1, "it lags");
        assert_eq!(
            ask_costly(&answers, &runs, (2, 1), 100).await,
            2,
            "computed meanwhile"
        );
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn an_answer_lags_no_longer_than_it_may() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        assert_eq!(ask_costly(&answers, &runs, (1, 0), 100).await, 1);
        assert_eq!(
            ask_costly(&answers, &runs, (2, 2), 100).await,
            2,
            "20 times 0.1 s are over"
        );
        assert_eq!(ask_costly(&answers, &runs, (3, 12), 5_000).await, 3);
        assert_eq!(
            ask_costly(&answers, &runs, (4, 22), 5_000).await,
            4,
            "the most are over"
        );
        assert_eq!(ask_costly(&answers, &runs, (5, 22), 40).await, 4);
    }

    #[tokio::test]
    async fn what_is_cheap_never_lags() {
        let (answers, runs) = (KeptAnswers::default(), Runs::default());
        assert_eq!(ask_costly(&answers, &runs, (1, 0), 49).await, 1);
        assert_eq!(ask_costly(&answers, &runs, (2, 0), 49).await, 2);
    }
}
