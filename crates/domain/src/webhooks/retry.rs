//! When a message is sent again, and when a receiver is given up.

use chrono::{DateTime, TimeDelta, Utc};

/// Waits after each failed attempt: the schedule that Svix, from which the standard comes, made customary. Together 27
/// hours and a half, so that a receiver that is down over night misses nothing.
const WAITS: [TimeDelta; 7] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(10),
];

/// Attempts of one message, the first one included.
pub const ATTEMPTS: u32 = WAITS.len() as u32 + 1;

/// A receiver that took nothing for so long gets nothing more until an operator enables it again.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);

/// Part of a wait that chance adds at most, so that what failed together is not sent again together.
const JITTER: f64 = 0.1;

/// The wait after the failed attempt of this number, the first being 1: that of the schedule and up to a tenth more,
/// as `chance` (from 0 to 1) has it. `None` when it was the last attempt.
#[must_use]
pub fn wait_after(attempt: u32, chance: f64) -> Option<TimeDelta> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let wait = *WAITS.get(index)?;
    let more = wait.num_milliseconds() as f64 * JITTER * chance.clamp(0.0, 1.0);
    Some(wait + TimeDelta::milliseconds(more as i64))
}

/// Whether a receiver that has failed without a success since `failing_since` is given up.
#[must_use]
pub fn is_given_up(failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - failing_since >= GIVE_UP_AFTER
}

/// What the status of an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 2xx: the receiver has the message.
    Delivered,
    /// 410: the receiver is gone and wants nothing more.
    Gone,
    /// Anything else, redirects included: they are not followed, since they could lead anywhere.
    Failed,
}

/// What the status of an answer means, as the standard has it.
#[must_use]
pub fn judge(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        410 => Verdict::Gone,
        _ => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_go_from_five_seconds_to_ten_hours() {
        let waits: Vec<i64> = (1..ATTEMPTS)
            .filter_map(|attempt| Some(wait_after(attempt, 0.0)?.num_seconds()))
            .collect();
        assert_eq!(waits, [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
        assert_eq!(wait_after(ATTEMPTS, 0.0), None);
        assert_eq!(wait_after(0, 0.0), None);
        assert_eq!(wait_after(u32::MAX, 1.0), None);
    }

    #[test]
    fn five_days_of_failure_and_not_a_microsecond_less_give_a_receiver_up() {
        let since = DateTime::UNIX_EPOCH;
        assert!(is_given_up(since, since + GIVE_UP_AFTER));
        assert!(!is_given_up(
            since,
            since + GIVE_UP_AFTER - TimeDelta::microseconds(1)
        ));
    }

    #[test]
    fn only_success_is_success_and_only_410_is_final() {
        for status in 200..300 {
            assert_eq!(judge(status), Verdict::Delivered);
        }
        assert_eq!(judge(410), Verdict::Gone);
        for status in [100, 199, 300, 302, 307, 400, 404, 409, 411, 429, 500, 503] {
            assert_eq!(judge(status), Verdict::Failed, "{status}");
        }
    }

    proptest! {
        #[test]
        fn chance_adds_at_most_a_tenth(attempt in 1..ATTEMPTS, chance: f64) {
            let least = wait_after(attempt, 0.0).expect("a wait");
            let wait = wait_after(attempt, chance).expect("a wait");
            prop_assert!(wait >= least && wait <= least + least / 10);
        }
    }
}
