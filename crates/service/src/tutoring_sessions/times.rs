//! When a session was and how long it took: either of its end and its duration gives the other, and both must agree.

use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_api_types::FieldError;
use viral_engine_api_types::tutoring_sessions::MINUTES_MAX;

/// Start, end and length of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) started_at: DateTime<Utc>,
    pub(super) ended_at: DateTime<Utc>,
    pub(super) minutes: u32,
}

impl Times {
    /// Puts together what was reported. The start is checked already.
    ///
    /// # Errors
    /// Neither end nor duration, an end before the start, more than a day, or two lengths that differ by a minute or
    /// more.
    pub(super) fn check(
        started_at: DateTime<Utc>,
        ended_at: Option<DateTime<Utc>>,
        minutes: Option<u32>,
        prefix: &str,
    ) -> Result<Self, FieldError> {
        let end = format!("{prefix}/ended_at");
        let (ended_at, minutes) = match (ended_at, minutes) {
            (None, None) => {
                let detail = "Give ended_at, duration_minutes, or both.";
                return Err(FieldError::new(end, "required", detail));
            }
            (None, Some(minutes)) => {
                let length = TimeDelta::minutes(i64::from(minutes.min(MINUTES_MAX)));
                (started_at + length, minutes)
            }
            (Some(ended_at), given) => {
                let elapsed = ended_at - started_at;
                if elapsed < TimeDelta::zero() {
                    let detail = "A session does not end before it starts.";
                    return Err(FieldError::new(end, "before_start", detail));
                }
                let rounded = u32::try_from((elapsed.num_seconds() + 30) / 60);
                let rounded = rounded.unwrap_or(u32::MAX);
                let minutes = given.unwrap_or(rounded);
                let told = TimeDelta::minutes(i64::from(minutes));
                if (told - elapsed).abs() >= TimeDelta::minutes(1) {
                    let detail = format!("From start to end it is {rounded} minutes.");
                    let pointer = format!("{prefix}/duration_minutes");
                    return Err(FieldError::new(pointer, "contradiction", detail));
                }
                (ended_at, minutes)
            }
        };
        if minutes > MINUTES_MAX {
            let detail = format!("A session takes at most {MINUTES_MAX} minutes.");
            return Err(FieldError::new(end, "too_long", detail));
        }
        Ok(Self {
            started_at,
            ended_at,
            minutes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn check(end: Option<&str>, minutes: Option<u32>) -> Result<(DateTime<Utc>, u32), String> {
        Times::check(at("2026-03-11T15:00:00Z"), end.map(at), minutes, "")
            .map(|times| (times.ended_at, times.minutes))
            .map_err(|fault| fault.code)
    }

    #[test]
    fn the_end_and_the_duration_give_each_other() {
        let end = at("2026-03-11T15:45:00Z");
        assert_eq!(check(None, Some(45)), Ok((end, 45)));
        assert_eq!(check(Some("2026-03-11T15:45:00Z"), None), Ok((end, 45)));
        let seconds = check(Some("2026-03-11T15:45:30Z"), None).map(|times| times.1);
        assert_eq!(seconds, Ok(46), "half a minute is rounded up");
    }

    #[test]
    fn lengths_agree_to_the_minute() {
        for minutes in [45, 46] {
            assert!(check(Some("2026-03-11T15:45:30Z"), Some(minutes)).is_ok());
        }
        for minutes in [44, 47, 0] {
            let refused = check(Some("2026-03-11T15:45:30Z"), Some(minutes));
            assert_eq!(refused, Err("contradiction".to_owned()), "{minutes}");
        }
    }

    #[test]
    fn a_session_has_an_end_after_its_start_within_a_day() {
        assert_eq!(check(None, None), Err("required".to_owned()));
        let early = check(Some("2026-03-11T14:59:59Z"), None);
        assert_eq!(early, Err("before_start".to_owned()));
        assert!(check(Some("2026-03-12T15:00:00Z"), None).is_ok());
        let long = check(Some("2026-03-12T15:00:30Z"), None);
        assert_eq!(long, Err("too_long".to_owned()));
        assert!(check(Some("2026-03-11T15:00:00Z"), Some(0)).is_ok());
    }
}
