//! When things happen: by day in the daytime, more on school days, never after the end.
//!
//! Local time is a fixed distance from UTC, without daylight saving: editions of the time zone database would
//! otherwise change worlds.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

use crate::dice::Dice;

/// Relative activity by local hour: homework after school, most in the evening, little at night.
const HOURS: [u32; 24] = [
    2, 1, 1, 1, 1, 2, 5, 10, 9, 8, 8, 9, 11, 11, 13, 19, 23, 22, 20, 21, 20, 15, 9, 4,
];
/// From this activity on nobody puts anything off.
const BUSY: u64 = 20;
/// Relative activity from Monday to Sunday.
const WEEKDAYS: [u32; 7] = [12, 12, 12, 11, 8, 7, 11];
/// How often a moment outside the world is drawn again.
const ATTEMPTS: u32 = 64;

/// The days of a world. All are UTC; all are whole but the last, which ends at the end.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    first: NaiveDate,
    days: u32,
    end: DateTime<Utc>,
}

impl Calendar {
    /// The last `days` days up to `end`, its own day included.
    pub(crate) fn new(days: u32, end: DateTime<Utc>) -> Self {
        let before = Days::new(u64::from(days.saturating_sub(1)));
        Self {
            first: end.date_naive() - before,
            days,
            end,
        }
    }

    /// The first instant.
    pub(crate) fn start(&self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The last instant.
    pub(crate) fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// Whether an instant lies inside.
    pub(crate) fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start() <= at && at <= self.end
    }

    /// Weeks, for rates by week.
    pub(crate) fn weeks(&self) -> f64 {
        f64::from(self.days) / 7.0
    }

    /// A day that is over; the last six come up as often as all before them, so that windows of a week have
    /// something to find.
    pub(crate) fn full_day(&self, dice: &mut Dice) -> NaiveDate {
        let full = u64::from(self.days.saturating_sub(1));
        let recent = full.min(6);
        let back = if full == recent || dice.chance(0.5) {
            dice.below(recent)
        } else {
            recent + dice.below(full - recent)
        };
        self.end.date_naive() - Days::new(back + 1)
    }

    /// A day that is over and, if there is one, from Monday to Friday.
    pub(crate) fn school_day(&self, dice: &mut Dice) -> NaiveDate {
        let mut day = self.full_day(dice);
        for _ in 0..ATTEMPTS {
            if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                break;
            }
            day = self.full_day(dice);
        }
        day
    }

    /// A moment between `from` and the end, at a time when people at this distance from UTC are active. `None`
    /// when hardly any time is left.
    pub(crate) fn moment(
        &self,
        dice: &mut Dice,
        from: DateTime<Utc>,
        utc_offset: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        let from = from.max(self.start());
        (0..ATTEMPTS)
            .map(|_| self.any_moment(dice, utc_offset))
            .find(|&at| from <= at && at <= self.end)
    }

    fn any_moment(&self, dice: &mut Dice, utc_offset: TimeDelta) -> DateTime<Utc> {
        let day = loop {
            // One more than there are, since local days do not begin with UTC days.
            let day = self.first + Days::new(dice.below(u64::from(self.days) + 1));
            let weekday = WEEKDAYS[day.weekday().num_days_from_monday() as usize];
            if dice.below(12) < u64::from(weekday) {
                break day;
            }
        };
        let hour = dice.weighted(&HOURS) as i64;
        midnight(day) + TimeDelta::hours(hour) + within_an_hour(dice) - utc_offset
    }

    /// Puts off what somebody would do at a moment until they are active.
    pub(crate) fn when_active(
        dice: &mut Dice,
        mut at: DateTime<Utc>,
        utc_offset: TimeDelta,
    ) -> DateTime<Utc> {
        for _ in 0..ATTEMPTS {
            let hour = (at + utc_offset).hour() as usize;
            if dice.below(BUSY) < u64::from(HOURS[hour]) {
                break;
            }
            at += within_an_hour(dice);
        }
        at
    }
}

