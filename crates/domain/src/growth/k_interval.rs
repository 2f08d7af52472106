//! The 95 % interval of a K-factor.
//!
//! K is a ratio of two sums over people: conversions they brought, and whether they invited. Its variance is that of a ratio
//! estimator (W. G. Cochran, "Sampling Techniques", 3rd ed., § 6.4), people being what is sampled: one person's conversions
//! are anything but independent. As most people bring nothing and a few bring much, the interval takes account of how
//! skewed that is ([`SkewedMean`]).

use crate::statistics::{Interval, SkewedMean};

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
    /// Sum of `x²` over those who invited.
    pub squares_of_inviters: u64,
    /// Sum of `x³` over all.
    pub cubes: u64,
}

/// Sums over the same people of what each brought beyond K, if they invited, or beyond nothing: of its squares and cubes.
struct Residuals {
    squares: f64,
    cubes: f64,
}

impl KSums {
    /// Adds a person who brought `conversions`; nobody, when they neither brought any nor invited.
    pub fn add(&mut self, conversions: u64, invited: bool) {
        let squares = conversions.saturating_mul(conversions);
        self.people += u64::from(invited || conversions > 0);
        self.conversions += conversions;
        self.squares += squares;
        self.cubes = self
            .cubes
            .saturating_add(squares.saturating_mul(conversions));
        if invited {
            self.inviters += 1;
            self.conversions_of_inviters += conversions;
            self.squares_of_inviters += squares;
        }
    }

    /// Conversions by inviter; 0 when nobody invited.
    #[must_use]
    pub fn k(&self) -> f64 {
        match self.inviters {
            0 => 0.0,
            inviters => self.conversions as f64 / inviters as f64,
        }
    }

    /// The variance of [`KSums::k`]; `None` when fewer than two people say anything.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        if self.inviters < 2 {
            return None;
        }
        let (inviters, people) = (self.inviters as f64, self.people() as f64);
        Some(self.residuals().squares * people / (people - 1.0) / (inviters * inviters))
    }

    /// The 95 % interval of `conversions / inviters`; `None` when fewer than two people say anything, or when all of them did
    /// exactly the same, so that nothing tells how far chance goes.
    #[must_use]
    pub fn interval_95(&self) -> Option<Interval> {
        if self.inviters >= 2 && self.conversions == 0 {
            let high = NOTHING_SEEN / self.inviters as f64;
            return Some(Interval { low: 0.0, high });
        }
        let Interval { low, high } = self.skewed_mean()?.interval_95();
        let low = low.max(0.0);
        Some(Interval { low, high })
    }

    /// Whether there are people enough, as unevenly as they brought conversions, for [`KSums::interval_95`] to hold its 95 %.
    /// What is missing from the sample cannot be seen: somebody who brings a hundred times as much as others, and is one of
    /// thousands, is not noticed by their absence.
    #[must_use]
    pub fn suffices(&self) -> bool {
        self.skewed_mean().is_some_and(|mean| mean.suffices())
    }

    fn skewed_mean(&self) -> Option<SkewedMean> {
        let variance = self.variance().filter(|variance| *variance > 0.0)?;
        let residuals = self.residuals();
        Some(SkewedMean {
            mean: self.k(),
            standard_error: variance.sqrt(),
            skewness_over_root: residuals.cubes / residuals.squares.powf(1.5),
            n: self.people(),
        })
    }

    fn people(&self) -> u64 {
        self.people.max(self.inviters)
    }

    /// `Σ(x − K·i)²` and `Σ(x − K·i)³`, `i` being 1 of those who invited and else 0.
    fn residuals(&self) -> Residuals {
        let (k, inviters) = (self.k(), self.inviters as f64);
        let (of_inviters, squares_of_inviters) = (
            self.conversions_of_inviters as f64,
            self.squares_of_inviters as f64,
        );
        let squares = self.squares as f64 - 2.0 * k * of_inviters + k * k * inviters;
        let cubes = self.cubes as f64 - 3.0 * k * squares_of_inviters + 3.0 * k * k * of_inviters
            - k * k * k * inviters;
        Residuals {
            squares: squares.max(0.0),
            cubes,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// (conversions, whether they invited) of each person.
    fn sums(people: &[(u64, bool)]) -> KSums {
        let mut sums = KSums::default();
        people
            .iter()
            .for_each(|(x, invited)| sums.add(*x, *invited));
        sums
    }

    #[test]
    fn it_is_halls_interval_of_what_people_brought() {
        // k = 3, Σe² = 60, Σe³ = 180, t(9) = 2.2621571627; the formulas calculated apart.
        let brought = [0, 1, 1, 2, 2, 3, 3, 4, 5, 9];
        let sums = sums(&brought.map(|x| (x, true)));
        let interval = sums.interval_95().expect("ten people");
        assert!((interval.low - 1.558945).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 6.400053).abs() < 1e-4, "{interval:?}");
        assert!(!sums.suffices());
    }

    #[test]
    fn who_did_nothing_does_not_count() {
        let with = sums(&[(0, true), (3, true), (1, false), (0, false)]);
        assert_eq!(with, sums(&[(0, true), (3, true), (1, false)]));
        assert_eq!((with.people, with.inviters), (3, 2));
    }

    #[test]
    fn nothing_brought_leaves_room_for_what_was_missed() {
        let none = sums(&[(0, true); 100]);
        let interval = none.interval_95().expect("a hundred people");
        assert_eq!(interval.low, 0.0);
        assert!((interval.high - 0.036_888_794_5).abs() < 1e-9);
        assert!(!none.suffices());
    }

    #[test]
    fn one_person_says_nothing_about_chance() {
        assert_eq!(sums(&[(3, true)]).interval_95(), None);
        assert_eq!(sums(&[(3, false), (1, false)]).interval_95(), None);
        assert_eq!(sums(&[(1, true), (1, true)]).interval_95(), None);
    }

    #[test]
    fn many_people_who_bring_about_the_same_suffice_and_one_who_brings_most_spoils_it() {
        let mut people: Vec<_> = (0..300).map(|number| (number % 3, true)).collect();
        assert!(sums(&people).suffices());
        people[0].0 = 200;
        assert!(!sums(&people).suffices());
    }

    proptest! {
        #[test]
        fn the_sums_tell_what_every_person_does(people in prop::collection::vec((0_u64..20, any::<bool>()), 2..50)) {
            let sums = sums(&people);
            prop_assume!(sums.inviters > 0);
            let residual = |(x, invited): &(u64, bool)| *x as f64 - sums.k() * f64::from(u8::from(*invited));
            let power = |power| people.iter().map(|one| residual(one).powi(power)).sum::<f64>();
            prop_assert!((sums.residuals().squares - power(2)).abs() < 1e-6);
            prop_assert!((sums.residuals().cubes - power(3)).abs() < 1e-4);
        }

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
