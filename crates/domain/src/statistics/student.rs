//! Student's t distribution.

use super::Z_95;

/// The 0.975 quantiles of one and of two degrees of freedom, which have closed forms: `tan(0.475 π)` and
/// `0.95 · √(2 / 0.0975)`.
const FEW: [f64; 2] = [12.706_204_736_174_7, 4.302_652_729_749_46];

/// The 0.975 quantile with so many degrees of freedom (two-sided 95 % confidence), to a thousandth or better; none has
/// that of one.
///
/// Source: the expansion by Fisher and Cornish around the normal quantile, M. Abramowitz, I. A. Stegun, "Handbook of
/// Mathematical Functions", 26.7.5.
#[must_use]
pub fn t_95(degrees: u64) -> f64 {
    if degrees <= 2 {
        return FEW[usize::from(degrees == 2)];
    }
    let z2 = Z_95 * Z_95;
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1_482.0) * z2 - 1_920.0) * z2 - 945.0) / 92_160.0,
    ];
    let per_degree = 1.0 / degrees as f64;
    let series = terms
        .iter()
        .rev()
        .fold(0.0, |sum, term| (sum + term) * per_degree);
    Z_95 * (1.0 + series)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (degrees, quantile) of the table in the NIST/SEMATECH e-Handbook, 1.3.6.7.2.
    const TABLE: [(u64, f64); 11] = [
        (1, 12.706),
        (2, 4.303),
        (3, 3.182),
        (4, 2.776),
        (5, 2.571),
        (7, 2.365),
        (10, 2.228),
        (20, 2.086),
        (30, 2.042),
        (60, 2.000),
        (100, 1.984),
    ];

    #[test]
    fn it_is_that_of_the_table() {
        for (degrees, expected) in TABLE {
            let quantile = t_95(degrees);
            assert!(
                (quantile / expected - 1.0).abs() < 0.001_5,
                "{degrees}: {quantile}"
            );
        }
    }

    #[test]
    fn with_many_degrees_it_is_the_normal_one() {
        assert!((t_95(1_000_000) - Z_95).abs() < 1e-5);
        assert_eq!(t_95(0), t_95(1));
    }

    #[test]
    fn more_degrees_are_never_less_sure() {
        for degrees in 1..500 {
            assert!(t_95(degrees + 1) < t_95(degrees), "{degrees}");
        }
    }
}
