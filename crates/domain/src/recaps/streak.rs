//! Streaks: days in a row on which something was done.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::Week;

/// Longest streak that is counted, in days: what is looked back for one.
pub const LONGEST_STREAK: u64 = 366;

/// Length in days of the longest run of consecutive `days` that reaches into `week`, as of its last day. A run may have
/// begun before the week; what lies behind the week, or more than [`LONGEST_STREAK`] days before its end, is left out.
///
/// It is the best run of the week and not the one that is alive on Sunday: most children rest then, and a parent should
/// read of the five days in a row before.
#[must_use]
pub fn longest_streak(days: impl IntoIterator<Item = NaiveDate>, week: Week) -> u32 {
    let earliest = week.last() - Days::new(LONGEST_STREAK - 1);
    let counted = earliest..=week.last();
    let days = days.into_iter().filter(|day| counted.contains(day));
    let days: BTreeSet<NaiveDate> = days.collect();
    let (mut longest, mut length) = (0, 0);
    let mut before: Option<NaiveDate> = None;
    for day in days {
        length = match before.and_then(|before| before.succ_opt()) {
            Some(next) if next == day => length + 1,
            _ => 1,
        };
        if day >= week.first() {
            longest = longest.max(length);
        }
        before = Some(day);
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn week() -> Week {
        Week::new("2026-03-09".parse().unwrap()).unwrap()
    }

    fn streak(days: &[&str]) -> u32 {
        longest_streak(days.iter().map(|day| day.parse().unwrap()), week())
    }

    #[test]
    fn a_day_without_activity_breaks_a_streak() {
        assert_eq!(streak(&["2026-03-09", "2026-03-10", "2026-03-12"]), 2);
        assert_eq!(streak(&[]), 0);
    }

    #[test]
    fn a_streak_may_have_begun_before_the_week_but_must_reach_it() {
        assert_eq!(streak(&["2026-03-07", "2026-03-08", "2026-03-09"]), 3);
        assert_eq!(streak(&["2026-03-06", "2026-03-07", "2026-03-08"]), 0);
    }

    #[test]
    fn what_lies_behind_the_week_does_not_count() {
        assert_eq!(streak(&["2026-03-15", "2026-03-16"]), 1);
    }

    #[test]
    fn a_year_is_the_longest_streak() {
        let days = (0..800).map(|back| week().last() - Days::new(back));
        assert_eq!(longest_streak(days, week()), 366);
    }

    /// Tries every pair of days.
    fn by_force(days: &[NaiveDate], week: Week) -> u32 {
        let all = |from: NaiveDate, length: u64| {
            (0..length).all(|step| days.contains(&(from + Days::new(step))))
        };
        let ends = (0..7).map(|step| week.first() + Days::new(step));
        let lengths = ends.flat_map(|end| {
            (1..=60_u64).filter(move |length| all(end - Days::new(length - 1), *length))
        });
        lengths
            .max()
            .and_then(|length| u32::try_from(length).ok())
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn it_is_what_trying_every_run_finds(back in prop::collection::vec(0_u64..50, 0..60)) {
            let days: Vec<_> = back.iter().map(|back| week().last() + Days::new(5) - Days::new(*back)).collect();
            prop_assert_eq!(longest_streak(days.iter().copied(), week()), by_force(&days, week()));
        }

        #[test]
        fn order_and_repeats_change_nothing(back in prop::collection::vec(0_u64..30, 0..30)) {
            let days: Vec<_> = back.iter().map(|back| week().last() - Days::new(*back)).collect();
            let twice = days.iter().rev().chain(&days).copied();
            prop_assert_eq!(longest_streak(twice, week()), longest_streak(days.clone(), week()));
        }
    }
}
