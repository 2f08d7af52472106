//! The period that figures are about: the last days, or dates the operator chose.
//!
//! In the address it is `days=14`, or `from` and `to` as dates, both included, in the zone of `tz`. The API
//! gets `days`, or instants with the end not included.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::router::Query;

/// Longest period, in days.
pub const LONGEST: u64 = 90;
/// The periods of one click, in days.
pub const PRESETS: [u64; 3] = [7, 14, 30];

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The last days, today included.
    Last(u64),
    /// From the first to the last of these days.
    Between(NaiveDate, NaiveDate),
}

impl Default for Period {
    fn default() -> Self {
        Self::Last(PRESETS[0])
    }
}

/// Why two dates make no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRange {
    /// The last day is before the first.
    Reversed,
    /// More than [`LONGEST`] days.
    TooLong,
}

impl Period {
    /// Reads the address; what makes no sense is the default.
    pub fn from_query(query: &Query) -> Self {
        let date = |name| {
            query
                .get(name)
                .and_then(|value| value.parse::<NaiveDate>().ok())
        };
        if let (Some(from), Some(to)) = (date("from"), date("to"))
            && let Ok(period) = Self::between(from, to)
        {
            return period;
        }
        let days = query
            .get("days")
            .and_then(|days| days.parse().ok())
            .filter(|days| (1..=LONGEST).contains(days));
        days.map_or_else(Self::default, Self::Last)
    }

    /// Parameters of the address that are there and make no sense.
    pub fn ignored(query: &Query) -> Vec<&'static str> {
        let there = |name: &&'static str| query.get(name).is_some();
        let dates = Self::from_query(&query.only(&["from", "to"]));
        let days = Self::from_query(&query.only(&["days"]));
        let mut ignored = Vec::new();
        if !matches!(dates, Self::Between(..)) {
            ignored.extend(["from", "to"].into_iter().filter(there));
        }
        if query
            .get("days")
            .is_some_and(|asked| days != Self::Last(asked.parse().unwrap_or(0)))
        {
            ignored.push("days");
        }
        ignored
    }

    /// The period of two dates, both included.
    ///
    /// # Errors
    /// When the dates are reversed or too far apart.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Result<Self, BadRange> {
        match (to - from).num_days() {
            ..0 => Err(BadRange::Reversed),
            days if days as u64 >= LONGEST => Err(BadRange::TooLong),
            _ => Ok(Self::Between(from, to)),
        }
    }

    /// What it changes in the address; the default leaves no trace.
    pub fn to_parameters(self) -> [(&'static str, Option<String>); 3] {
        match self {
            Self::Last(days) => {
                let days = (self != Self::default()).then(|| days.to_string());
                [("days", days), ("from", None), ("to", None)]
            }
            Self::Between(from, to) => [
                ("days", None),
                ("from", Some(from.to_string())),
                ("to", Some(to.to_string())),
            ],
        }
    }

    /// What the API is asked. `offset_at` tells by how many minutes `zone` is ahead of UTC at an instant.
    pub fn to_api(self, zone: &str, offset_at: impl Fn(DateTime<Utc>) -> i32) -> Query {
        let query = Query::new().and("time_zone", zone);
        match self {
            Self::Last(days) => query.and("days", days),
            Self::Between(from, to) => {
                let end = to.checked_add_days(Days::new(1)).unwrap_or(to);
                query
                    .and("from", rfc3339(midnight(from, &offset_at)))
                    .and("to", rfc3339(midnight(end, &offset_at)))
            }
        }
    }
}

/// An instant as the API reads it.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// The start of a day where clocks are `offset_at` minutes ahead of UTC.
pub fn midnight(day: NaiveDate, offset_at: impl Fn(DateTime<Utc>) -> i32) -> DateTime<Utc> {
    let wall = day.and_time(NaiveTime::MIN).and_utc();
    let guess = wall - TimeDelta::minutes(i64::from(offset_at(wall)));
    // The offset may have changed between the guess and the wall clock read as UTC: ask once more there.
    wall - TimeDelta::minutes(i64::from(offset_at(guess)))
}

