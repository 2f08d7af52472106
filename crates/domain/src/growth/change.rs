//! Change of a figure against an earlier period.

use crate::statistics::{Interval, Z_95, round_to};

/// Relative changes up to this size, in percent, count as none.
const STABLE_WITHIN: f64 = 5.0;

/// Where a figure goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trend {
    Up,
    Down,
    Stable,
}

/// A figure's change against the period before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Up, down, or within ±5 %.
    pub trend: Trend,
    /// Percent of the earlier figure, one decimal; `None` when that was 0.
    pub percent: Option<f64>,
}

impl Change {
    /// The change from `before` to `now`. From nothing to something is up.
    #[must_use]
    pub fn between(before: f64, now: f64) -> Self {
        if before == 0.0 {
            let trend = if now > 0.0 { Trend::Up } else { Trend::Stable };
            return Self {
                trend,
                percent: None,
            };
        }
        let exact = (now - before) / before * 100.0;
        let trend = if exact > STABLE_WITHIN {
            Trend::Up
        } else if exact < -STABLE_WITHIN {
            Trend::Down
        } else {
            Trend::Stable
        };
        Self {
            trend,
            percent: Some(round_to(exact, 1)),
        }
    }
}

impl Trend {
    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Stable => "stable",
        }
    }
}

/// The 95 % interval of the ratio `(events_now / base_now) / (events_before / base_before)` of two rates whose events
/// are rare and independent; `None` unless both periods have events and a base.
///
/// Source: the log-normal approximation for a ratio of Poisson rates, K. J. Rothman, S. Greenland, T. L. Lash,
/// "Modern Epidemiology" (3rd ed.), chapter 14: `ln(ratio) ± z · √(1/a + 1/b)`.
#[must_use]
pub fn rate_ratio_interval_95(
    (events_before, base_before): (u64, u64),
    (events_now, base_now): (u64, u64),
) -> Option<Interval> {
    if [events_before, base_before, events_now, base_now].contains(&0) {
        return None;
    }
    let rate = |events: u64, base: u64| events as f64 / base as f64;
    let ratio = rate(events_now, base_now) / rate(events_before, base_before);
    let spread = Z_95 * (1.0 / events_before as f64 + 1.0 / events_now as f64).sqrt();
    Some(Interval {
        low: ratio * (-spread).exp(),
        high: ratio * spread.exp(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_change_within_five_percent_is_stable() {
        assert_eq!(Change::between(100.0, 105.0).trend, Trend::Stable);
        assert_eq!(Change::between(100.0, 95.0).trend, Trend::Stable);
        assert_eq!(Change::between(100.0, 105.1).trend, Trend::Up);
        assert_eq!(Change::between(100.0, 94.9).trend, Trend::Down);
        assert_eq!(Change::between(0.8, 1.0).percent, Some(25.0));
    }

    #[test]
    fn from_nothing_there_is_a_trend_but_no_percentage() {
        let change = Change::between(0.0, 0.4);
        assert_eq!((change.trend, change.percent), (Trend::Up, None));
        let change = Change::between(0.0, 0.0);
        assert_eq!((change.trend, change.percent), (Trend::Stable, None));
    }

    /// `1.25 · exp(±1.95996 · √(1/20 + 1/25))`, calculated apart.
    #[test]
    fn the_interval_of_a_ratio_is_that_of_the_textbook() {
        let interval = rate_ratio_interval_95((20, 100), (25, 100)).unwrap();
        assert!((interval.low - 0.694_3).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 2.250_5).abs() < 1e-4, "{interval:?}");
    }

    #[test]
    fn without_events_there_is_no_interval() {
        assert_eq!(rate_ratio_interval_95((0, 10), (5, 10)), None);
        assert_eq!(rate_ratio_interval_95((5, 10), (5, 0)), None);
    }

    proptest! {
        #[test]
        fn swapping_the_periods_inverts_the_interval(
            a in 1_u64..10_000, n in 1_u64..10_000, b in 1_u64..10_000, m in 1_u64..10_000,
        ) {
            let there = rate_ratio_interval_95((a, n), (b, m)).unwrap();
            let back = rate_ratio_interval_95((b, m), (a, n)).unwrap();
            prop_assert!((there.low * back.high - 1.0).abs() < 1e-9);
            prop_assert!((there.high * back.low - 1.0).abs() < 1e-9);
            prop_assert!(there.low <= there.high);
        }
    }
}
