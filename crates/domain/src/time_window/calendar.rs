//! Calendar days in a time zone.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{FIRST_DAY, LAST_DAY};

/// The calendar day of an instant in `tz`, as PostgreSQL's `(t AT TIME ZONE tz)::date` gives it.
#[must_use]
pub fn day_of(instant: DateTime<Utc>, tz: Tz) -> NaiveDate {
    let instant = instant.clamp(utc_midnight(FIRST_DAY), utc_midnight(LAST_DAY));
    instant.with_timezone(&tz).date_naive()
}

/// The first instant of a calendar day in `tz`.
///
/// Where clocks go back over midnight this is the earlier of the two midnights; where they jump
/// over it (Beirut, Santiago), the first instant after the jump. A day that a zone skipped
/// altogether (Apia, 30 December 2011) starts where the next one does. Days outside 1970 to 9999
/// are taken as the nearest day inside.
#[must_use]
pub fn day_start(day: NaiveDate, tz: Tz) -> DateTime<Utc> {
    let day = day.clamp(FIRST_DAY, LAST_DAY);
    match tz
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .earliest()
    {
        Some(midnight) => midnight.with_timezone(&Utc),
        None => first_instant_after_gap(day, tz),
    }
}

/// Bisects for the first second whose local date is `day` or later. No zone is further than a day
/// from UTC, so it lies within two days of UTC's midnight.
fn first_instant_after_gap(day: NaiveDate, tz: Tz) -> DateTime<Utc> {
    let origin = utc_midnight(day) - TimeDelta::days(2);
    let (mut before, mut reached) = (0, TimeDelta::days(4).num_seconds());
    while reached - before > 1 {
        let middle = before + (reached - before) / 2;
        if day_of(origin + TimeDelta::seconds(middle), tz) < day {
            before = middle;
        } else {
            reached = middle;
        }
    }
    origin + TimeDelta::seconds(reached)
}

fn utc_midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hours_of(day: &str, tz: Tz) -> i64 {
        (day_start(date(day) + Days::new(1), tz) - day_start(date(day), tz)).num_hours()
    }

    #[test]
    fn an_instant_belongs_to_the_local_day() {
        let instant = at("2026-06-30T22:30:00Z");
        assert_eq!(day_of(instant, Tz::UTC), date("2026-06-30"));
        assert_eq!(day_of(instant, Tz::Europe__Berlin), date("2026-07-01"));
        assert_eq!(day_of(instant, Tz::Pacific__Honolulu), date("2026-06-30"));
    }

    #[test]
    fn days_are_shorter_and_longer_when_clocks_change() {
        assert_eq!(hours_of("2026-03-29", Tz::Europe__Berlin), 23);
        assert_eq!(hours_of("2026-10-25", Tz::Europe__Berlin), 25);
        assert_eq!(hours_of("2026-10-24", Tz::Europe__Berlin), 24);
        assert_eq!(hours_of("2026-03-29", Tz::UTC), 24);
    }

    #[test]
    fn a_day_without_midnight_starts_after_the_jump() {
        // Santiago goes from 23:59:59 at -04 to 01:00 at -03.
        assert_eq!(
            day_start(date("2025-09-07"), Tz::America__Santiago),
            at("2025-09-07T04:00:00Z")
        );
        assert_eq!(hours_of("2025-09-07", Tz::America__Santiago), 23);
    }

    #[test]
    fn of_two_midnights_the_earlier_starts_the_day() {
        // Havana goes from 00:59:59 at -04 back to 00:00 at -05.
        assert_eq!(
            day_start(date("2025-11-02"), Tz::America__Havana),
            at("2025-11-02T04:00:00Z")
        );
        assert_eq!(hours_of("2025-11-02", Tz::America__Havana), 25);
    }

    #[test]
    fn a_skipped_day_has_no_length() {
        assert_eq!(hours_of("2011-12-30", Tz::Pacific__Apia), 0);
        assert_eq!(
            day_start(date("2011-12-31"), Tz::Pacific__Apia),
            at("2011-12-30T10:00:00Z")
        );
    }

    #[test]
    fn days_outside_the_calendar_do_not_overflow() {
        assert_eq!(
            day_start(NaiveDate::MIN, Tz::Asia__Tokyo),
            day_start(FIRST_DAY, Tz::Asia__Tokyo)
        );
        assert_eq!(day_of(DateTime::<Utc>::MAX_UTC, Tz::Asia__Tokyo), LAST_DAY);
    }

    /// Zones with and without daylight saving, with odd offsets, and with changes at midnight.
    fn zones() -> impl Strategy<Value = Tz> {
        prop::sample::select(vec![
            Tz::UTC,
            Tz::America__New_York,
            Tz::America__Santiago,
            Tz::America__Havana,
            Tz::America__Sao_Paulo,
            Tz::Asia__Beirut,
            Tz::Asia__Kathmandu,
            Tz::Asia__Tehran,
            Tz::Atlantic__Azores,
            Tz::Africa__Cairo,
            Tz::Africa__Casablanca,
            Tz::Australia__Lord_Howe,
            Tz::Europe__Berlin,
            Tz::Pacific__Apia,
            Tz::Pacific__Kiritimati,
        ])
    }

    proptest! {
        #[test]
        fn every_instant_lies_between_the_start_of_its_day_and_the_next(
            tz in zones(), seconds in 1_356_998_400_i64..2_208_988_800,
        ) {
            let instant = DateTime::from_timestamp(seconds, 0).unwrap();
            let day = day_of(instant, tz);
            prop_assert!(day_start(day, tz) <= instant);
            prop_assert!(instant < day_start(day + Days::new(1), tz));
        }

        #[test]
        fn the_instant_before_a_day_belongs_to_an_earlier_one(tz in zones(), offset in 0_u64..8_000) {
            let day = date("2012-01-05") + Days::new(offset);
            let start = day_start(day, tz);
            prop_assert_eq!(day_of(start, tz), day);
            prop_assert!(day_of(start - TimeDelta::nanoseconds(1), tz) < day);
        }
    }
}
