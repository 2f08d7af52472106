//! Change of a figure against an earlier period.

use crate::statistics::round_to;

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

#[cfg(test)]
mod tests {
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
}
