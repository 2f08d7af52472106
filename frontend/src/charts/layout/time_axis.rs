//! Ticks of a time axis: at full hours or days of the operator's time zone.

use chrono::{DateTime, TimeDelta, Utc};

use super::scale::TICKS_MAX;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const STEPS: [i64; 13] = [
    300,
    900,
    1_800,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
];

/// Full hours or days between two instants, and whether they are days. `offset` is by how many minutes the zone
/// is ahead of UTC.
pub fn time_ticks(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    offset: i32,
) -> (Vec<DateTime<Utc>>, bool) {
    let length = (to - from).num_seconds().max(1);
    let step = STEPS
        .into_iter()
        .find(|step| length / step < TICKS_MAX as i64)
        .unwrap_or(30 * DAY);
    let ahead = i64::from(offset) * 60;
    let first = (from.timestamp() + ahead).div_euclid(step) * step - ahead;
    let mut ticks = Vec::new();
    let mut at = DateTime::from_timestamp(first, 0).unwrap_or(from);
    while at <= to {
        if at >= from {
            ticks.push(at);
        }
        at += TimeDelta::seconds(step);
    }
    (ticks, step >= DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_has_a_tick_at_midnights_of_the_zone() {
        let (ticks, days) = time_ticks(at("2026-01-05T10:00:00Z"), at("2026-01-12T10:00:00Z"), 330);
        assert!(days);
        assert!(ticks.len() <= TICKS_MAX);
        assert!(
            ticks
                .iter()
                .all(|tick| (tick.timestamp() + 330 * 60) % DAY == 0)
        );
    }

    #[test]
    fn a_day_has_ticks_at_full_hours() {
        let (ticks, days) = time_ticks(at("2026-01-05T10:20:00Z"), at("2026-01-06T10:20:00Z"), 0);
        assert!(!days);
        assert_eq!(ticks[0], at("2026-01-05T12:00:00Z"));
        assert!((2..=TICKS_MAX).contains(&ticks.len()));
    }

    #[test]
    fn an_instant_has_at_most_one_tick() {
        let (ticks, _) = time_ticks(at("2026-01-05T10:20:00Z"), at("2026-01-05T10:20:00Z"), 0);
        assert!(ticks.len() <= 1);
    }
}
