//! How long a failed job waits before it is tried again.

use chrono::TimeDelta;

/// A schedule of waits. Webhooks have one of their own, everything else waits exponentially.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// `base`, then four times as long each time, at most `most`.
    Exponential {
        /// Wait after the first attempt.
        base: TimeDelta,
        /// Longest wait.
        most: TimeDelta,
    },
    /// These waits, and the last of them from then on.
    Steps(&'static [TimeDelta]),
}

/// 5 s, 20 s, 80 s, 5 min, 21 min, then hourly: five attempts of an email outlast seven minutes without a mail server.
impl Default for Backoff {
    fn default() -> Self {
        Self::Exponential {
            base: TimeDelta::seconds(5),
            most: TimeDelta::hours(1),
        }
    }
}

impl Backoff {
    /// The longest wait after the attempt of this number, the first being 1; nothing after none.
    #[must_use]
    pub fn longest(self, attempt: u32) -> TimeDelta {
        let Some(before) = attempt.checked_sub(1) else {
            return TimeDelta::zero();
        };
        match self {
            Self::Exponential { base, most } => {
                let times = 4_i32.checked_pow(before).unwrap_or(i32::MAX);
                base.checked_mul(times)
                    .unwrap_or(most)
                    .min(most)
                    .max(TimeDelta::zero())
            }
            Self::Steps(steps) => {
                let index = usize::try_from(before).unwrap_or(usize::MAX);
                let step = steps.get(index).or(steps.last());
                step.copied().unwrap_or_default().max(TimeDelta::zero())
            }
        }
    }

    /// The wait after the attempt of this number: from half of the longest to all of it, as `chance` (from 0 to 1) has
    /// it, so that what failed together is not tried again together ("equal jitter", AWS Architecture Blog 2015).
    #[must_use]
    pub fn wait(self, attempt: u32, chance: f64) -> TimeDelta {
        let longest = self.longest(attempt);
        let half = longest / 2;
        let jitter = half.num_microseconds().unwrap_or_default() as f64 * chance.clamp(0.0, 1.0);
        longest - half + TimeDelta::microseconds(jitter as i64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_grow_fourfold_up_to_an_hour() {
        let waits: Vec<i64> = (0..8)
            .map(|attempt| Backoff::default().longest(attempt).num_seconds())
            .collect();
        assert_eq!(waits, [0, 5, 20, 80, 320, 1_280, 3_600, 3_600]);
    }

    #[test]
    fn the_last_step_goes_on() {
        const STEPS: &[TimeDelta] = &[TimeDelta::seconds(5), TimeDelta::minutes(5)];
        let waits = [0, 1, 2, 3].map(|attempt| Backoff::Steps(STEPS).longest(attempt));
        assert_eq!(waits, [TimeDelta::zero(), STEPS[0], STEPS[1], STEPS[1]]);
        assert_eq!(Backoff::Steps(&[]).longest(3), TimeDelta::zero());
    }

    proptest! {
        #[test]
        fn a_wait_lies_between_half_and_all_of_the_longest(attempt in 0_u32.., chance in 0.0..=1.0) {
            let backoff = Backoff::default();
            let (wait, longest) = (backoff.wait(attempt, chance), backoff.longest(attempt));
            prop_assert!(wait <= longest && wait >= longest / 2);
        }

        #[test]
        fn later_attempts_never_wait_less(attempt in 0_u32..u32::MAX) {
            let backoff = Backoff::default();
            prop_assert!(backoff.longest(attempt) <= backoff.longest(attempt + 1));
        }

        #[test]
        fn no_chance_leads_out_of_range(chance: f64) {
            let wait = Backoff::default().wait(1, chance);
            prop_assert!(wait >= TimeDelta::milliseconds(2_500) && wait <= TimeDelta::seconds(5));
        }
    }
}
