//! A window cut into calendar days, and into whole UTC days with what sticks out at both ends
//! (rollups are kept per UTC day; only the ends have to be read from events).

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{TimeWindow, day_of, day_start};

/// The part of one calendar day that lies in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowDay {
    pub day: NaiveDate,
    pub start: DateTime<Utc>,
    /// Exclusive.
    pub end: DateTime<Utc>,
    /// Whether `[start, end)` is exactly the UTC day `day`.
    pub is_whole_utc_day: bool,
}

/// A window as whole UTC days between two part days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UtcSplit {
    pub before: Option<TimeWindow>,
    pub whole_days: Option<RangeInclusive<NaiveDate>>,
    pub after: Option<TimeWindow>,
}

impl TimeWindow {
    /// The calendar days of `tz` that the window touches, in order, cut to the window. They tile
    /// it.
    #[must_use]
    pub fn days(&self, tz: Tz) -> Vec<WindowDay> {
        let last = day_of(self.to - TimeDelta::nanoseconds(1), tz);
        let days = day_of(self.from, tz)
            .iter_days()
            .take_while(|day| *day <= last);
        days.filter_map(|day| self.part_of(day, tz)).collect()
    }

    fn part_of(&self, day: NaiveDate, tz: Tz) -> Option<WindowDay> {
        let start = day_start(day, tz).max(self.from);
        let end = day_start(day + Days::new(1), tz).min(self.to);
        let is_whole_utc_day =
            start == day_start(day, Tz::UTC) && end == day_start(day + Days::new(1), Tz::UTC);
        (start < end).then_some(WindowDay {
            day,
            start,
            end,
            is_whole_utc_day,
        })
    }

    /// Splits the window at the first and the last UTC midnight inside it.
    #[must_use]
    pub fn split_by_utc_days(&self) -> UtcSplit {
        let first = first_midnight_from(self.from);
        let end = day_of(self.to, Tz::UTC);
        if first >= end {
            return UtcSplit {
                before: Some(*self),
                whole_days: None,
                after: None,
            };
        }
        let part = |from, to| (from < to).then_some(Self { from, to });
        UtcSplit {
            before: part(self.from, day_start(first, Tz::UTC)),
            whole_days: Some(first..=end - Days::new(1)),
            after: part(day_start(end, Tz::UTC), self.to),
        }
    }
}

/// The first UTC day that starts at `instant` or later.
fn first_midnight_from(instant: DateTime<Utc>) -> NaiveDate {
    let day = day_of(instant, Tz::UTC);
    if day_start(day, Tz::UTC) == instant {
        day
    } else {
        day + Days::new(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(from: &str, to: &str) -> TimeWindow {
        TimeWindow::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_is_cut_at_local_midnights() {
        let days = window("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z").days(Tz::Europe__Berlin);
        let hours: Vec<_> = days
            .iter()
            .map(|part| (part.day, (part.end - part.start).num_hours()))
            .collect();
        let expected = [
            (date("2026-03-28"), 11),
            (date("2026-03-29"), 23),
            (date("2026-03-30"), 14),
        ];
        assert_eq!(hours, expected);
        assert!(days.iter().all(|part| !part.is_whole_utc_day));
    }

    #[test]
    fn whole_utc_days_are_told_from_part_days() {
        let days = window("2026-01-01T06:00:00Z", "2026-01-04T00:00:00Z").days(Tz::UTC);
        let whole: Vec<_> = days.iter().map(|part| part.is_whole_utc_day).collect();
        assert_eq!(whole, [false, true, true]);
    }

    #[test]
    fn a_zone_without_offset_shares_its_days_with_utc() {
        let days = window("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z").days(Tz::Europe__London);
        assert!(days.iter().all(|part| part.is_whole_utc_day));
    }

    #[test]
    fn a_skipped_day_is_left_out() {
        let days = window("2011-12-29T20:00:00Z", "2011-12-31T20:00:00Z").days(Tz::Pacific__Apia);
        assert!(days.iter().all(|part| part.day != date("2011-12-30")));
    }

    #[test]
    fn a_window_inside_one_utc_day_has_no_whole_day() {
        let inside = window("2026-01-01T06:00:00Z", "2026-01-01T07:00:00Z");
        assert_eq!(
            inside.split_by_utc_days(),
            UtcSplit {
                before: Some(inside),
                whole_days: None,
                after: None
            }
        );
        let over_midnight = window("2026-01-01T06:00:00Z", "2026-01-02T07:00:00Z");
        assert_eq!(over_midnight.split_by_utc_days().whole_days, None);
    }

    #[test]
    fn whole_days_alone_have_no_ends() {
        let split = window("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z").split_by_utc_days();
        let whole_days = Some(date("2026-01-01")..=date("2026-01-02"));
        assert_eq!(
            split,
            UtcSplit {
                before: None,
                whole_days,
                after: None
            }
        );
    }

    fn windows() -> impl Strategy<Value = TimeWindow> {
        (1_262_304_000_i64..2_000_000_000, 1_i64..40 * 86_400).prop_map(|(start, length)| {
            let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            TimeWindow::new(at(start), at(start + length)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn days_tile_the_window(window in windows(), zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let days = window.days(chrono_tz::TZ_VARIANTS[zone]);
            prop_assert_eq!(days.first().map(|part| part.start), Some(window.from()));
            prop_assert_eq!(days.last().map(|part| part.end), Some(window.to()));
            for pair in days.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
                prop_assert!(pair[0].day < pair[1].day);
            }
        }

        #[test]
        fn the_utc_split_tiles_the_window(window in windows()) {
            let split = window.split_by_utc_days();
            let mut reached = window.from();
            if let Some(before) = split.before {
                prop_assert_eq!(before.from(), reached);
                reached = before.to();
            }
            if let Some(whole) = split.whole_days {
                prop_assert_eq!(day_start(*whole.start(), Tz::UTC), reached);
                reached = day_start(*whole.end() + Days::new(1), Tz::UTC);
            }
            if let Some(after) = split.after {
                prop_assert_eq!(after.from(), reached);
                reached = after.to();
            }
            prop_assert_eq!(reached, window.to());
        }
    }
}
