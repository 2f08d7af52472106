//! The stretch of time that a computation looks at, and the calendar days inside it.
//!
//! A window is half open, `[from, to)`, so that neighbouring windows share no event and leave none
//! out. Days are calendar days in a time zone: a day may have 23, 24 or 25 hours, and on some dates
//! midnight does not exist or comes twice. Nothing here asks the clock: `now` comes in as an
//! argument.

mod calendar;
mod cover;
mod days;
mod quarters;
mod request;

pub use calendar::{day_of, day_start};
pub use cover::{Correction, Cover};
pub use days::{UtcSplit, WindowDay};
pub use quarters::{QuarterCover, begin_of_quarter};
pub use request::{WindowLimits, WindowRequest};

use chrono::{DateTime, Days, NaiveDate, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use thiserror::Error;

/// The first and the last day that a window may touch. Calendar arithmetic on days between them can
/// not overflow.
const FIRST_DAY: NaiveDate = calendar_day(1970, 2);
const LAST_DAY: NaiveDate = calendar_day(9999, 360);

/// Only called while compiling, where the panic is a compile error.
const fn calendar_day(year: i32, ordinal: u32) -> NaiveDate {
    match NaiveDate::from_yo_opt(year, ordinal) {
        Some(day) => day,
        None => panic!("no such day"),
    }
}

/// A half-open stretch of time, `from ≤ t < to`, that is never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeWindow {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// Why a window was refused. [`WindowError::parameter`] names the query parameter to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WindowError {
    #[error("days must be between 1 and {max}, got {days}")]
    DaysOutOfRange { days: i64, max: u32 },
    #[error("days can not be combined with from and to")]
    DaysWithBounds,
    #[error("{missing} is missing: from and to go together")]
    HalfGiven { missing: &'static str },
    #[error("from must be earlier than to")]
    NotBefore,
    #[error("the window from..to must not be longer than {max_days} days")]
    TooLong { max_days: u32 },
    #[error("{parameter} must lie between the years 1970 and 9999")]
    OutOfCalendar { parameter: &'static str },
}

impl WindowError {
    /// The query parameter that has to change.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::DaysOutOfRange { .. } | Self::DaysWithBounds => "days",
            Self::HalfGiven { missing } => missing,
            Self::NotBefore => "from",
            Self::TooLong { .. } => "to",
            Self::OutOfCalendar { parameter } => parameter,
        }
    }
}

impl TimeWindow {
    /// `[from, to)`.
    ///
    /// # Errors
    /// When `from` is not before `to`, or either lies outside the supported calendar (1970 to
    /// 9999).
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Self, WindowError> {
        in_calendar(from, "from")?;
        in_calendar(to, "to")?;
        if from >= to {
            return Err(WindowError::NotBefore);
        }
        Ok(Self { from, to })
    }

    /// The last `days` calendar days of `tz` including today, up to and including `now`.
    ///
    /// Stored times have microseconds, so the window ends one microsecond after `now`: an event
    /// that was acknowledged in the very microsecond of the question is in the answer, and the
    /// window is not empty at the stroke of midnight.
    ///
    /// # Errors
    /// When `days` is 0, or the days lie outside the supported calendar.
    pub fn last_days(days: u32, now: DateTime<Utc>, tz: Tz) -> Result<Self, WindowError> {
        in_calendar(now, "now")?;
        let Some(days_before) = days.checked_sub(1) else {
            return Err(WindowError::DaysOutOfRange {
                days: 0,
                max: u32::MAX,
            });
        };
        let first = day_of(now, tz)
            .checked_sub_days(Days::new(u64::from(days_before)))
            .ok_or(WindowError::OutOfCalendar { parameter: "days" })?;
        let to = now.trunc_subsecs(6) + TimeDelta::microseconds(1);
        Self::new(day_start(first, tz), to)
            .map_err(|_| WindowError::OutOfCalendar { parameter: "days" })
    }

    /// The first instant inside.
    #[must_use]
    pub fn from(&self) -> DateTime<Utc> {
        self.from
    }

    /// The first instant after it.
    #[must_use]
    pub fn to(&self) -> DateTime<Utc> {
        self.to
    }

