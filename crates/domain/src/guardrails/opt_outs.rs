//! How many of those whom sharing reached did not want it: quietly (never looked) or in words
//! (unsubscribed).

use crate::statistics::{mean_two_decimals, percent};

/// Shares that were never viewed, or links that were never clicked, among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OptOutCounts {
    pub total: u64,
    /// Never viewed, never clicked.
    pub untouched: u64,
}

/// Study sessions and the people in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StudySessionCounts {
    pub total: u64,
    /// Over all sessions.
    pub participants: u64,
}

/// Unsubscribed, withdrew consent or chose "don't ask me again", among the users that were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExplicitOptOuts {
    /// Distinct users.
    pub opted_out: u64,
    /// Distinct users.
    pub reached: u64,
}

impl OptOutCounts {
    /// Counts from each share's views or each link's clicks.
    #[must_use]
    pub fn of(touches: impl IntoIterator<Item = u64>) -> Self {
        touches
            .into_iter()
            .fold(Self::default(), |counts, touches| Self {
                total: counts.total + 1,
                untouched: counts.untouched + u64::from(touches == 0),
            })
    }

    /// Percent with two decimals; 0 when there is nothing to divide.
    #[must_use]
    pub fn rate(&self) -> f64 {
        percent(self.untouched, self.total)
    }
}

impl StudySessionCounts {
    /// Counts from each session's number of participants; an empty session counts with 0.
    #[must_use]
    pub fn of(participants: impl IntoIterator<Item = u64>) -> Self {
        participants
            .into_iter()
            .fold(Self::default(), |counts, participants| Self {
                total: counts.total + 1,
                participants: counts.participants + participants,
            })
    }

    /// Two decimals; 0 without sessions.
    #[must_use]
    pub fn average_participants(&self) -> f64 {
        mean_two_decimals(self.participants, self.total)
    }
}

impl ExplicitOptOuts {
    /// Percent with two decimals; 0 when nobody was reached.
    #[must_use]
    pub fn rate(&self) -> f64 {
        percent(self.opted_out, self.reached)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_rate_is_the_share_of_the_untouched() {
        let counts = OptOutCounts::of([0, 3, 0, 1, 1, 1]);
        assert_eq!(
            counts,
            OptOutCounts {
                total: 6,
                untouched: 2
            }
        );
        assert_eq!(counts.rate(), 33.33);
    }

    #[test]
    fn nothing_to_divide_is_zero() {
        assert_eq!(OptOutCounts::of([]).rate(), 0.0);
        assert_eq!(StudySessionCounts::of([]).average_participants(), 0.0);
        assert_eq!(ExplicitOptOuts::default().rate(), 0.0);
    }

    #[test]
    fn an_empty_session_counts_with_nobody() {
        let sessions = StudySessionCounts::of([4, 0, 1]);
        assert_eq!(sessions.total, 3);
        assert_eq!(sessions.average_participants(), 1.67);
    }

    #[test]
    fn explicit_opt_outs_are_shared_among_the_reached() {
        assert_eq!(
            ExplicitOptOuts {
                opted_out: 1,
                reached: 80
            }
            .rate(),
            1.25
        );
    }

    proptest! {
        #[test]
        fn the_rate_is_a_percentage_and_a_view_never_raises_it(
            mut views in prop::collection::vec(0_u64..3, 1..50), index: prop::sample::Index,
        ) {
            let before = OptOutCounts::of(views.iter().copied()).rate();
            prop_assert!((0.0..=100.0).contains(&before));
            let viewed = index.index(views.len());
            views[viewed] += 1;
            prop_assert!(OptOutCounts::of(views).rate() <= before);
        }
    }
}
