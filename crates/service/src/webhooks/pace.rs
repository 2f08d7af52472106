//! How much of the queue a receiver may have.
//!
//! A receiver that is dead or slow makes each attempt last up to ten seconds. Limits per receiver are not enough: with
//! enough such receivers every slot of the queue would wait for one of them. So those that did not answer their last
//! message quickly, and those that are not known yet, share one half of the queue, get one message at a time each, and
//! come after the others.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::jobs::find_queue;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::webhooks::{count_sending, count_sending_slowly, count_untried};

use crate::entropy::Entropy;
use crate::error::ServiceResult;
use crate::jobs::{Priority, Queue};

/// Longest time that a quick receiver takes to answer.
pub(super) const QUICK: Duration = Duration::from_secs(1);
/// Messages that are sent to a quick receiver at a time, over all nodes.
const AT_A_TIME: i64 = 4;
/// Seconds that a message at least waits whose receiver is busy: so many at least, and at most. In between it is one for
/// every two messages that wait, so that about one of them a second asks whether it is its turn. A quick receiver has
/// those that wait woken, so nobody waits that long for one.
const SHORTEST_WAIT: i64 = 1;
const SHORTEST_SLOW_WAIT: i64 = 20;
const LONGEST_WAIT: i64 = 150;
/// Messages that are woken when one was taken quickly: more than one, so that a receiver that was not trusted soon has
/// as many at a time as it may.
pub(super) const WOKEN: i64 = 2;

/// How a receiver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// It answered its last message quickly.
    Quick,
    /// It got none yet.
    Unknown,
    /// It did not.
    Slow,
}

impl Pace {
    /// The pace of a receiver, by its first failure since its last success and by how that went.
    pub(super) fn of(failing_since: Option<DateTime<Utc>>, is_quick: Option<bool>) -> Self {
        match (failing_since, is_quick) {
            (None, Some(true)) => Self::Quick,
            (None, None) => Self::Unknown,
            _ => Self::Slow,
        }
    }

    /// Which of the due deliveries is first.
    pub(super) fn priority(self) -> Priority {
        match self {
            Self::Quick => Priority::Normal,
            Self::Unknown | Self::Slow => Priority::Low,
        }
    }

    /// How long a message must wait for its receiver's turn; `None` when it is its turn now.
    pub(super) async fn wait(
        self,
        conn: &mut AsyncPgConnection,
        endpoint: Uuid,
        message: Uuid,
    ) -> ServiceResult<Option<TimeDelta>> {
        let busy = self.wait_while_busy(conn, endpoint, message).await?;
        if busy.is_some() || self == Self::Quick || has_slow_slot(conn).await? {
            return Ok(busy);
        }
        Ok(Some(self.turn(conn, endpoint).await?))
    }

    /// The same as far as it is the receiver that is busy, for which nothing needs to be locked.
    pub(super) async fn wait_while_busy(
        self,
        conn: &mut AsyncPgConnection,
        endpoint: Uuid,
        message: Uuid,
    ) -> ServiceResult<Option<TimeDelta>> {
        let at_a_time = match self {
            Self::Quick => AT_A_TIME,
            Self::Unknown | Self::Slow => 1,
        };
        match count_sending(conn, endpoint, message).await? < at_a_time {
            true => Ok(None),
            false => Ok(Some(self.turn(conn, endpoint).await?)),
        }
    }

    async fn turn(self, conn: &mut AsyncPgConnection, endpoint: Uuid) -> ServiceResult<TimeDelta> {
        Ok(self.turn_among(self.waiting(conn, endpoint).await?))
    }

    /// How many messages wait for a receiver's turn, as far as that makes a difference. Those that wait because an
    /// attempt failed do so for no turn.
    pub(super) async fn waiting(
        self,
        conn: &mut AsyncPgConnection,
        endpoint: Uuid,
    ) -> ServiceResult<i64> {
        Ok(count_untried(conn, endpoint, 2 * LONGEST_WAIT).await?)
    }

    /// How long a message waits with `waiting` others: it comes back after one to three times this, twice on average.
    pub(super) fn turn_among(self, waiting: i64) -> TimeDelta {
        let least = match self {
            Self::Quick | Self::Unknown => SHORTEST_WAIT,
            Self::Slow => SHORTEST_SLOW_WAIT,
        };
        TimeDelta::seconds((waiting / 2).clamp(least, LONGEST_WAIT))
    }
}

/// From `wait` to three times as long, by chance, so that those that wait do not come back together.
pub(super) fn spread(wait: TimeDelta) -> ServiceResult<TimeDelta> {
    let extra = wait.num_milliseconds() as f64 * 2.0 * chance()?;
    Ok(wait + TimeDelta::milliseconds(extra as i64))
}

/// A number from 0 to 1.
pub(super) fn chance() -> ServiceResult<f64> {
    let drawn = u16::from_be_bytes(Entropy::default().draw()?);
    Ok(f64::from(drawn) / f64::from(u16::MAX))
}

/// Whether slow receivers have less than their half of the queue.
async fn has_slow_slot(conn: &mut AsyncPgConnection) -> ServiceResult<bool> {
    // Two at once would not count each other.
    lock(conn, Lock::SlowWebhooks).await?;
    let slots = find_queue(conn, Queue::Webhooks).await?;
    let half = i64::from(slots.concurrency / 2).max(1);
    Ok(count_sending_slowly(conn).await? < half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_answered_the_last_message_quickly_is_quick() {
        let failing = Some(DateTime::UNIX_EPOCH);
        assert_eq!(Pace::of(None, Some(true)), Pace::Quick);
        assert_eq!(Pace::of(None, None), Pace::Unknown);
        assert_eq!(Pace::of(None, Some(false)), Pace::Slow);
        for is_quick in [None, Some(false), Some(true)] {
            assert_eq!(Pace::of(failing, is_quick), Pace::Slow);
        }
    }

    #[test]
    fn the_more_wait_for_a_receiver_the_longer_each_does() {
        for (waiting, quick, slow) in [
            (0, 1, 20),
            (1, 1, 20),
            (6, 3, 20),
            (42, 21, 21),
            (200, 100, 100),
            (9_000, 150, 150),
        ] {
            let turns =
                [Pace::Quick, Pace::Unknown, Pace::Slow].map(|pace| pace.turn_among(waiting));
            let expected = [quick, quick, slow].map(TimeDelta::seconds);
            assert_eq!(turns, expected, "{waiting}");
        }
    }

    #[test]
    fn those_that_wait_come_back_apart() {
        let wait = TimeDelta::seconds(10);
        for _ in 0..1_000 {
            let spread = spread(wait).expect("entropy");
            assert!((wait..=wait * 3).contains(&spread), "{spread}");
        }
    }

    #[test]
    fn quick_receivers_are_served_before_the_others() {
        assert!(Pace::Quick.priority().rank() < Pace::Unknown.priority().rank());
        assert_eq!(Pace::Unknown.priority(), Pace::Slow.priority());
    }
}
