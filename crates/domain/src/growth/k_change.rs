//! How far a change of K may be chance.

use super::KSums;
use crate::statistics::{Interval, t_95};

/// The 95 % interval of the ratio of K in one period to K in the one before; `None` when either has no interval of its own,
/// or when K before can not be told from 0, so that a ratio to it has no bound.
///
/// People are what is sampled, as for K itself: were conversions taken for independent, two equal periods would be called
/// different far more often than in 5 %. Source: E. C. Fieller, "Some problems in interval estimation", Journal of the Royal
/// Statistical Society B 16 (1954), 175–185: the ratios `r` for which `|now − r · before| ≤ t · √(v_now + r² · v_before)`.
/// Who invited in both periods is taken for two people, which errs on the side of no change.
#[must_use]
pub fn k_ratio_interval_95(before: &KSums, now: &KSums) -> Option<Interval> {
    let varied = |sums: &KSums| sums.variance().filter(|variance| *variance > 0.0);
    let (v_before, v_now) = (varied(before)?, varied(now)?);
    let t = t_95(before.inviters + now.inviters - 2);
    let (k_before, k_now, t2) = (before.k(), now.k(), t * t);
    let a = k_before * k_before - t2 * v_before;
    if a <= 0.0 {
        return None;
    }
    let b = k_before * k_now;
    let c = k_now * k_now - t2 * v_now;
    // Not negative: b² ≥ a·c, as a and c are at most the squares.
    let root = (b * b - a * c).max(0.0).sqrt();
    Some(Interval {
        low: ((b - root) / a).max(0.0),
        high: (b + root) / a,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sums(brought: &[u64]) -> KSums {
        let mut sums = KSums::default();
        brought.iter().for_each(|x| sums.add(*x, true));
        sums
    }

    #[test]
    fn the_ends_are_the_ratios_that_can_just_not_be_refused() {
        let (before, now) = (
            sums(&[1, 2, 1, 0, 2, 1, 3, 2]),
            sums(&[2, 3, 1, 2, 4, 2, 1, 5]),
        );
        let interval = k_ratio_interval_95(&before, &now).expect("varied periods");
        let (v_before, v_now) = (before.variance().unwrap(), now.variance().unwrap());
        for ratio in [interval.low, interval.high] {
            let off = (now.k() - ratio * before.k()).abs();
            let error = (v_now + ratio * ratio * v_before).sqrt();
            // t with 14 degrees of freedom, from the table.
            assert!((off / error - 2.145).abs() < 1e-3, "{interval:?}");
        }
    }

    #[test]
    fn what_can_not_be_told_from_nothing_is_no_base() {
        let few = sums(&[0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(k_ratio_interval_95(&few, &sums(&[1, 2, 3, 4])), None);
        assert_eq!(k_ratio_interval_95(&sums(&[0, 0, 0]), &sums(&[1, 2])), None);
        assert_eq!(k_ratio_interval_95(&sums(&[1, 1, 1]), &sums(&[1, 2])), None);
        assert_eq!(k_ratio_interval_95(&KSums::default(), &few), None);
    }

    proptest! {
        #[test]
        fn a_period_may_be_equal_to_itself(brought in prop::collection::vec(0_u64..9, 2..60)) {
            let sums = sums(&brought);
            if let Some(interval) = k_ratio_interval_95(&sums, &sums) {
                prop_assert!(interval.low <= 1.0 && 1.0 <= interval.high);
            }
        }

        #[test]
        fn the_ratio_lies_inside(
            before in prop::collection::vec(0_u64..9, 2..60), now in prop::collection::vec(0_u64..9, 2..60),
        ) {
            let (before, now) = (sums(&before), sums(&now));
            if let Some(interval) = k_ratio_interval_95(&before, &now) {
                let ratio = now.k() / before.k();
                prop_assert!(interval.low <= ratio + 1e-9 && ratio <= interval.high + 1e-9);
            }
        }
    }
}
