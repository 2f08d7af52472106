//! Times and durations in words. The exact time stands beside them on hover.

use chrono::{DateTime, TimeDelta, Utc};

use crate::i18n::text;

/// By how much a time of the engine may be ahead of the clock on screen, which ticks every 15 s: what was just made
/// is not in the future.
const AHEAD: TimeDelta = TimeDelta::seconds(20);

/// How long ago `at` was, or how far ahead, in the coarsest unit that says enough.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let words = &text().time;
    let gap = now - at;
    if gap < TimeDelta::seconds(5) && gap > -AHEAD {
        return words.just_now.to_owned();
    }
    if gap > TimeDelta::zero() {
        (words.ago)(&duration(gap))
    } else {
        // What ends in 30 days less a second ends in 30 days, not in 29.
        let left = -gap;
        (words.ahead)(&duration(left + unit_of(left) / 2))
    }
}

/// The coarsest unit that says enough of a length.
fn unit_of(length: TimeDelta) -> TimeDelta {
    match length.num_seconds() {
        ..60 => TimeDelta::seconds(1),
        60..3_600 => TimeDelta::minutes(1),
        3_600..86_400 => TimeDelta::hours(1),
        _ => TimeDelta::days(1),
    }
}

/// A duration in its coarsest unit: `3 hours`.
pub fn duration(length: TimeDelta) -> String {
    let units = &text().time;
    let seconds = length.num_seconds().max(0);
    match seconds {
        0..60 => (units.seconds)(seconds),
        60..3_600 => (units.minutes)(seconds / 60),
        3_600..86_400 => (units.hours)(seconds / 3_600),
        86_400..5_184_000 => (units.days)(seconds / 86_400),
        _ => (units.months)(seconds / 2_592_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(seconds: i64) -> String {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        relative(now - TimeDelta::seconds(seconds), now)
    }

    #[test]
    fn the_unit_grows_with_the_distance() {
        assert_eq!(ago(2), "just now");
        assert_eq!(ago(59), "59 seconds ago");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(7_199), "1 hour ago");
        assert_eq!(ago(172_800), "2 days ago");
        assert_eq!(ago(90 * 86_400), "3 months ago");
    }

    #[test]
    fn what_was_just_made_is_not_in_the_future() {
        assert_eq!(ago(-9), "just now");
        assert_eq!(ago(-30), "in 30 seconds");
    }

    #[test]
    fn the_future_is_ahead() {
        assert_eq!(ago(-3_600), "in 1 hour");
        assert_eq!(ago(-30 * 86_400 + 2), "in 30 days");
        assert_eq!(ago(-30 * 86_400 + 50_000), "in 29 days");
        assert_eq!(ago(-3_599), "in 1 hour");
    }
}
