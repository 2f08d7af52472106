//! Weeks from Monday to Sunday in a time zone, and when they are told.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use thiserror::Error;

use crate::time_window::day_start;

/// A week is told on the Monday behind it, from this hour on.
const TOLD_FROM: TimeDelta = TimeDelta::hours(7);

/// The first and the last year in which a week may begin: nothing is reported before, and four digits are written.
const YEARS: std::ops::Range<i32> = 1970..9999;

/// A week, named by its Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(NaiveDate);

/// Why a day begins no week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WeekError {
    /// Another day of the week.
    #[error("a week begins with a Monday")]
    NotMonday,
    /// Before 1970 or after 9998.
    #[error("the year is out of range")]
    OutOfRange,
}

impl Week {
    /// The week that begins with `monday`.
    ///
    /// # Errors
    /// When that is no Monday, or no day of a year that is written with four digits.
    pub fn new(monday: NaiveDate) -> Result<Self, WeekError> {
        if !YEARS.contains(&monday.year()) {
            return Err(WeekError::OutOfRange);
        }
        match monday.weekday() {
            Weekday::Mon => Ok(Self(monday)),
            _ => Err(WeekError::NotMonday),
        }
    }

    /// The latest week that may be told: on the wall it is Monday 07:00 behind it, or later. A clock that is put back
    /// over that hour answers an earlier week again, never a later one sooner; whoever has done a week skips it.
    #[must_use]
    pub fn due(now: DateTime<Utc>, tz: Tz) -> Self {
        let wall = now.with_timezone(&tz).naive_local() - TOLD_FROM;
        let day = wall.date();
        let back = u64::from(day.weekday().num_days_from_monday()) + 7;
        Self(day - Days::new(back))
    }

    /// The Monday.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        self.0
    }

    /// The Sunday.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.0 + Days::new(6)
    }

    /// Its first instant, and the first behind it.
    #[must_use]
    pub fn window(self, tz: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        (day_start(self.0, tz), day_start(self.0 + Days::new(7), tz))
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(self, now: DateTime<Utc>, tz: Tz) -> bool {
        self.window(tz).1 <= now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn due(now: &str, tz: Tz) -> String {
        Week::due(at(now), tz).first().to_string()
    }

    #[test]
    fn a_week_begins_with_a_monday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let week = Week::new(day("2026-03-09")).unwrap();
        assert_eq!(
            (week.first(), week.last()),
            (day("2026-03-09"), day("2026-03-15"))
        );
        assert_eq!(Week::new(day("2026-03-10")), Err(WeekError::NotMonday));
        assert_eq!(Week::new(day("1969-12-29")), Err(WeekError::OutOfRange));
        assert_eq!(Week::new(NaiveDate::MAX), Err(WeekError::OutOfRange));
    }

    #[test]
    fn a_week_is_told_on_monday_at_seven_on_the_wall() {
        for (before, then, tz) in [
            ("2026-03-16T06:59:59Z", "2026-03-16T07:00:00Z", Tz::UTC),
            (
                "2026-03-16T05:59:59Z",
                "2026-03-16T06:00:00Z",
                Tz::Europe__Berlin,
            ),
            (
                "2026-03-16T01:14:59Z",
                "2026-03-16T01:15:00Z",
                Tz::Asia__Kathmandu,
            ),
            (
                "2026-03-16T16:59:59Z",
                "2026-03-16T17:00:00Z",
                Tz::Pacific__Honolulu,
            ),
        ] {
            assert_eq!(due(before, tz), "2026-03-02", "{tz}");
            assert_eq!(due(then, tz), "2026-03-09", "{tz}");
            assert_eq!(due("2026-03-18T12:00:00Z", tz), "2026-03-09", "{tz}");
        }
    }

    #[test]
    fn the_hour_moves_with_summer_time_and_the_week_has_its_length() {
        // Clocks go forward on Sunday, 29 March.
        assert_eq!(
            due("2026-03-30T04:59:59Z", Tz::Europe__Berlin),
            "2026-03-16"
        );
        assert_eq!(
            due("2026-03-30T05:00:00Z", Tz::Europe__Berlin),
            "2026-03-23"
        );
        let hours = |monday: &str| {
            let week = Week::new(monday.parse().unwrap()).unwrap();
            let (from, to) = week.window(Tz::Europe__Berlin);
            (to - from).num_hours()
        };
        assert_eq!(hours("2026-03-23"), 7 * 24 - 1);
        assert_eq!(hours("2026-10-19"), 7 * 24 + 1);
        assert_eq!(hours("2026-03-09"), 7 * 24);
    }

    proptest! {
        #[test]
        fn whatever_is_due_is_over_and_the_week_behind_it_is_not_told_yet(
            zone in 0..chrono_tz::TZ_VARIANTS.len(), seconds in 1_500_000_000_i64..2_000_000_000,
        ) {
            let (tz, now) = (chrono_tz::TZ_VARIANTS[zone], DateTime::from_timestamp(seconds, 0).unwrap());
            let week = Week::due(now, tz);
            prop_assert_eq!(Week::new(week.first()), Ok(week));
            prop_assert!(week.is_over(now, tz));
            let told = now.with_timezone(&tz).naive_local() - TOLD_FROM;
            let behind = week.first() + Days::new(7);
            prop_assert!((behind..behind + Days::new(7)).contains(&told.date()));
        }

        #[test]
        fn an_hour_later_the_same_week_or_the_next_is_due(
            zone in 0..chrono_tz::TZ_VARIANTS.len(), hours in 416_667_i64..555_555,
        ) {
            let tz = chrono_tz::TZ_VARIANTS[zone];
            let due = |hours: i64| Week::due(DateTime::from_timestamp(hours * 3_600, 0).unwrap(), tz);
            let step = (due(hours + 1).first() - due(hours).first()).num_days();
            prop_assert!(step == 0 || step == 7, "{} days", step);
        }
    }
}
