//! The days that a report covers, in the report's time zone.

use chrono::{Datelike, Days, NaiveDate};
use thiserror::Error;

/// Most days of a custom report: a year, also a leap year.
const MOST_DAYS: i64 = 366;

/// Kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportType {
    /// Seven days that end yesterday.
    Weekly,
    /// The calendar month before this one, so that months compare.
    Monthly,
    /// Days that the caller names.
    Custom,
}

/// First and last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReportPeriod {
    first: NaiveDate,
    last: NaiveDate,
}

/// Why days can not be reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PeriodError {
    #[error("from must not be later than to")]
    NotBefore,
    #[error("a report covers at most {MOST_DAYS} days")]
    TooLong,
    #[error("to must not be later than yesterday: a day is reported when it is over")]
    NotOver,
    #[error("the days must lie between the years 1970 and 9999")]
    OutOfCalendar,
}

impl ReportType {
    pub const ALL: [Self; 3] = [Self::Weekly, Self::Monthly, Self::Custom];

    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Custom => "custom",
        }
    }
}

impl ReportPeriod {
    /// The seven days before `today`.
    ///
    /// # Errors
    /// At the ends of the calendar.
    pub fn weekly(today: NaiveDate) -> Result<Self, PeriodError> {
        Self::checked(days_before(today, 7)?, days_before(today, 1)?)
    }

    /// The calendar month before that of `today`.
    ///
    /// # Errors
    /// At the ends of the calendar.
    pub fn monthly(today: NaiveDate) -> Result<Self, PeriodError> {
        let begin = today.with_day(1).ok_or(PeriodError::OutOfCalendar)?;
        let last = days_before(begin, 1)?;
        Self::checked(last.with_day(1).ok_or(PeriodError::OutOfCalendar)?, last)
    }

    /// Days that the caller names, all of them over.
    ///
    /// # Errors
    /// When they are in the wrong order, too many, or not over.
    pub fn custom(
        first: NaiveDate,
        last: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, PeriodError> {
        if last >= today {
            return Err(PeriodError::NotOver);
        }
        Self::checked(first, last)
    }

    /// The first day.
    #[must_use]
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> NaiveDate {
        self.last
    }

    /// How many days it has, at least 1.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// What a report of this kind is compared with: a month with the month before, other days with as many before.
    ///
    /// # Errors
    /// At the ends of the calendar.
    pub fn previous(&self, report_type: ReportType) -> Result<Self, PeriodError> {
        if report_type == ReportType::Monthly {
            return Self::monthly(self.first);
        }
        let days = u64::try_from(self.days()).map_err(|_| PeriodError::OutOfCalendar)?;
        Self::checked(days_before(self.first, days)?, days_before(self.first, 1)?)
    }

    fn checked(first: NaiveDate, last: NaiveDate) -> Result<Self, PeriodError> {
        let period = Self { first, last };
        if first > last {
            return Err(PeriodError::NotBefore);
        }
        if period.days() > MOST_DAYS {
            return Err(PeriodError::TooLong);
        }
        if !(1970..=9999).contains(&first.year()) || !(1970..=9999).contains(&last.year()) {
            return Err(PeriodError::OutOfCalendar);
        }
        Ok(period)
    }
}

fn days_before(day: NaiveDate, days: u64) -> Result<NaiveDate, PeriodError> {
    day.checked_sub_days(Days::new(days))
        .ok_or(PeriodError::OutOfCalendar)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ends(period: ReportPeriod) -> (NaiveDate, NaiveDate) {
        (period.first(), period.last())
    }

    #[test]
    fn a_week_is_seven_days_that_end_yesterday() {
        let period = ReportPeriod::weekly(day("2026-03-16")).unwrap();
        assert_eq!(ends(period), (day("2026-03-09"), day("2026-03-15")));
        assert_eq!(period.days(), 7);
        let before = period.previous(ReportType::Weekly).unwrap();
        assert_eq!(ends(before), (day("2026-03-02"), day("2026-03-08")));
    }

    #[test]
    fn a_month_is_the_calendar_month_before_and_so_is_the_one_it_is_compared_with() {
        let period = ReportPeriod::monthly(day("2026-03-31")).unwrap();
        assert_eq!(ends(period), (day("2026-02-01"), day("2026-02-28")));
        let before = period.previous(ReportType::Monthly).unwrap();
        assert_eq!(ends(before), (day("2026-01-01"), day("2026-01-31")));
        let january = ReportPeriod::monthly(day("2026-01-01")).unwrap();
        assert_eq!(ends(january), (day("2025-12-01"), day("2025-12-31")));
    }

    #[test]
    fn days_that_are_not_over_or_too_many_or_reversed_are_refused() {
        let today = day("2026-03-16");
        let custom = |first, last| ReportPeriod::custom(day(first), day(last), today);
        assert_eq!(
            custom("2026-03-01", "2026-03-16"),
            Err(PeriodError::NotOver)
        );
        assert_eq!(
            custom("2026-03-10", "2026-03-09"),
            Err(PeriodError::NotBefore)
        );
        assert_eq!(
            custom("2025-03-14", "2026-03-15"),
            Err(PeriodError::TooLong)
        );
        assert!(custom("2025-03-15", "2026-03-15").is_ok());
        assert!(custom("2026-03-15", "2026-03-15").is_ok());
    }

    proptest! {
        #[test]
        fn the_period_before_ends_where_this_begins(ago in 1_u64..10_000, length in 1_u64..=366) {
            let today = day("2026-03-16");
            let last = today - Days::new(ago);
            let period = ReportPeriod::custom(last - Days::new(length - 1), last, today).unwrap();
            for report_type in [ReportType::Weekly, ReportType::Custom] {
                let before = period.previous(report_type).unwrap();
                prop_assert_eq!(before.last() + Days::new(1), period.first());
                prop_assert_eq!(before.days(), period.days());
            }
        }
    }
}
