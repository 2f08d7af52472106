//! When an age band may end: a day that can not be right would make an adult of a child too early, or never.

use chrono::{DateTime, Months, NaiveDate, Utc};
use viral_engine_api_types::FieldError;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::users::UserRow;

use super::resolve::parse_age_band;
use crate::error::ServiceResult;

/// A quarter is rounded up to its end.
const ROUNDED: u32 = 3;

/// What is wrong with the end of a user's age band that was sent, given the user as it would be stored.
pub(super) fn fault(
    row: &UserRow,
    pointer: &str,
    now: DateTime<Utc>,
) -> ServiceResult<Option<FieldError>> {
    let Some(until) = row.band_until else {
        return Ok(None);
    };
    let fault = wrong(parse_age_band(&row.age_band)?, until, now.date_naive());
    Ok(fault.map(|(code, detail)| FieldError::new(format!("{pointer}/band_until"), code, detail)))
}

fn wrong(band: AgeBand, until: NaiveDate, today: NaiveDate) -> Option<(&'static str, String)> {
    if until < today {
        let detail = "This day is over: send the age_band that holds now, and when that one ends.";
        return Some(("in_the_past", detail.to_owned()));
    }
    let Some(years) = longest(band) else {
        let detail = "An adult stays one: send band_until as null.";
        return Some(("not_applicable", detail.to_owned()));
    };
    let latest = today.checked_add_months(Months::new(12 * years + ROUNDED))?;
    (until > latest).then(|| {
        let band = band.as_str();
        let detail = format!("The band {band} ends within {years} years: {latest} at the latest.");
        ("too_far", detail)
    })
}

/// Years that a band lasts; of a band that is not known, the longest.
fn longest(band: AgeBand) -> Option<u32> {
    match band {
        AgeBand::Under13 | AgeBand::Unknown => Some(13),
        AgeBand::From13To15 => Some(3),
        AgeBand::From16To17 => Some(2),
        AgeBand::Adult => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(band: AgeBand, until: &str) -> Option<&'static str> {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        wrong(band, day(until), day("2026-05-10")).map(|(code, _)| code)
    }

    #[test]
    fn a_band_ends_neither_in_the_past_nor_later_than_it_lasts() {
        assert_eq!(code(AgeBand::Under13, "2026-05-09"), Some("in_the_past"));
        assert_eq!(code(AgeBand::Under13, "2026-05-10"), None);
        assert_eq!(code(AgeBand::Under13, "2039-06-30"), None);
        assert_eq!(code(AgeBand::Under13, "2039-09-30"), Some("too_far"));
        assert_eq!(code(AgeBand::From13To15, "2029-06-30"), None);
        assert_eq!(code(AgeBand::From13To15, "2029-09-30"), Some("too_far"));
        assert_eq!(code(AgeBand::From16To17, "2028-09-30"), Some("too_far"));
        assert_eq!(code(AgeBand::Unknown, "2039-06-30"), None);
    }

    #[test]
    fn an_adult_grows_into_nothing() {
        assert_eq!(code(AgeBand::Adult, "2027-06-30"), Some("not_applicable"));
    }
}
