//! When a schedule is due: five fields of cron in a time zone.
//!
//! Slots are those of a clock on the wall that is never changed, each at the instant when the real clock first shows
//! that time, or would have. So the change to and from summer time neither doubles nor drops one: 02:30 of a day
//! without such a time is at 03:00, and of two the first counts. A schedule of every so many minutes has a gap in the
//! doubled hour that way, and belongs in UTC.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use thiserror::Error;

/// Longest stretch that a zone's clocks are put back or forward by; only Apia and Kwajalein, which skipped a day once,
/// went further.
const LONGEST_CHANGE: TimeDelta = TimeDelta::hours(3);

/// Times that a schedule is due at.
#[derive(Clone, Debug)]
pub struct Calendar {
    cron: Cron,
    time_zone: Tz,
}

/// Why it is no calendar.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not five fields of cron: {reason}")]
pub struct CalendarError {
    text: String,
    reason: String,
}

impl Calendar {
    /// Reads minute, hour, day of month, month and day of week, with `*`, lists, ranges and steps.
    ///
    /// # Errors
    /// When they can not be read.
    pub fn new(cron: &str, time_zone: Tz) -> Result<Self, CalendarError> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser.parse(cron).map_err(|error| CalendarError {
            text: cron.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self { cron, time_zone })
    }

    /// The latest slot at or before `now`.
    #[must_use]
    pub fn latest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.wall(now) + self.slack();
        loop {
            let slot = self.cron.find_previous_occurrence(&wall.and_utc(), true);
            wall = slot.ok()?.naive_utc();
            match self.instant(wall)? {
                instant if instant <= now => return Some(instant),
                _ => wall -= TimeDelta::seconds(1),
            }
        }
    }

    /// The first slot after `after`.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.wall(after) - self.slack();
        loop {
            let slot = self.cron.find_next_occurrence(&wall.and_utc(), true);
            wall = slot.ok()?.naive_utc();
            match self.instant(wall)? {
                instant if instant > after => return Some(instant),
                _ => wall += TimeDelta::seconds(1),
            }
        }
    }

    /// What the clock shows, in whole seconds, as slots are.
    fn wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let wall = instant.with_timezone(&self.time_zone).naive_local();
        wall.with_nanosecond(0).unwrap_or(wall)
    }

    /// How far the wall's time of a slot may lie from that of now on the other side of now.
    fn slack(&self) -> TimeDelta {
        match self.time_zone {
            Tz::UTC => TimeDelta::zero(),
            _ => LONGEST_CHANGE,
        }
    }

    /// When the clock first shows this time; for a time it jumps over, when it jumps.
    fn instant(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let local = self.time_zone.from_local_datetime(&wall);
        if let Some(local) = local.earliest() {
            return Some(local.with_timezone(&Utc));
        }
        // Zones change at full minutes, and this one does within the longest change.
        let minutes = 1..=LONGEST_CHANGE.num_minutes();
        minutes
            .map(|minutes| {
                let wall = wall.checked_add_signed(TimeDelta::minutes(minutes))?;
                self.time_zone.from_local_datetime(&wall).earliest()
            })
            .find_map(|shown| Some(shown?.with_timezone(&Utc)))
    }
}

impl FromStr for Calendar {
    type Err = CalendarError;

    /// In UTC.
    fn from_str(cron: &str) -> Result<Self, Self::Err> {
        Self::new(cron, Tz::UTC)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    /// Every slot after `from` and up to `to`.
    fn slots(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let next = |at: &DateTime<Utc>| calendar.next(*at).filter(|next| *next <= to);
        std::iter::successors(next(&from), next).collect()
    }

    #[test]
    fn the_weekly_report_is_due_on_mondays_at_nine() {
        let calendar: Calendar = "0 9 * * 1".parse().expect("a calendar");
        let monday = at("2026-03-16T09:00:00Z");
        assert_eq!(calendar.latest(monday), Some(monday));
        let before = monday - TimeDelta::microseconds(1);
        assert_eq!(calendar.latest(before), Some(monday - TimeDelta::weeks(1)));
        assert_eq!(calendar.next(before), Some(monday));
        assert_eq!(calendar.next(monday), Some(monday + TimeDelta::weeks(1)));
    }

    #[test]
    fn a_time_that_the_clock_jumps_over_is_due_when_it_jumps() {
        let calendar = Calendar::new("30 2 * * *", Tz::Europe__Berlin).expect("a calendar");
        let due = slots(
            &calendar,
            at("2026-03-28T00:00:00Z"),
            at("2026-03-30T12:00:00Z"),
        );
        let expected = [
            "2026-03-28T01:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z",
        ];
        assert_eq!(due, expected.map(at));
    }

    #[test]
    fn of_a_time_that_the_clock_shows_twice_the_first_counts() {
        let calendar = Calendar::new("30 2 * * *", Tz::Europe__Berlin).expect("a calendar");
        let first = at("2026-10-25T00:30:00Z");
        for now in [
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:15:00Z",
            "2026-10-25T01:30:00Z",
        ] {
            assert_eq!(calendar.latest(at(now)), Some(first), "{now}");
        }
        assert_eq!(calendar.next(first), Some(at("2026-10-26T01:30:00Z")));
    }

    #[test]
    fn texts_that_are_not_five_fields_are_refused() {
        for text in ["", "* * * *", "0 * * * * *", "61 * * * *", "@nonsense"] {
            assert!(text.parse::<Calendar>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_year_has_one_slot_for_every_day(
            zone in prop::sample::select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Beirut, Tz::Africa__Cairo]),
            hour in 0_u32..24,
            minute in 0_u32..60,
        ) {
            let calendar = Calendar::new(&format!("{minute} {hour} * * *"), zone).expect("a calendar");
            let due = slots(&calendar, at("2025-12-31T12:00:00Z"), at("2026-12-31T12:00:00Z"));
            prop_assert_eq!(due.len(), 365);
            prop_assert!(due.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn the_latest_slot_is_the_last_that_came(seconds in 0_i64..365 * 86_400, zone in prop::sample::select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::Australia__Lord_Howe])) {
            let calendar = Calendar::new("15,45 1-3 * * 0,1", zone).expect("a calendar");
            let now = at("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
            let latest = calendar.latest(now).expect("a slot");
            prop_assert!(latest <= now);
            prop_assert!(calendar.next(latest).expect("a slot") > now);
        }
    }
}