/// Minutes of an offset such as `GMT+05:30` at the end of a text; 0 for `GMT` alone.
pub fn parse_offset(text: &str) -> i32 {
    let Some((_, offset)) = text.rsplit_once("GMT") else {
        return 0;
    };
    let sign = if offset.starts_with(['-', '−']) {
        -1
    } else {
        1
    };
    let mut parts = offset
        .trim_start_matches(['+', '-', '−'])
        .split(':')
        .map(|part| part.parse::<i32>().unwrap_or(0));
    sign * (parts.next().unwrap_or(0) * 60 + parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_address_keeps_the_period() {
        for period in [
            Period::Last(7),
            Period::Last(14),
            Period::Between(date("2026-01-05"), date("2026-01-09")),
        ] {
            let query = period
                .to_parameters()
                .iter()
                .fold(Query::new(), |query, (name, value)| {
                    query.with(name, value.as_deref())
                });
            assert_eq!(Period::from_query(&query), period);
        }
        assert!(
            Period::Last(7)
                .to_parameters()
                .iter()
                .all(|(_, value)| value.is_none())
        );
    }

    #[test]
    fn nonsense_is_the_default() {
        for text in [
            "days=0",
            "days=91",
            "days=x",
            "from=2026-01-09&to=2026-01-05",
            "from=2026-01-01",
        ] {
            assert_eq!(
                Period::from_query(&Query::parse(text)),
                Period::Last(7),
                "{text}"
            );
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (text, ignored) in [
            ("", vec![]),
            ("days=14", vec![]),
            ("days=x&tab=bots", vec!["days"]),
            ("days=0", vec!["days"]),
            ("from=2026-01-05&to=2026-01-09", vec![]),
            ("from=2026-01-09&to=2026-01-05", vec!["from", "to"]),
            ("from=2026-01-01&days=14", vec!["from"]),
        ] {
            assert_eq!(Period::ignored(&Query::parse(text)), ignored, "{text}");
        }
    }

    #[test]
    fn ninety_days_are_the_longest() {
        let from = date("2026-01-01");
        assert!(Period::between(from, from + Days::new(89)).is_ok());
        assert_eq!(
            Period::between(from, from + Days::new(90)),
            Err(BadRange::TooLong)
        );
        assert_eq!(
            Period::between(from, from - Days::new(1)),
            Err(BadRange::Reversed)
        );
    }

    #[test]
    fn the_end_is_the_midnight_after_the_last_day() {
        let period = Period::Between(date("2026-01-05"), date("2026-01-05"));
        let query = period.to_api("Asia/Kolkata", |_| 330);
        assert_eq!(query.get("from"), Some("2026-01-04T18:30:00Z"));
        assert_eq!(query.get("to"), Some("2026-01-05T18:30:00Z"));
        assert_eq!(
            Period::Last(14).to_api("UTC", |_| 0).get("days"),
            Some("14")
        );
    }

    #[test]
    fn midnight_follows_a_change_of_clocks() {
        // Berlin: +1 until 2026-03-29 01:00 UTC, +2 after.
        let change = date("2026-03-29").and_hms_opt(1, 0, 0).unwrap().and_utc();
        let berlin = |at| if at < change { 60 } else { 120 };
        assert_eq!(
            rfc3339(midnight(date("2026-03-29"), berlin)),
            "2026-03-28T23:00:00Z"
        );
        assert_eq!(
            rfc3339(midnight(date("2026-03-30"), berlin)),
            "2026-03-29T22:00:00Z"
        );
        // Auckland: +13 until 2026-04-04 14:00 UTC, +12 after.
        let change = date("2026-04-04").and_hms_opt(14, 0, 0).unwrap().and_utc();
        let auckland = |at| if at < change { 780 } else { 720 };
        assert_eq!(
            rfc3339(midnight(date("2026-04-05"), auckland)),
            "2026-04-04T11:00:00Z"
        );
    }

    #[test]
    fn offsets_are_read() {
        assert_eq!(parse_offset("1/5/2026, GMT+05:30"), 330);
        assert_eq!(parse_offset("1/5/2026, GMT-03:00"), -180);
        assert_eq!(parse_offset("1/5/2026, GMT"), 0);
        assert_eq!(parse_offset(""), 0);
    }
}
