//! What to do with a loop: how good is it, and how much does it need to be so.

/// Recommendation for a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recommendation {
    ReworkOrStop,
    Optimise,
    KeepInvesting,
    ScaleAggressively,
}

impl Recommendation {
    /// By K-factor and efficiency, which is K times the conversion rate as a fraction; both as they are shown.
    #[must_use]
    pub fn of(k_factor: f64, efficiency: f64) -> Self {
        let reaches = |k: f64, least: f64| k_factor >= k && efficiency >= least;
        if reaches(1.2, 0.5) {
            Self::ScaleAggressively
        } else if reaches(1.0, 0.3) {
            Self::KeepInvesting
        } else if reaches(0.8, 0.2) {
            Self::Optimise
        } else {
            Self::ReworkOrStop
        }
    }

    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReworkOrStop => "rework_or_stop",
            Self::Optimise => "optimise",
            Self::KeepInvesting => "keep_investing",
            Self::ScaleAggressively => "scale_aggressively",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_figures_have_to_reach_a_step() {
        use Recommendation as R;
        let cases = [
            (1.2, 0.5, R::ScaleAggressively),
            (1.2, 0.499, R::KeepInvesting),
            (1.199, 0.9, R::KeepInvesting),
            (1.0, 0.3, R::KeepInvesting),
            (3.0, 0.299, R::Optimise),
            (0.8, 0.2, R::Optimise),
            (0.8, 0.199, R::ReworkOrStop),
            (0.799, 0.9, R::ReworkOrStop),
            (0.0, 0.0, R::ReworkOrStop),
        ];
        for (k, efficiency, expected) in cases {
            assert_eq!(
                Recommendation::of(k, efficiency),
                expected,
                "{k} {efficiency}"
            );
        }
    }
}
