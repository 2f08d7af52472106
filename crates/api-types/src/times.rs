//! Reads times and dates as RFC 3339 has them, with years of four digits. chrono's own reading also takes years far
//! outside of what can be stored, such as `-200000`.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A time.
///
/// # Errors
/// When it is no RFC 3339 time.
pub fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    Ok(Time::deserialize(deserializer)?.0)
}

/// A date.
///
/// # Errors
/// When it is no date such as `2026-03-31`.
pub fn required_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    Ok(Date::deserialize(deserializer)?.0)
}

/// A time that may be absent or null.
///
/// # Errors
/// When it is no RFC 3339 time.
pub fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(Option::<Time>::deserialize(deserializer)?.map(|time| time.0))
}

/// A time that is there; null is told from absence by the field's default.
///
/// # Errors
/// As [`optional`].
pub fn nullable<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    optional(deserializer).map(Some)
}

/// A date that may be absent or null.
///
/// # Errors
/// As [`nullable_date`].
pub fn optional_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDate>, D::Error> {
    Ok(Option::<Date>::deserialize(deserializer)?.map(|date| date.0))
}

/// A date that is there; null is told from absence by the field's default.
///
/// # Errors
/// When it is no date such as `2026-03-31`.
pub fn nullable_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<NaiveDate>>, D::Error> {
    optional_date(deserializer).map(Some)
}

struct Time(DateTime<Utc>);

struct Date(NaiveDate);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a time such as 2026-03-16T12:00:00Z";
        deserializer.deserialize_str(Text(expected, time)).map(Self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a date such as 2026-03-31";
        deserializer.deserialize_str(Text(expected, date)).map(Self)
    }
}

/// Reads a text: what is expected of it, and how.
struct Text<T>(&'static str, fn(&str) -> Option<T>);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.1(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}

fn date(text: &str) -> Option<NaiveDate> {
    // The reading of %Y-%m-%d alone is lenient about signs and digits.
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let well_formed = text.len() == 10 && text.bytes().enumerate().all(shape);
    well_formed.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_zone_and_years_of_four_digits() {
        let noon = time("2026-03-16T12:00:00Z");
        assert!(noon.is_some());
        assert_eq!(time("2026-03-16T13:00:00.000+01:00"), noon);
        for bad in [
            "",
            "2026-03-16",
            "2026-03-16T12:00:00",
            "-200000-01-01T00:00:00Z",
            "+200000-01-01T00:00:00Z",
            "26-03-16T12:00:00Z",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_have_years_of_four_digits() {
        assert_eq!(date("2026-03-31"), NaiveDate::from_ymd_opt(2026, 3, 31));
        for bad in [
            "",
            "2026-3-31",
            "2026-02-30",
            "-200000-01-01",
            "20260-3-31",
            "2026/03/31",
        ] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
