//! A window as UTC days, whose sums are known, corrected by stretches that have to be counted.
//!
//! Sums are kept per UTC day. Where a window cuts a day, either the part inside is counted, or the whole day is taken
//! and the part outside is counted off, whichever is less to count. Little is stored of the time after now, so a
//! window up to now takes today's sum and counts off the few records that are ahead of time.

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{TimeWindow, day_of, day_start};

/// UTC days and corrections that together are a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// Days that are taken whole.
    pub days: Option<RangeInclusive<NaiveDate>>,
    /// Stretches to add to them or take off them.
    pub corrections: Vec<Correction>,
}

/// A stretch to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    pub stretch: TimeWindow,
    /// Taken off, because `days` have too much.
    pub is_surplus: bool,
}

impl Correction {
    /// What a record of the stretch counts for: 1 or -1.
    #[must_use]
    pub fn sign(&self) -> i64 {
        if self.is_surplus { -1 } else { 1 }
    }
}

impl TimeWindow {
    /// The UTC days that the window touches.
    #[must_use]
    pub fn utc_days(&self) -> RangeInclusive<NaiveDate> {
        day_of(self.from, Tz::UTC)..=day_of(self.to - TimeDelta::nanoseconds(1), Tz::UTC)
    }

    /// Covers the window with UTC days and corrections; few records are expected after `now`.
    #[must_use]
    pub fn cover(&self, now: DateTime<Utc>) -> Cover {
        let split = self.split_by_utc_days();
        let mut cover = Cover {
            days: split.whole_days,
            corrections: Vec::new(),
        };
        for part in [split.before, split.after].into_iter().flatten() {
            // Without a whole day between, the one part may span a midnight.
            for day in part.days(Tz::UTC) {
                let part = Self {
                    from: day.start,
                    to: day.end,
                };
                cover.add_part(day.day, part, now);
            }
        }
        cover
    }
}

impl Cover {
    /// Adds a part of `day`, which is next to the days taken so far.
    fn add_part(&mut self, day: NaiveDate, part: TimeWindow, now: DateTime<Utc>) {
        let whole = TimeWindow {
            from: day_start(day, Tz::UTC),
            to: day_start(day + Days::new(1), Tz::UTC),
        };
        let surplus = [(whole.from, part.from), (part.to, whole.to)]
            .map(|(from, to)| (from < to).then_some(TimeWindow { from, to }));
        let surplus_cost: TimeDelta = surplus.iter().flatten().map(|rest| cost(rest, now)).sum();
        if surplus_cost > cost(&part, now) {
            self.corrections.push(Correction {
                stretch: part,
                is_surplus: false,
            });
            return;
        }
        self.days = Some(match &self.days {
            Some(days) => day.min(*days.start())..=day.max(*days.end()),
            None => day..=day,
        });
        let surplus = surplus.into_iter().flatten().map(|stretch| Correction {
            stretch,
            is_surplus: true,
        });
        self.corrections.extend(surplus);
    }
}

/// How much there may be to count.
pub(super) fn cost(stretch: &TimeWindow, now: DateTime<Utc>) -> TimeDelta {
    (stretch.to.min(now) - stretch.from).max(TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(from: &str, to: &str) -> TimeWindow {
        TimeWindow::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn a_window_up_to_now_takes_today_and_counts_off_what_is_ahead_of_time() {
        let now = at("2026-03-10T00:30:00Z");
        let window = TimeWindow::last_days(7, now, Tz::UTC).unwrap();
        let cover = window.cover(now);
        assert_eq!(cover.days, Some(date("2026-03-04")..=date("2026-03-10")));
        let ahead = TimeWindow::new(window.to(), at("2026-03-11T00:00:00Z")).unwrap();
        let expected = [Correction {
            stretch: ahead,
            is_surplus: true,
        }];
        assert_eq!(cover.corrections, expected);
    }

    #[test]
    fn the_smaller_part_of_a_cut_day_is_counted() {
        let now = at("2027-01-01T00:00:00Z");
        let cover = window("2026-03-01T06:00:00Z", "2026-03-03T06:00:00Z").cover(now);
        assert_eq!(cover.days, Some(date("2026-03-01")..=date("2026-03-02")));
        let expected = [
            Correction {
                stretch: window("2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z"),
                is_surplus: true,
            },
            Correction {
                stretch: window("2026-03-03T00:00:00Z", "2026-03-03T06:00:00Z"),
                is_surplus: false,
            },
        ];
        assert_eq!(cover.corrections, expected);
    }

    #[test]
    fn whole_days_need_no_correction() {
        let now = at("2027-01-01T00:00:00Z");
        let cover = window("2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z").cover(now);
        assert_eq!(cover.corrections, []);
    }

    proptest! {
        #[test]
        fn every_instant_counts_once_inside_and_not_at_all_outside(
            start in 0_i64..10 * 86_400,
            length in 1_i64..5 * 86_400,
            now in 0_i64..16 * 86_400,
            probe in -86_400_i64..17 * 86_400,
        ) {
            let origin = at("2026-03-01T00:00:00Z");
            let at = |second| origin + TimeDelta::seconds(second);
            let window = TimeWindow::new(at(start), at(start + length)).unwrap();
            let cover = window.cover(at(now));
            let probe = at(probe);
            let in_days = cover.days.is_some_and(|days| days.contains(&day_of(probe, Tz::UTC)));
            let corrected: i64 = cover
                .corrections
                .iter()
                .filter(|correction| correction.stretch.contains(probe))
                .map(Correction::sign)
                .sum();
            prop_assert_eq!(i64::from(in_days) + corrected, i64::from(window.contains(probe)));
        }
    }
}
