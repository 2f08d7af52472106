//! The 95 % interval of a K-factor.
//!
//! K is a ratio of two sums over people: conversions they brought, and whether they invited. Its variance is that of a ratio
//! estimator (W. G. Cochran, "Sampling Techniques", 3rd ed., § 6.4), people being what is sampled: one person's conversions
//! are anything but independent. It is carried to the logarithm (delta method), whose interval holds its 95 % down to some
//! thirty people where the plain one does not, and never goes below zero.

use crate::statistics::{Interval, Z_95};

/// The 97.5 % upper bound of a Poisson mean of which nothing was seen: −ln 0.025.
const NOTHING_SEEN: f64 = 3.688_879_454_113_936;

/// Sums over everybody who invited or brought a conversion. `x` are the conversions that somebody brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KSums {
    /// People who invited.
    pub inviters: u64,
    /// People who invited or brought a conversion.
    pub people: u64,
    /// Sum of `x` over all.
    pub conversions: u64,
    /// Sum of `x` over those who invited.
    pub conversions_of_inviters: u64,
    /// Sum of `x²` over all.
    pub squares: u64,
}

impl KSums {
    /// The 95 % interval of `conversions / inviters`; `None` when fewer than two people say anything, or when all of them did
    /// exactly the same, so that nothing tells how far chance goes.
    #[must_use]
    pub fn interval_95(&self) -> Option<Interval> {
        if self.inviters < 2 {
            return None;
        }
        let inviters = self.inviters as f64;
        if self.conversions == 0 {
            let high = NOTHING_SEEN / inviters;
            return Some(Interval { low: 0.0, high });
        }
        let k = self.conversions as f64 / inviters;
        let residuals =
            self.squares as f64 - 2.0 * k * self.conversions_of_inviters as f64 + k * k * inviters;
        let people = self.people.max(self.inviters) as f64;
        let variance = residuals.max(0.0) * people / (people - 1.0) / (inviters * inviters);
        if variance <= 0.0 {
            return None;
        }
        let factor = (Z_95 * variance.sqrt() / k).exp();
        Some(Interval {
            low: k / factor,
            high: k * factor,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// (conversions, whether they invited) of each person.
    fn sums(people: &[(u64, bool)]) -> KSums {
        let inviters = || people.iter().filter(|(_, invited)| *invited);
        KSums {
            inviters: inviters().count() as u64,
            people: people.len() as u64,
            conversions: people.iter().map(|(x, _)| x).sum(),
            conversions_of_inviters: inviters().map(|(x, _)| x).sum(),
            squares: people.iter().map(|(x, _)| x * x).sum(),
        }
    }

    #[test]
    fn it_is_the_delta_method_on_the_logarithm() {
        // numpy: x = [0, 1, 2, 5]; k = 2; s = x.std(ddof=1); exp(log(k) ± 1.959963984540054 · s / 2 / k)
        let interval = sums(&[(0, true), (1, true), (2, true), (5, true)]).interval_95();
        let interval = interval.expect("four people");
        assert!(
            (interval.low - 0.693_950_706_1).abs() < 1e-9,
            "{interval:?}"
        );
        assert!(
            (interval.high - 5.764_098_176_7).abs() < 1e-9,
            "{interval:?}"
        );
    }

    #[test]
    fn nothing_brought_leaves_room_for_what_was_missed() {
        let interval = sums(&[(0, true); 100])
            .interval_95()
            .expect("a hundred people");
        assert_eq!(interval.low, 0.0);
        assert!((interval.high - 0.036_888_794_5).abs() < 1e-9);
    }

    #[test]
    fn one_person_says_nothing_about_chance() {
        assert_eq!(sums(&[(3, true)]).interval_95(), None);
        assert_eq!(sums(&[(3, false), (1, false)]).interval_95(), None);
        assert_eq!(sums(&[(1, true), (1, true)]).interval_95(), None);
    }

    proptest! {
        #[test]
        fn k_lies_inside(people in prop::collection::vec((0_u64..20, any::<bool>()), 2..50)) {
            let sums = sums(&people);
            if let Some(interval) = sums.interval_95() {
                let k = sums.conversions as f64 / sums.inviters as f64;
                prop_assert!(0.0 <= interval.low && interval.low <= k && k <= interval.high);
            }
        }
    }
}