/// Midnight UTC.
pub(crate) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// An hour of a day, and a random part of it.
pub(crate) fn at_hour(dice: &mut Dice, day: NaiveDate, hour: u32) -> DateTime<Utc> {
    midnight(day) + TimeDelta::hours(i64::from(hour)) + within_an_hour(dice)
}

/// A moment of a UTC day at which people at this distance from UTC are active.
pub(crate) fn at_active_hour(
    dice: &mut Dice,
    day: NaiveDate,
    utc_offset: TimeDelta,
) -> DateTime<Utc> {
    let local = TimeDelta::hours(dice.weighted(&HOURS) as i64) + within_an_hour(dice);
    let (day_start, long) = (midnight(day), TimeDelta::days(1));
    match local - utc_offset {
        before if before < TimeDelta::zero() => day_start + before + long,
        after if after >= long => day_start + after - long,
        inside => day_start + inside,
    }
}

/// A number of minutes, to the microsecond.
pub(crate) fn minutes(count: f64) -> TimeDelta {
    TimeDelta::microseconds((count * 60_000_000.0) as i64)
}

fn within_an_hour(dice: &mut Dice) -> TimeDelta {
    TimeDelta::microseconds(dice.below(3_600_000_000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Area;

    fn calendar() -> Calendar {
        Calendar::new(14, "2026-03-18T09:30:00Z".parse().unwrap())
    }

    #[test]
    fn moments_are_inside_and_by_day() {
        let (calendar, mut dice) = (calendar(), Dice::new(1, Area::Clicks));
        let moments: Vec<_> = (0..2_000)
            .filter_map(|_| calendar.moment(&mut dice, calendar.start(), TimeDelta::zero()))
            .collect();
        assert!(moments.len() > 1_990);
        assert!(moments.iter().all(|&at| calendar.contains(at)));
        let of_hours = |hours: std::ops::Range<u32>| {
            moments
                .iter()
                .filter(|at| hours.contains(&at.hour()))
                .count()
        };
        assert!(of_hours(15..21) > 5 * of_hours(0..6));
    }

    #[test]
    fn half_of_the_full_days_are_in_the_last_week() {
        let (calendar, mut dice) = (calendar(), Dice::new(1, Area::Farms));
        let days: Vec<_> = (0..1_000).map(|_| calendar.full_day(&mut dice)).collect();
        assert_eq!(days.iter().min(), "2026-03-05".parse().ok().as_ref());
        assert_eq!(days.iter().max(), "2026-03-17".parse().ok().as_ref());
        let recent = days.iter().filter(|day| day.day() >= 12).count();
        assert!((440..560).contains(&recent), "{recent}");
    }

    #[test]
    fn what_comes_to_mind_at_night_waits_for_the_day() {
        let mut dice = Dice::new(1, Area::Clicks);
        let offset = TimeDelta::hours(-5);
        let two_at_night = midnight("2026-03-10".parse().unwrap()) + TimeDelta::hours(7);
        let waited: Vec<_> = (0..1_000)
            .map(|_| Calendar::when_active(&mut dice, two_at_night, offset))
            .collect();
        assert!(waited.iter().all(|&at| at >= two_at_night));
        let by_day = waited
            .iter()
            .filter(|&&at| (at + offset).hour() >= 6)
            .count();
        assert!(by_day > 550, "{by_day}");
        let at_six = two_at_night + TimeDelta::hours(16);
        assert_eq!(Calendar::when_active(&mut dice, at_six, offset), at_six);
    }

    #[test]
    fn no_moment_is_found_after_the_end() {
        let (calendar, mut dice) = (calendar(), Dice::new(1, Area::Clicks));
        let late = calendar.end() + TimeDelta::seconds(1);
        assert_eq!(calendar.moment(&mut dice, late, TimeDelta::zero()), None);
    }
}
