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
use viral_engine_db::webhooks::{count_pending, count_sending, count_sending_slowly};

use crate::error::ServiceResult;
use crate::jobs::{Priority, Queue};

/// Longest time that a quick receiver takes to answer.
pub(super) const QUICK: Duration = Duration::from_secs(1);
/// Messages that are sent to a quick receiver at a time, over all nodes.
const AT_A_TIME: i64 = 4;
/// Least wait of a message whose receiver is busy.
const TURN: TimeDelta = TimeDelta::seconds(1);
/// Least wait of a message whose receiver is slow: at least this, at most that. In between it grows with how many
/// messages wait, so that about one of them a second asks whether it is its turn.
const SHORTEST_SLOW: i64 = 20;
const LONGEST_SLOW: i64 = 150;

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
        let sending = count_sending(conn, endpoint, message).await?;
        let is_turn = match self {
            Self::Quick => sending < AT_A_TIME,
            Self::Unknown | Self::Slow => sending == 0 && has_slow_slot(conn).await?,
        };
        Ok(match (is_turn, self) {
            (true, _) => None,
            (false, Self::Quick | Self::Unknown) => Some(TURN),
            (false, Self::Slow) => {
                let pending = count_pending(conn, endpoint, 2 * LONGEST_SLOW).await?;
                Some(slow_turn(pending))
            }
        })
    }
}

/// Who waits comes back after one to three times this, twice on average.
fn slow_turn(pending: i64) -> TimeDelta {
    TimeDelta::seconds((pending / 2).clamp(SHORTEST_SLOW, LONGEST_SLOW))
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
    fn the_more_wait_for_a_slow_receiver_the_longer_each_does() {
        for (pending, seconds) in [
            (1, 20),
            (40, 20),
            (41, 20),
            (42, 21),
            (200, 100),
            (9_000, 150),
        ] {
            assert_eq!(slow_turn(pending), TimeDelta::seconds(seconds), "{pending}");
        }
    }

    #[test]
    fn quick_receivers_are_served_before_the_others() {
        assert!(Pace::Quick.priority().rank() < Pace::Unknown.priority().rank());
        assert_eq!(Pace::Unknown.priority(), Pace::Slow.priority());
    }
}
