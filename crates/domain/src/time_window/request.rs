//! The window parameters of a request: `days`, or `from` and `to`, or nothing.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{TimeWindow, WindowError};

/// The window parameters as a caller gave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowRequest {
    pub days: Option<i64>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// What a computation allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowLimits {
    /// Taken when the caller names no window.
    pub default_days: u32,
    /// The longest window, in calendar days.
    pub max_days: u32,
}

impl WindowLimits {
    /// The guardrails' limit of 90 days.
    #[must_use]
    pub fn guardrails(default_days: u32) -> Self {
        Self {
            default_days,
            max_days: 90,
        }
    }
}

impl WindowRequest {
    /// The window that was asked for; days are calendar days of `tz`.
    ///
    /// # Errors
    /// Names the parameter to blame: see [`WindowError::parameter`].
    pub fn resolve(
        &self,
        limits: WindowLimits,
        now: DateTime<Utc>,
        tz: Tz,
    ) -> Result<TimeWindow, WindowError> {
        match (self.days, self.from, self.to) {
            (None, None, None) => TimeWindow::last_days(limits.default_days, now, tz),
            (Some(days), None, None) => {
                TimeWindow::last_days(checked_days(days, limits.max_days)?, now, tz)
            }
            (Some(_), _, _) => Err(WindowError::DaysWithBounds),
            (None, Some(from), Some(to)) => explicit(from, to, limits.max_days, tz),
            (None, Some(_), None) => Err(WindowError::HalfGiven { missing: "to" }),
            (None, None, Some(_)) => Err(WindowError::HalfGiven { missing: "from" }),
        }
    }
}

fn checked_days(days: i64, max: u32) -> Result<u32, WindowError> {
    match u32::try_from(days) {
        Ok(checked) if (1..=max).contains(&checked) => Ok(checked),
        _ => Err(WindowError::DaysOutOfRange { days, max }),
    }
}

/// The length is measured on the local clock: 90 days over the end of daylight saving have an hour
/// more and are still 90 days.
fn explicit(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    max_days: u32,
    tz: Tz,
) -> Result<TimeWindow, WindowError> {
    let window = TimeWindow::new(from, to)?;
    let length = to.with_timezone(&tz).naive_local() - from.with_timezone(&tz).naive_local();
    if length > TimeDelta::days(i64::from(max_days)) {
        return Err(WindowError::TooLong { max_days });
    }
    Ok(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: WindowLimits = WindowLimits {
        default_days: 7,
        max_days: 90,
    };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn resolve(request: WindowRequest) -> Result<TimeWindow, WindowError> {
        request.resolve(LIMITS, at("2026-03-10T12:00:00Z"), Tz::UTC)
    }

    #[test]
    fn no_parameter_means_the_default_days() {
        assert_eq!(
            resolve(WindowRequest::default()).unwrap().from(),
            at("2026-03-04T00:00:00Z")
        );
    }

    #[test]
    fn days_are_counted_with_today() {
        let window = resolve(WindowRequest {
            days: Some(1),
            ..Default::default()
        })
        .unwrap();
        assert_eq!(window.from(), at("2026-03-10T00:00:00Z"));
    }

    #[test]
    fn days_out_of_range_name_themselves_and_the_range() {
        for days in [i64::MIN, -1, 0, 91, i64::from(u32::MAX) + 2] {
            let error = resolve(WindowRequest {
                days: Some(days),
                ..Default::default()
            })
            .unwrap_err();
            assert_eq!(error.parameter(), "days");
            assert_eq!(
                error.to_string(),
                format!("days must be between 1 and 90, got {days}")
            );
        }
        assert!(
            resolve(WindowRequest {
                days: Some(90),
                ..Default::default()
            })
            .is_ok()
        );
    }

    #[test]
    fn from_and_to_are_taken_as_given() {
        let (from, to) = (at("2025-01-01T08:00:00Z"), at("2025-01-02T09:00:00Z"));
        let window = resolve(WindowRequest {
            days: None,
            from: Some(from),
            to: Some(to),
        })
        .unwrap();
        assert_eq!((window.from(), window.to()), (from, to));
    }

    #[test]
    fn half_a_pair_names_the_missing_half() {
        let instant = Some(at("2025-01-01T00:00:00Z"));
        let error = resolve(WindowRequest {
            from: instant,
            ..Default::default()
        })
        .unwrap_err();
        assert_eq!(error.parameter(), "to");
        let error = resolve(WindowRequest {
            to: instant,
            ..Default::default()
        })
        .unwrap_err();
        assert_eq!(error.parameter(), "from");
    }

    #[test]
    fn days_exclude_from_and_to() {
        let request = WindowRequest {
            days: Some(7),
            from: Some(at("2025-01-01T00:00:00Z")),
            to: None,
        };
        assert_eq!(resolve(request), Err(WindowError::DaysWithBounds));
    }

    #[test]
    fn a_window_may_be_as_long_as_the_limit_and_no_longer() {
        let from = at("2025-01-01T00:00:00Z");
        let request = |to| WindowRequest {
            days: None,
            from: Some(from),
            to: Some(to),
        };
        assert!(resolve(request(from + TimeDelta::days(90))).is_ok());
        let too_long = resolve(request(
            from + TimeDelta::days(90) + TimeDelta::microseconds(1),
        ));
        assert_eq!(too_long, Err(WindowError::TooLong { max_days: 90 }));
    }

    #[test]
    fn the_longer_day_in_autumn_does_not_make_ninety_days_too_long() {
        // Local midnight to local midnight over the end of daylight saving in Berlin: 90 days and
        // an hour.
        let request = WindowRequest {
            days: None,
            from: Some(at("2026-09-30T22:00:00Z")),
            to: Some(at("2026-12-29T23:00:00Z")),
        };
        let now = at("2027-01-01T00:00:00Z");
        assert!(request.resolve(LIMITS, now, Tz::Europe__Berlin).is_ok());
        assert!(request.resolve(LIMITS, now, Tz::UTC).is_err());
    }
}
