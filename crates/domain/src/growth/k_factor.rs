//! The K-factor.

use crate::statistics::{percent, round_to, share};

/// What is counted over a period, for all sources or for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GrowthCounts {
    /// Users who invited somebody.
    pub active_users: u64,
    /// Invitations.
    pub invites: u64,
    /// Clicks of people.
    pub clicks: u64,
    /// Conversions.
    pub conversions: u64,
}

/// How good a K-factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KStatus {
    Poor,
    Warning,
    Good,
    Excellent,
}

impl GrowthCounts {
    /// Invitations per inviting user, two decimals; 0 without any.
    #[must_use]
    pub fn invites_per_user(&self) -> f64 {
        round_to(self.exact_invites_per_user(), 2)
    }

    /// Conversions per invitation, four decimals, not in percent; 0 without any.
    #[must_use]
    pub fn invite_conversion_rate(&self) -> f64 {
        share(self.conversions, self.invites)
    }

    /// Conversions per click in percent, two decimals; 0 without any. Above 100 when platforms report conversions
    /// without their clicks.
    #[must_use]
    pub fn conversion_rate(&self) -> f64 {
        percent(self.conversions, self.clicks)
    }

    /// `invites per user × conversions per invite`, three decimals; 0 when nobody invited.
    ///
    /// The product is taken before anything is rounded.
    #[must_use]
    pub fn k_factor(&self) -> f64 {
        if self.invites == 0 {
            return 0.0;
        }
        self.k_contribution(self.conversions)
    }

    /// [`GrowthCounts::k_factor`] before it is rounded, to compare periods by.
    #[must_use]
    pub fn exact_k_factor(&self) -> f64 {
        if self.invites == 0 || self.active_users == 0 {
            return 0.0;
        }
        self.conversions as f64 / self.active_users as f64
    }

    /// [`GrowthCounts::conversion_rate`] before it is rounded, to compare periods by.
    #[must_use]
    pub fn exact_conversion_rate(&self) -> f64 {
        if self.clicks == 0 {
            return 0.0;
        }
        self.conversions as f64 / self.clicks as f64 * 100.0
    }

    /// What `conversions` of these add to K, three decimals: the parts of all referrers sum to K, but for rounding.
    #[must_use]
    pub fn k_contribution(&self, conversions: u64) -> f64 {
        if self.active_users == 0 {
            return 0.0;
        }
        round_to(conversions as f64 / self.active_users as f64, 3)
    }

    fn exact_invites_per_user(&self) -> f64 {
        if self.active_users == 0 {
            return 0.0;
        }
        self.invites as f64 / self.active_users as f64
    }
}

impl KStatus {
    /// The status of a K-factor as it is shown.
    #[must_use]
    pub fn of(k_factor: f64) -> Self {
        match k_factor {
            1.2.. => Self::Excellent,
            1.0.. => Self::Good,
            0.8.. => Self::Warning,
            _ => Self::Poor,
        }
    }

    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poor => "poor",
            Self::Warning => "warning",
            Self::Good => "good",
            Self::Excellent => "excellent",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(active_users: u64, invites: u64, clicks: u64, conversions: u64) -> GrowthCounts {
        GrowthCounts {
            active_users,
            invites,
            clicks,
            conversions,
        }
    }

    #[test]
    fn k_is_invites_per_user_times_conversions_per_invite() {
        // 10 users send 40 invitations, a quarter converts: 4 × 0.25.
        let counts = counts(10, 40, 25, 10);
        assert_eq!(counts.invites_per_user(), 4.0);
        assert_eq!(counts.invite_conversion_rate(), 0.25);
        assert_eq!(counts.conversion_rate(), 40.0);
        assert_eq!(counts.k_factor(), 1.0);
    }

    #[test]
    fn nothing_counted_is_zero_and_poor() {
        let counts = GrowthCounts::default();
        assert_eq!(counts.k_factor(), 0.0);
        assert_eq!(counts.invites_per_user(), 0.0);
        assert_eq!(KStatus::of(counts.k_factor()), KStatus::Poor);
    }

    #[test]
    fn conversions_without_an_invitation_make_no_k() {
        assert_eq!(counts(0, 0, 0, 5).k_factor(), 0.0);
    }

    #[test]
    fn a_status_begins_at_its_threshold() {
        assert_eq!(KStatus::of(1.2), KStatus::Excellent);
        assert_eq!(KStatus::of(1.199), KStatus::Good);
        assert_eq!(KStatus::of(1.0), KStatus::Good);
        assert_eq!(KStatus::of(0.999), KStatus::Warning);
        assert_eq!(KStatus::of(0.8), KStatus::Warning);
        assert_eq!(KStatus::of(0.799), KStatus::Poor);
    }

    proptest! {
        #[test]
        fn k_is_the_product_of_its_exact_factors(
            users in 1_u64..10_000, invites in 1_u64..100_000, conversions in 0_u64..100_000,
        ) {
            let counts = counts(users, invites, 0, conversions);
            let k = counts.k_factor();
            prop_assert!((k - counts.exact_k_factor()).abs() <= 0.000_5 + 1e-9);
            let product = (invites as f64 / users as f64) * (conversions as f64 / invites as f64);
            prop_assert!((k - product).abs() <= 0.000_5 + 1e-9);
        }

        #[test]
        fn contributions_sum_to_k(users in 1_u64..1_000, parts in prop::collection::vec(0_u64..50, 1..20)) {
            let all = counts(users, 1, 0, parts.iter().sum());
            let sum: f64 = parts.iter().map(|part| all.k_contribution(*part)).sum();
            prop_assert!((sum - all.k_factor()).abs() <= 0.000_5 * (parts.len() + 1) as f64 + 1e-9);
        }
    }
}
