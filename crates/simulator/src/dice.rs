//! Randomness that is the same everywhere and for ever.
//!
//! The generator is ChaCha8 by name, and everything is drawn from its 64-bit words by integer arithmetic, or by
//! additions, multiplications and divisions of floats: all exact in IEEE 754. Logarithms and powers are not, and
//! distributions of libraries change with their versions, so neither is used.
//!
//! Each area draws from a stream of its own. More farms therefore change nothing about families, and a new area
//! changes nothing at all.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// What is drawn for. The numbers name streams: they are never reused or changed, or every world changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Population = 1,
    Links = 2,
    Visitors = 3,
    Clicks = 4,
    Machines = 5,
    Conversions = 6,
    Inputs = 7,
    OptOuts = 8,
    Farms = 9,
    Bots = 10,
    Schools = 11,
    Anomalies = 12,
    Leaks = 13,
    NearMisses = 14,
    Inviters = 15,
    Activities = 16,
}

/// A stream of random numbers.
#[derive(Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of an area.
    pub(crate) fn new(seed: u64, area: Area) -> Self {
        let mut key = *b"--------viral-engine-simulator-1";
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(area as u64);
        Self(generator)
    }

    /// A number below `bound`, each equally likely (Lemire 2019); 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }

    /// A number from `low` to `high`, both included; `low` when they are the wrong way round.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// A number in [0, 1) of 53 bits.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with a probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of a table.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        const { assert!(N > 0) };
        items[self.below(N as u64) as usize]
    }

    /// One of a list; `None` of an empty one.
    pub(crate) fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len() as u64) as usize)
    }

    /// An index into a table of weights.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().copied().map(u64::from).sum();
        let mut left = self.below(total);
        for (index, &weight) in weights.iter().enumerate() {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return index,
            }
        }
        0
    }

    /// A count with a mean, geometric: many have none, few have many. At most `most`.
    pub(crate) fn count(&mut self, mean: f64, most: u32) -> u32 {
        let again = mean / (1.0 + mean);
        let mut count = 0;
        while count < most && self.chance(again) {
            count += 1;
        }
        count
    }

    /// A number of at least 1 that is `k` or more with probability `1 / k`, at most `most`: the tail of things
    /// that spread.
    pub(crate) fn heavy_tailed(&mut self, most: f64) -> f64 {
        (1.0 / (1.0 - self.unit())).min(most)
    }

    /// A value of a distribution that is given by its quantiles, linear between them.
    pub(crate) fn quantile<const N: usize>(&mut self, table: &[(f64, f64); N]) -> f64 {
        let at = self.unit();
        for pair in table.windows(2) {
            let ((low, from), (high, to)) = (pair[0], pair[1]);
            if at < high {
                return from + (at - low) / (high - low) * (to - from);
            }
        }
        table[N - 1].1
    }

    /// Random bytes.
    pub(crate) fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Puts a list into random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_a_stream_never_change() {
        let mut dice = Dice::new(42, Area::Population);
        let drawn: Vec<_> = (0..5).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(drawn, [950_529, 632_415, 873_589, 559_778, 447_807]);
    }

    #[test]
    fn streams_of_two_areas_differ() {
        let first = |area| Dice::new(1, area).bytes();
        assert_ne!(first(Area::Farms), first(Area::Bots));
        assert_eq!(first(Area::Farms), first(Area::Farms));
    }

    #[test]
    fn every_face_comes_up_equally_often() {
        let mut dice = Dice::new(7, Area::Clicks);
        let mut faces = [0_u32; 6];
        for _ in 0..60_000 {
            faces[dice.below(6) as usize] += 1;
        }
        assert!(
            faces.iter().all(|&n| (9_600..10_400).contains(&n)),
            "{faces:?}"
        );
    }

    #[test]
    fn counts_have_their_mean() {
        let mut dice = Dice::new(7, Area::Links);
        let total: u32 = (0..20_000).map(|_| dice.count(1.5, 1_000)).sum();
        assert!((29_000..31_000).contains(&total), "{total}");
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(7, Area::Inputs);
        let mut drawn = [0_u32; 3];
        for _ in 0..10_000 {
            drawn[dice.weighted(&[1, 0, 3])] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((2_300..2_700).contains(&drawn[0]), "{drawn:?}");
    }

    #[test]
    fn a_quantile_table_is_followed() {
        let mut dice = Dice::new(7, Area::Clicks);
        let table = [(0.0, 0.0), (0.5, 10.0), (1.0, 1_000.0)];
        let below_ten = (0..10_000).filter(|_| dice.quantile(&table) < 10.0).count();
        assert!((4_800..5_200).contains(&below_ten), "{below_ten}");
    }

    #[test]
    fn impossible_bounds_do_not_hang() {
        let mut dice = Dice::new(7, Area::Clicks);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.between(5, 3), 5);
        assert!(dice.choose::<u8>(&[]).is_none());
    }
}
