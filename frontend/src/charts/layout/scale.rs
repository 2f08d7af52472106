//! Linear scales with ticks at round numbers.

/// Most ticks on an axis.
pub const TICKS_MAX: usize = 6;

/// Maps values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Value at `start`.
    pub low: f64,
    /// Value at `end`.
    pub high: f64,
    /// Pixel of `low`.
    pub start: f64,
    /// Pixel of `high`.
    pub end: f64,
}

impl Scale {
    /// The pixel of a value. A scale without extent maps everything to its start.
    pub fn at(&self, value: f64) -> f64 {
        if self.high == self.low {
            return self.start;
        }
        self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)
    }

    /// A scale of counts, from zero to a round number at or above `max`, and its ticks, which are whole.
    pub fn of_counts(max: f64, start: f64, end: f64) -> (Self, Vec<f64>) {
        let ticks = ticks(0.0, max.max(1.0));
        let high = ticks.last().copied().unwrap_or(1.0);
        (
            Self {
                low: 0.0,
                high,
                start,
                end,
            },
            ticks,
        )
    }
}

/// Round numbers from at or below `low` to at or above `high`, at most
/// [`TICKS_MAX`]. They are whole, as counts are.
pub fn ticks(low: f64, high: f64) -> Vec<f64> {
    let step = round_step((high - low) / (TICKS_MAX - 2) as f64).max(1.0);
    let first = (low / step).floor();
    let last = (high / step - 1e-9).ceil();
    (0..=(last - first) as usize)
        .map(|place| (first + place as f64) * step)
        .collect()
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `rough`. (2.5 is left out: it needs a decimal.)
fn round_step(rough: f64) -> f64 {
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Decimal places that tell the ticks of an axis apart.
pub fn places(ticks: &[f64]) -> usize {
    let step = match ticks {
        [first, second, ..] => second - first,
        _ => return 0,
    };
    if step >= 1.0 {
        0
    } else {
        (-step.log10()).ceil() as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(0.0, 100.0), vec![0.0, 50.0, 100.0]);
        assert_eq!(ticks(0.0, 7.0), vec![0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(0.0, 1_204.0), vec![0.0, 500.0, 1_000.0, 1_500.0]);
    }

    #[test]
    fn few_counts_have_no_ticks_between_them() {
        for (max, wanted) in [(0.0, 1.0), (1.0, 1.0), (3.0, 3.0)] {
            let (scale, ticks) = Scale::of_counts(max, 100.0, 0.0);
            assert_eq!(scale.high, wanted);
            assert!(ticks.iter().all(|tick| tick.fract() == 0.0), "{ticks:?}");
        }
    }

    #[test]
    fn an_axis_without_values_still_has_ticks() {
        let (scale, ticks) = Scale::of_counts(0.0, 100.0, 0.0);
        assert_eq!((scale.at(0.0), ticks[0]), (100.0, 0.0));
        assert!(ticks.len() >= 2);
    }

    #[test]
    fn small_steps_get_decimals() {
        assert_eq!(places(&[0.0, 0.2]), 1);
        assert_eq!(places(&[0.0, 0.05]), 2);
        assert_eq!(places(&[0.0, 5.0]), 0);
        assert_eq!(places(&[]), 0);
    }

    proptest! {
        #[test]
        fn ticks_are_few_and_cover_the_values(low in 0.0..1e9_f64, extent in 1e-3..1e9_f64) {
            let high = low + extent;
            let ticks = ticks(low, high);
            prop_assert!(ticks.len() <= TICKS_MAX + 1, "{ticks:?}");
            prop_assert!(ticks[0] <= low + extent * 1e-6);
            prop_assert!(ticks[ticks.len() - 1] >= high - extent * 1e-6);
        }

        #[test]
        fn a_larger_value_is_further_along(a in 0.0..1e6_f64, b in 0.0..1e6_f64) {
            let (scale, _) = Scale::of_counts(1e6, 200.0, 0.0);
            prop_assert_eq!(a < b, scale.at(a) > scale.at(b));
        }
    }
}
