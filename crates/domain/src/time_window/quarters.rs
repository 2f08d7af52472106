//! A window as quarters of an hour: every time zone's days are made of these.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::cover::cost;
use super::{Correction, TimeWindow};

/// A quarter of an hour. Offsets from UTC have been whole numbers of quarters since 1972.
const QUARTER: TimeDelta = TimeDelta::minutes(15);

/// Quarters of an hour and corrections that together are a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarterCover {
    /// Quarters that are taken whole: from the beginning of one to the beginning of another.
    pub quarters: Option<TimeWindow>,
    /// Stretches to add to them or take off them.
    pub corrections: Vec<Correction>,
}

impl TimeWindow {
    /// Covers the window with quarters of an hour, UTC, and corrections; few records are expected after `now`.
    #[must_use]
    pub fn cover_by_quarters(&self, now: DateTime<Utc>) -> QuarterCover {
        let (first, end) = (begin_of_quarter(self.from), end_of_quarter(self.to));
        if end - first <= QUARTER {
            let surplus = [stretch(first, self.from), stretch(self.to, end)];
            let is_whole = total_cost(&surplus, now) <= cost(self, now);
            return QuarterCover {
                quarters: stretch(first, end).filter(|_| is_whole),
                corrections: match is_whole {
                    true => surplus.into_iter().flatten().map(taken_off).collect(),
                    false => vec![added(*self)],
                },
            };
        }
        let next = end_of_quarter(self.from);
        let last = begin_of_quarter(self.to);
        let (from, before) = cheaper((first, next), self.from, now);
        let (to, after) = cheaper((end, last), self.to, now);
        QuarterCover {
            quarters: stretch(from, to),
            corrections: before.into_iter().chain(after).collect(),
        }
    }

    /// The window itself, read record by record.
    #[must_use]
    pub fn uncovered(&self) -> QuarterCover {
        QuarterCover {
            quarters: None,
            corrections: vec![added(*self)],
        }
    }
}

/// Where quarters end that shall end at `edge`: at `outer`, which has too much, or at `inner`, which has too little.
fn cheaper(
    (outer, inner): (DateTime<Utc>, DateTime<Utc>),
    edge: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<Correction>) {
    let surplus = stretch(outer.min(edge), outer.max(edge));
    let rest = stretch(inner.min(edge), inner.max(edge));
    match total_cost(&[surplus], now) <= total_cost(&[rest], now) {
        true => (outer, surplus.map(taken_off)),
        false => (inner, rest.map(added)),
    }
}

/// When the quarter of an hour began that holds an instant.
#[must_use]
pub fn begin_of_quarter(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.duration_trunc(QUARTER).unwrap_or(instant)
}

fn end_of_quarter(instant: DateTime<Utc>) -> DateTime<Utc> {
    let begin = begin_of_quarter(instant);
    if begin == instant {
        return instant;
    }
    begin + QUARTER
}

fn stretch(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<TimeWindow> {
    (from < to).then_some(TimeWindow { from, to })
}

fn total_cost(stretches: &[Option<TimeWindow>], now: DateTime<Utc>) -> TimeDelta {
    stretches.iter().flatten().map(|one| cost(one, now)).sum()
}

fn added(stretch: TimeWindow) -> Correction {
    Correction {
        stretch,
        is_surplus: false,
    }
}

fn taken_off(stretch: TimeWindow) -> Correction {
    Correction {
        stretch,
        is_surplus: true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn window(from: &str, to: &str) -> TimeWindow {
        TimeWindow::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn a_window_up_to_now_takes_its_last_quarter_whole() {
        let asked = window("2026-03-01T00:00:00Z", "2026-03-08T10:20:01Z");
        let cover = asked.cover_by_quarters(at("2026-03-08T10:20:00Z"));
        let quarters = window("2026-03-01T00:00:00Z", "2026-03-08T10:30:00Z");
        let ahead = window("2026-03-08T10:20:01Z", "2026-03-08T10:30:00Z");
        assert_eq!(cover.quarters, Some(quarters));
        assert_eq!(cover.corrections, [taken_off(ahead)]);
    }

    #[test]
    fn a_local_day_needs_no_correction() {
        let day = window("2026-03-28T18:15:00Z", "2026-03-29T18:15:00Z");
        let cover = day.cover_by_quarters(at("2027-01-01T00:00:00Z"));
        assert_eq!(cover.quarters, Some(day));
        assert_eq!(cover.corrections, []);
    }

    proptest! {
        #[test]
        fn every_instant_counts_once_inside_and_not_at_all_outside(
            start in 0_i64..7_200,
            length in 1_i64..7_200,
            now in -1_000_i64..20_000,
            probe in -2_000_i64..20_000,
        ) {
            let at = |second| at("2026-03-01T00:00:00Z") + TimeDelta::seconds(second);
            let window = TimeWindow::new(at(start), at(start + length)).unwrap();
            let cover = window.cover_by_quarters(at(now));
            let probe = at(probe);
            let holds = |one: &TimeWindow| i64::from(one.from() <= probe && probe < one.to());
            let corrected: i64 = cover.corrections.iter()
                .map(|one| one.sign() * holds(&one.stretch)).sum();
            let whole = cover.quarters.as_ref().map_or(0, holds);
            prop_assert_eq!(whole + corrected, holds(&window));
            if let Some(quarters) = cover.quarters {
                prop_assert_eq!(begin_of_quarter(quarters.from()), quarters.from());
                prop_assert_eq!(begin_of_quarter(quarters.to()), quarters.to());
            }
        }

        #[test]
        fn corrections_are_shorter_than_the_quarters_they_cut(start in 0_i64..7_200, length in 1_i64..7_200) {
            let at = |second| at("2026-03-01T00:00:00Z") + TimeDelta::seconds(second);
            let window = TimeWindow::new(at(start), at(start + length)).unwrap();
            for correction in window.cover_by_quarters(at(90_000)).corrections {
                prop_assert!(correction.stretch.to() - correction.stretch.from() <= QUARTER / 2);
            }
        }
    }
}
