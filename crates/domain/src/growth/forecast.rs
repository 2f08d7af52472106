//! How many users there will be if everybody goes on inviting as now.
//!
//! Source: D. Skok, "Lessons Learned – Viral Marketing": after a time `t`, with cycles of length `ct`, of `base` users become
//! `base · (K^(t/ct + 1) − 1) / (K − 1)`. It is the sum of a geometric series, so that it rises with K and falls with `ct`.

use crate::statistics::Interval;

/// More than this is told as this: there are no more people (United Nations, World Population Prospects 2024), and powers of
/// K soon pass them.
pub const MOST_USERS: f64 = 8.2e9;

/// What a projection rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    /// Users now.
    pub base: u64,
    /// K-factor.
    pub k: f64,
    /// Hours from an invitation to the conversion that it brings; above 0.
    pub cycle_hours: f64,
}

impl Projection {
    /// Users after so many days, at most [`MOST_USERS`].
    #[must_use]
    pub fn users_after(&self, days: u32) -> f64 {
        let cycles = f64::from(days) * 24.0 / self.cycle_hours;
        let (base, k) = (self.base as f64, self.k);
        // Near 1 the quotient loses its digits; the series itself is the number of its terms there.
        let grown = match (k - 1.0).abs() < 1e-9 {
            true => cycles + 1.0,
            false => (k.powf(cycles + 1.0) - 1.0) / (k - 1.0),
        };
        (base * grown).min(MOST_USERS)
    }
}

/// The least and the most users after so many days that an interval of K and one of the cycle time leave open.
#[must_use]
pub fn users_between(base: u64, k: Interval, cycle_hours: Interval, days: u32) -> Interval {
    let after = |k, cycle_hours| {
        Projection {
            base,
            k,
            cycle_hours,
        }
        .users_after(days)
    };
    Interval {
        low: after(k.low, cycle_hours.high),
        high: after(k.high, cycle_hours.low),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn projection(k: f64, cycle_hours: f64) -> Projection {
        Projection {
            base: 100,
            k,
            cycle_hours,
        }
    }

    #[test]
    fn whole_cycles_are_a_geometric_series() {
        // 100 + 50 + 25 + 12.5
        assert!((projection(0.5, 24.0).users_after(3) - 187.5).abs() < 1e-9);
        // 100 · (1 + 2 + 4 + 8 + 16)
        assert!((projection(2.0, 12.0).users_after(2) - 3_100.0).abs() < 1e-9);
        assert!((projection(1.0, 24.0).users_after(5) - 600.0).abs() < 1e-9);
        assert_eq!(projection(0.0, 24.0).users_after(5), 100.0);
    }

    #[test]
    fn what_would_overflow_is_told_as_the_most() {
        assert_eq!(projection(3.0, 0.1).users_after(365), MOST_USERS);
    }

    proptest! {
        #[test]
        fn more_k_and_shorter_cycles_bring_more(
            k in 0.0_f64..2.0, more in 0.0_f64..0.5, hours in 1.0_f64..500.0, longer in 0.0_f64..500.0, days in 0_u32..90,
        ) {
            let users = projection(k, hours).users_after(days);
            prop_assert!(projection(k + more, hours).users_after(days) >= users * (1.0 - 1e-6));
            prop_assert!(projection(k, hours + longer).users_after(days) <= users * (1.0 + 1e-6));
        }

        #[test]
        fn nothing_jumps_where_k_is_one(cycles in 0.1_f64..50.0) {
            let hours = 24.0 * 30.0 / cycles;
            let (one, near) = (projection(1.0, hours), projection(1.0 + 2e-9, hours));
            prop_assert!((one.users_after(30) / near.users_after(30) - 1.0).abs() < 1e-5);
        }
    }
}
