//! The interval of a mean of values that lean to one side, such as what people bring: most nothing, a few much.

use super::{Interval, t_95};

/// A mean, and what is known about how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkewedMean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Skewness of the values divided by the root of their number: `Σe³ / (Σe²)^1.5` of their deviations, −1 to 1.
    pub skewness_over_root: f64,
    /// Values.
    pub n: u64,
}

impl SkewedMean {
    /// The 95 % interval.
    ///
    /// The t statistic of a skewed sample is skewed itself: where the large values happen to be missing, mean and standard
    /// error are small together. A cubic that undoes it to the second order is put between statistic and quantile; it
    /// always rises, so that it can be turned round. Source: P. Hall, "On the removal of skewness by transformation",
    /// Journal of the Royal Statistical Society B 54 (1992), 221–228.
    #[must_use]
    pub fn interval_95(&self) -> Interval {
        let quantile = t_95(self.n.saturating_sub(1));
        Interval {
            low: self.mean - self.statistic(quantile) * self.standard_error,
            high: self.mean - self.statistic(-quantile) * self.standard_error,
        }
    }

    /// Whether there are values enough, as skewed as they are, for a 95 % interval to miss in hardly more than 6 %:
    /// 28 and 25 times their squared skewness.
    ///
    /// Source: Cochran's rule (W. G. Cochran, "Sampling Techniques", 3rd ed., § 2.15), as carried to estimated standard
    /// errors by R. A. Sugden, T. M. F. Smith, R. P. Jones, "Cochran's rule for simple random sampling", Journal of the
    /// Royal Statistical Society B 62 (2000), 787–793. It is made for the plain interval, so it asks for more than this one
    /// needs.
    #[must_use]
    pub fn suffices(&self) -> bool {
        let n = self.n as f64;
        n >= 28.0 + 25.0 * self.skewness_over_root * self.skewness_over_root * n
    }

    /// The t statistic that the cubic makes `quantile` of.
    fn statistic(&self, quantile: f64) -> f64 {
        let a = self.skewness_over_root;
        // The formula is 0/0 without skewness; the difference is far below any digit that is shown.
        if a.abs() < 1e-9 {
            return quantile;
        }
        3.0 / a * ((1.0 + a * (quantile - a / 6.0)).cbrt() - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mean(skewness_over_root: f64, n: u64) -> SkewedMean {
        SkewedMean {
            mean: 10.0,
            standard_error: 1.0,
            skewness_over_root,
            n,
        }
    }

    #[test]
    fn without_skewness_it_is_the_interval_by_t() {
        let interval = mean(0.0, 11).interval_95();
        assert!((interval.low - (10.0 - 2.228)).abs() < 1e-3, "{interval:?}");
        assert!(
            (interval.high - (10.0 + 2.228)).abs() < 1e-3,
            "{interval:?}"
        );
    }

    #[test]
    fn it_reaches_further_to_the_side_of_the_tail() {
        let Interval { low, high } = mean(0.3, 100).interval_95();
        assert!(high - 10.0 > 10.0 - low);
        let mirrored = mean(-0.3, 100).interval_95();
        assert!((mirrored.low - (20.0 - high)).abs() < 1e-9);
        assert!((mirrored.high - (20.0 - low)).abs() < 1e-9);
    }

    #[test]
    fn a_skewness_of_two_takes_128_values() {
        let of = |n: u64| mean(2.0 / (n as f64).sqrt(), n);
        assert!(!of(127).suffices());
        assert!(of(129).suffices());
    }

    proptest! {
        #[test]
        fn the_cubic_makes_the_quantile_of_the_statistic(a in -1.0_f64..1.0, n in 3_u64..10_000) {
            let (skewed, quantile) = (mean(a, n), t_95(n - 1));
            for quantile in [quantile, -quantile] {
                let t = skewed.statistic(quantile);
                let cubic = t + a * t * t / 3.0 + a * a * t * t * t / 27.0 + a / 6.0;
                prop_assert!((cubic - quantile).abs() < 1e-5, "{cubic} {quantile}");
            }
        }

        #[test]
        fn the_mean_lies_inside(a in -1.0_f64..=1.0, n in 2_u64..10_000) {
            let interval = mean(a, n).interval_95();
            prop_assert!(interval.low < 10.0 && 10.0 < interval.high);
        }
    }
}