    #[must_use]
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && instant < self.to
    }

    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.to - self.from
    }

    /// What two windows share, if anything.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from < to).then_some(Self { from, to })
    }

    /// The stretch of the same length that ends where this one starts, for comparisons.
    ///
    /// # Errors
    /// When it would start before 1970.
    pub fn previous(&self) -> Result<Self, WindowError> {
        let from = self.from.checked_sub_signed(self.duration());
        Self::new(
            from.ok_or(WindowError::OutOfCalendar { parameter: "from" })?,
            self.from,
        )
    }
}

fn in_calendar(instant: DateTime<Utc>, parameter: &'static str) -> Result<(), WindowError> {
    if (FIRST_DAY..=LAST_DAY).contains(&instant.date_naive()) {
        Ok(())
    } else {
        Err(WindowError::OutOfCalendar { parameter })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn seven_days_are_today_and_the_six_before() {
        let window = TimeWindow::last_days(7, at("2026-03-10T15:30:00Z"), Tz::UTC).unwrap();
        assert_eq!(window.from(), at("2026-03-04T00:00:00Z"));
        assert!(window.contains(at("2026-03-10T15:30:00Z")));
        assert!(!window.contains(at("2026-03-10T15:30:00.000001Z")));
    }

    #[test]
    fn days_begin_at_midnight_of_the_time_zone() {
        // 02:00 UTC is still the evening of the 9th in New York.
        let window =
            TimeWindow::last_days(1, at("2026-03-10T02:00:00Z"), Tz::America__New_York).unwrap();
        assert_eq!(window.from(), at("2026-03-09T04:00:00Z"));
    }

    #[test]
    fn one_day_at_midnight_is_not_empty() {
        let midnight = at("2026-03-10T00:00:00Z");
        let window = TimeWindow::last_days(1, midnight, Tz::UTC).unwrap();
        assert!(window.contains(midnight));
    }

    #[test]
    fn the_end_is_outside() {
        let window =
            TimeWindow::new(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")).unwrap();
        assert!(window.contains(window.from()));
        assert!(!window.contains(window.to()));
    }

    #[test]
    fn an_empty_or_backward_window_is_refused() {
        let instant = at("2026-01-01T00:00:00Z");
        assert_eq!(
            TimeWindow::new(instant, instant),
            Err(WindowError::NotBefore)
        );
        assert_eq!(
            TimeWindow::new(at("2026-01-02T00:00:00Z"), instant),
            Err(WindowError::NotBefore)
        );
    }

    #[test]
    fn extreme_times_are_refused_not_overflowed() {
        let refused = TimeWindow::new(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        assert_eq!(
            refused,
            Err(WindowError::OutOfCalendar { parameter: "from" })
        );
        let refused = TimeWindow::last_days(u32::MAX, at("2026-01-01T00:00:00Z"), Tz::UTC);
        assert_eq!(
            refused,
            Err(WindowError::OutOfCalendar { parameter: "days" })
        );
        assert!(TimeWindow::last_days(1, DateTime::<Utc>::MAX_UTC, Tz::Asia__Tokyo).is_err());
        assert!(TimeWindow::last_days(0, at("2026-01-01T00:00:00Z"), Tz::UTC).is_err());
    }

    #[test]
    fn the_previous_window_touches_this_one() {
        let window =
            TimeWindow::new(at("2026-01-08T00:00:00Z"), at("2026-01-15T00:00:00Z")).unwrap();
        let previous = window.previous().unwrap();
        assert_eq!(
            (previous.from(), previous.to()),
            (at("2026-01-01T00:00:00Z"), window.from())
        );
        assert_eq!(window.intersection(&previous), None);
    }

    /// Some seconds of the first minutes of 2 January 1970.
    fn short_window() -> impl Strategy<Value = TimeWindow> {
        (0_i64..100, 1_i64..100).prop_map(|(start, length)| {
            let at = |second| Utc.timestamp_opt(DAY + second, 0).unwrap();
            TimeWindow::new(at(start), at(start + length)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn an_instant_is_in_the_intersection_exactly_when_it_is_in_both(
            one in short_window(), other in short_window(), second in 0_i64..220,
        ) {
            let instant = Utc.timestamp_opt(DAY + second, 0).unwrap();
            let in_shared = one.intersection(&other).is_some_and(|shared| shared.contains(instant));
            prop_assert_eq!(in_shared, one.contains(instant) && other.contains(instant));
        }
    }
}
