//! Rates as they are published, halves rounded away from zero.

/// `part` of `whole` in percent with two decimals; 0 of nothing.
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    hundredths(u128::from(part) * 10_000, whole) / 100.0
}

/// The mean with two decimals; 0 of nothing.
pub(super) fn mean(sum: u64, count: u64) -> f64 {
    hundredths(u128::from(sum) * 100, count) / 100.0
}

/// Rounds to one decimal.
pub(super) fn one_decimal(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hundredths(numerator: u128, denominator: u64) -> f64 {
    match u128::from(denominator) {
        0 => 0.0,
        whole => ((2 * numerator + whole) / (2 * whole)) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_two_decimals() {
        assert_eq!(percent(1, 3), 33.33);
        assert_eq!(percent(1, 800), 0.13);
        assert_eq!(percent(3, 0), 0.0);
        assert_eq!(mean(7, 4), 1.75);
        assert_eq!(one_decimal(72.25), 72.3);
    }
}
