//! Percentages and rounding. Halves are rounded away from zero, as `round(numeric, n)` does in
//! PostgreSQL.
//!
//! Ratios of counts are rounded in integer arithmetic: `2.675` has no exact binary form, so
//! rounding the quotient as a float would sometimes print the digit below the one that the exact
//! fraction calls for.

/// `numerator / denominator` in percent with two decimals; 0 when there is nothing to divide.
///
/// May exceed 100 when the numerator is not a part of the denominator (conversions without a
/// recorded click, say).
#[must_use]
pub fn percent(numerator: u64, denominator: u64) -> f64 {
    hundredths(u128::from(numerator) * 100, denominator) / 100.0
}

/// `numerator / denominator` with four decimals; 0 when there is nothing to divide.
#[must_use]
pub fn share(numerator: u64, denominator: u64) -> f64 {
    hundredths(u128::from(numerator) * 100, denominator) / 10_000.0
}

/// `total / count` with two decimals; 0 when there is nothing to divide.
#[must_use]
pub fn mean_two_decimals(total: u64, count: u64) -> f64 {
    hundredths(u128::from(total), count) / 100.0
}

/// Rounds to `decimals` places, halves away from zero. Never answers a negative zero.
#[must_use]
pub fn round_to(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    let rounded = (value * scale).round() / scale;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// A hundred times the ratio, rounded to a whole number.
fn hundredths(numerator: u128, denominator: u64) -> f64 {
    if denominator == 0 {
        return 0.0;
    }
    let denominator = u128::from(denominator);
    ((numerator * 200 + denominator) / (2 * denominator)) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percent_has_two_decimals() {
        assert_eq!(percent(1, 3), 33.33);
        assert_eq!(percent(2, 3), 66.67);
        assert_eq!(percent(5, 5), 100.0);
    }

    #[test]
    fn a_share_has_four_decimals() {
        assert_eq!(share(1, 3), 0.3333);
        assert_eq!(share(3, 2), 1.5);
        assert_eq!(share(1, 0), 0.0);
    }

    #[test]
    fn percent_of_nothing_is_zero() {
        assert_eq!(percent(0, 0), 0.0);
        assert_eq!(percent(7, 0), 0.0);
    }

    #[test]
    fn halves_round_away_from_zero() {
        // 1/16 = 6.25 % exactly; 1/800 = 0.125 % exactly, a tie at the second decimal.
        assert_eq!(percent(1, 800), 0.13);
        assert_eq!(percent(3, 800), 0.38);
        assert_eq!(round_to(0.25, 1), 0.3);
        assert_eq!(round_to(-0.25, 1), -0.3);
    }

    #[test]
    fn a_negative_zero_is_never_shown() {
        assert!(round_to(-0.01, 1).is_sign_positive());
    }

    #[test]
    fn the_largest_counts_do_not_overflow() {
        assert_eq!(percent(u64::MAX, u64::MAX), 100.0);
        assert!(percent(u64::MAX, 1) > 1.8e21);
    }

    proptest! {
        #[test]
        fn percent_is_within_half_a_hundredth(part in 0_u64..1_000_000, rest in 1_u64..1_000_000) {
            let exact = part as f64 * 100.0 / (part + rest) as f64;
            prop_assert!((percent(part, part + rest) - exact).abs() <= 0.005 + 1e-9);
        }

        #[test]
        fn a_part_and_its_complement_sum_to_a_hundred(part in 0_u64..10_000, rest in 1_u64..10_000) {
            let sum = percent(part, part + rest) + percent(rest, part + rest);
            // Both may be rounded up at a tie.
            prop_assert!((sum - 100.0).abs() <= 0.01 + 1e-9);
        }

        #[test]
        fn a_mean_times_its_count_is_the_total(total in 0_u64..1_000_000, count in 1_u64..1_000) {
            let error = (mean_two_decimals(total, count) * count as f64 - total as f64).abs();
            prop_assert!(error <= 0.005 * count as f64 + 1e-6);
        }
    }
}
