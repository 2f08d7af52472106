//! How long it takes from an invitation to the conversion that it brings.
//!
//! Times are kept in tenths of an hour: counts of equal times are few, so that a median over any window is the sum of a few
//! days' counts, and exact.

use std::collections::BTreeMap;

use crate::statistics::{Interval, Z_95};

/// Times, each with how often it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CycleTimes {
    counts: BTreeMap<u64, u64>,
}

impl CycleTimes {
    /// Adds `count` conversions that took so many tenths of an hour.
    pub fn add(&mut self, tenths: u64, count: u64) {
        if count > 0 {
            *self.counts.entry(tenths).or_default() += count;
        }
    }

    /// Conversions.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Mean hours; `None` without any.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| self.sum(|tenths| tenths) / n as f64)
    }

    /// The 95 % interval of the mean by the central limit theorem, not below a twentieth of an hour; `None` below two.
    #[must_use]
    pub fn mean_interval_95(&self) -> Option<Interval> {
        let n = self.n() as f64;
        let mean = self.mean().filter(|_| n >= 2.0)?;
        let squares = self.sum(|hours| (hours - mean) * (hours - mean));
        let spread = Z_95 * (squares / (n - 1.0) / n).sqrt();
        Some(Interval {
            low: (mean - spread).max(0.05),
            high: (mean + spread).max(0.05),
        })
    }

    /// The hours within which `share` (0 to 1) of the conversions came, between two of them where it falls between, as
    /// PostgreSQL's `percentile_cont` does; `None` without any.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let last = self.n().checked_sub(1)?;
        let position = share.clamp(0.0, 1.0) * last as f64;
        let (below, above) = (self.at(position.floor())?, self.at(position.ceil())?);
        Some(below + (above - below) * position.fract())
    }

    /// The hours of the conversion with this number in their order, from 0.
    fn at(&self, number: f64) -> Option<f64> {
        let mut before = 0;
        let found = self.counts.iter().find(|(_, count)| {
            before += **count;
            (before as f64) > number
        });
        found.map(|(tenths, _)| hours(*tenths))
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        let parts = self.counts.iter();
        parts
            .map(|(tenths, count)| of(hours(*tenths)) * *count as f64)
            .sum()
    }
}

fn hours(tenths: u64) -> f64 {
    tenths as f64 / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn times(tenths: &[u64]) -> CycleTimes {
        let mut times = CycleTimes::default();
        tenths.iter().for_each(|one| times.add(*one, 1));
        times
    }

    #[test]
    fn the_median_lies_between_the_two_in_the_middle() {
        let times = times(&[10, 20, 40, 100]);
        assert_eq!(times.percentile(0.5), Some(3.0));
        // numpy.percentile([1, 2, 4, 10], 90)
        assert!((times.percentile(0.9).expect("four") - 8.2).abs() < 1e-9);
        assert_eq!(times.mean(), Some(4.25));
    }

    #[test]
    fn the_interval_of_the_mean_is_that_of_the_textbook() {
        // numpy: m = 4.25; s = std([1, 2, 4, 10], ddof=1) = 4.031128874149275; m ± 1.959963984540054 · s / 2
        let interval = times(&[10, 20, 40, 100]).mean_interval_95().expect("four");
        assert!((interval.low - 0.299_566).abs() < 1e-5, "{interval:?}");
        assert!((interval.high - 8.200_434).abs() < 1e-5, "{interval:?}");
    }

    #[test]
    fn nothing_has_no_time() {
        let none = CycleTimes::default();
        assert_eq!(
            (none.n(), none.mean(), none.percentile(0.5)),
            (0, None, None)
        );
        assert_eq!(times(&[5]).mean_interval_95(), None);
        assert_eq!(times(&[5]).percentile(0.9), Some(0.5));
    }

    proptest! {
        #[test]
        fn counts_are_the_same_as_the_sorted_times(mut tenths in prop::collection::vec(0_u64..500, 1..80), share in 0.0_f64..=1.0) {
            let counted = times(&tenths).percentile(share).expect("not empty");
            tenths.sort_unstable();
            let position = share * (tenths.len() - 1) as f64;
            let (low, high) = (tenths[position.floor() as usize] as f64, tenths[position.ceil() as usize] as f64);
            let expected = (low + (high - low) * position.fract()) / 10.0;
            prop_assert!((counted - expected).abs() < 1e-9);
        }
    }
}
