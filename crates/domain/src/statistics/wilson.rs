//! The Wilson score interval of a proportion.
//!
//! Chosen over the textbook interval because it stays inside [0, 1] and keeps its coverage for
//! small samples and for rates near 0 and 1, which is where guardrails look. Source: E. B. Wilson,
//! "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209–212;
//! the same formula as statsmodels' `proportion_confint(method="wilson")`.

use super::Z_95;

/// A closed interval of proportions, `0 ≤ low ≤ high ≤ 1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The 95 % Wilson interval of `successes / trials`; `None` without trials.
///
/// More successes than trials (conversions that came without a click) count as all trials
/// succeeding: a proportion has no other reading.
#[must_use]
pub fn wilson_interval_95(successes: u64, trials: u64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let successes = successes.min(trials);
    let n = trials as f64;
    let p = successes as f64 / n;
    let z2 = Z_95 * Z_95;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half_width = Z_95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // At the ends the formula gives exactly 0 and 1; floating point misses them by a few ulp.
    let low = if successes == 0 {
        0.0
    } else {
        (centre - half_width).max(0.0)
    };
    let high = if successes == trials {
        1.0
    } else {
        (centre + half_width).min(1.0)
    };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// (successes, trials, low, high) by statsmodels 0.15.0: `proportion_confint(s, n, alpha=0.05,
    /// method="wilson")`.
    const STATSMODELS: [(u64, u64, f64, f64); 22] = [
        (0, 1, 0.0, 0.7934506856227627),
        (1, 1, 0.2065493143772374, 1.0),
        (0, 10, 0.0, 0.27753279986288926),
        (1, 10, 0.017876213095072924, 0.40415002679523854),
        (5, 10, 0.23659309051256394, 0.7634069094874361),
        (9, 10, 0.5958499732047614, 0.982123786904927),
        (10, 10, 0.7224672001371106, 1.0),
        (4, 5, 0.3755346297625252, 0.9637758913675698),
        (5, 5, 0.5655175352168252, 1.0),
        (1, 3, 0.06149194472039626, 0.7923403991979523),
        (81, 100, 0.7222115462093562, 0.8748524849023126),
        (80, 100, 0.7111708344068411, 0.8666330666689676),
        (99, 100, 0.9455138038212946, 0.9982325679358593),
        (1, 1000, 0.00017654637062607765, 0.005642558597957937),
        (500, 1000, 0.4690696003681042, 0.5309303996318958),
        (999, 1000, 0.9943574414020421, 0.9998234536293739),
        (123, 4567, 0.022620022313028024, 0.032039816815401245),
        (4567, 4567, 0.9991595729461844, 0.9999999999999998),
        (0, 100_000, 0.0, 3.841311258303965e-05),
        (1, 1_000_000, 1.7652457674537176e-07, 5.664911804311445e-06),
        (333_333, 1_000_000, 0.33240970614283905, 0.3342575743410766),
        (7, 12, 0.31951131254954973, 0.8067396863412435),
    ];

    #[test]
    fn it_agrees_with_statsmodels() {
        for (successes, trials, low, high) in STATSMODELS {
            let interval = wilson_interval_95(successes, trials).unwrap();
            assert!(
                (interval.low - low).abs() < 1e-12,
                "low of {successes}/{trials}: {interval:?}"
            );
            assert!(
                (interval.high - high).abs() < 1e-12,
                "high of {successes}/{trials}: {interval:?}"
            );
        }
    }

    #[test]
    fn nothing_tried_has_no_interval() {
        assert_eq!(wilson_interval_95(0, 0), None);
        assert_eq!(wilson_interval_95(3, 0), None);
    }

    #[test]
    fn more_successes_than_trials_count_as_all_of_them() {
        assert_eq!(wilson_interval_95(9, 5), wilson_interval_95(5, 5));
    }

    proptest! {
        #[test]
        fn it_holds_the_proportion_and_stays_inside_zero_to_one(part in 0_u64..5_000, rest in 0_u64..5_000) {
            prop_assume!(part + rest > 0);
            let p = part as f64 / (part + rest) as f64;
            let Interval { low, high } = wilson_interval_95(part, part + rest).unwrap();
            prop_assert!(0.0 <= low && low <= p + 1e-12 && p <= high + 1e-12 && high <= 1.0);
        }

        #[test]
        fn more_successes_never_lower_it(part in 0_u64..5_000, rest in 1_u64..5_000) {
            let fewer = wilson_interval_95(part, part + rest).unwrap();
            let more = wilson_interval_95(part + 1, part + rest).unwrap();
            prop_assert!(fewer.low <= more.low && fewer.high <= more.high);
        }

        #[test]
        fn failures_mirror_successes(part in 0_u64..5_000, rest in 0_u64..5_000) {
            prop_assume!(part + rest > 0);
            let of_successes = wilson_interval_95(part, part + rest).unwrap();
            let of_failures = wilson_interval_95(rest, part + rest).unwrap();
            prop_assert!((of_successes.low - (1.0 - of_failures.high)).abs() < 1e-12);
        }
    }
}
