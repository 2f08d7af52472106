//! Answers kept until what they were computed from changes, each computed once for everybody who waits.
//!
//! A request reads the data version after it arrived. A kept answer of that version or a later one holds every write
//! acknowledged before the request, see `viral_engine_db::data_version`. When there is none, one request computes and
//! the others wait for it; who came too late for its version waits for the next. So a thousand dashboards cost one
//! computation a change, one at a time, and nobody waits longer than for two.

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

/// An answer and what it is good for.
pub(super) struct Kept<T> {
    pub(super) answer: Arc<T>,
    /// Data version read before it was computed.
    pub(super) version: i64,
    /// When it was computed.
    pub(super) computed_at: DateTime<Utc>,
    /// When it changes without a write: something stored ahead of its time comes due.
    pub(super) due: Option<DateTime<Utc>>,
}

/// The kept answers of one computation.
pub(crate) struct KeptAnswers<K, T> {
    slots: Cache<K, Arc<Slot<T>>>,
}

struct Slot<T> {
    last: ArcSwapOption<Kept<T>>,
    /// Held by whoever computes.
    turn: Mutex<()>,
}

impl<T> Kept<T> {
    fn serves(&self, version: i64, now: DateTime<Utc>) -> bool {
        let age = now - self.computed_at;
        self.version >= version
            && (TimeDelta::zero()..LONGEST).contains(&age)
            && self.due.is_none_or(|due| now < due)
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
    /// The answer to `key` that holds at least `version`, kept or computed.
    pub(super) async fn get(
        &self,
        key: K,
        version: i64,
        now: DateTime<Utc>,
        compute: impl Future<Output = ServiceResult<Kept<T>>>,
    ) -> ServiceResult<Arc<T>> {
        let slot = self.slots.get_with(key, || {
            Arc::new(Slot {
                last: ArcSwapOption::empty(),
                turn: Mutex::new(()),
            })
        });
        if let Some(answer) = slot.serving(version, now) {
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

impl<T> Slot<T> {
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

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    /// Asks for `version` at `second`; the answer is the number of the computation.
    async fn ask(
        answers: &KeptAnswers<u8, i64>,
        runs: &AtomicI64,
        version: i64,
        second: i64,
        due: Option<i64>,
    ) -> i64 {
        let compute = async {
            tokio::task::yield_now().await;
            Ok(Kept {
                answer: Arc::new(runs.fetch_add(1, Ordering::SeqCst) + 1),
                version,
                computed_at: at(second),
                due: due.map(at),
            })
        };
        *answers.get(1, version, at(second), compute).await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_the_version_grows() {
        let (answers, runs) = (KeptAnswers::default(), AtomicI64::new(0));
        assert_eq!(ask(&answers, &runs, 1, 0, None).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 1, None).await, 1);
        assert_eq!(ask(&answers, &runs, 2, 1, None).await, 2);
    }

    #[tokio::test]
    async fn an_answer_ends_when_something_comes_due_and_after_a_minute() {
        let (answers, runs) = (KeptAnswers::default(), AtomicI64::new(0));
        assert_eq!(ask(&answers, &runs, 1, 0, Some(30)).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 29, None).await, 1);
        assert_eq!(ask(&answers, &runs, 1, 30, None).await, 2);
        assert_eq!(ask(&answers, &runs, 1, 89, None).await, 2);
        assert_eq!(ask(&answers, &runs, 1, 90, None).await, 3);
    }

    #[tokio::test]
    async fn a_thousand_who_ask_at_once_cost_one_computation() {
        let (answers, runs) = (KeptAnswers::default(), AtomicI64::new(0));
        let asked = (0..1_000).map(|_| ask(&answers, &runs, 1, 0, None));
        let got = futures_util::future::join_all(asked).await;
        assert!(got.iter().all(|run| *run == 1));
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_computation_that_began_before_a_write_does_not_serve_who_asks_after_it() {
        let (answers, runs) = (KeptAnswers::default(), AtomicI64::new(0));
        let (before, after) = tokio::join!(
            ask(&answers, &runs, 1, 0, None),
            ask(&answers, &runs, 2, 0, None),
        );
        assert_eq!((before, after), (1, 2));
    }
}
