//! The health score: 100 minus what four parts deduct, with every step shown.
//!
//! The score is computed from the numbers as they are shown (rates with two decimals), so that a
//! reader can recompute it by hand. It is rounded once, at the end; the deductions are rounded only
//! to be shown.

mod parts;

use super::Thresholds;
use crate::statistics::round_to;

/// What the score is computed from, all over the score's own window.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HealthInputs {
    pub flagged_ip_groups: u64,
    pub flagged_devices: u64,
    /// Percent of parent shares never viewed.
    pub parent_share_opt_out_rate: f64,
    /// Percent of attribution links never clicked.
    pub link_opt_out_rate: f64,
    /// Percent of payloads without personal information; `None` when none was checked.
    pub coppa_compliance_rate: Option<f64>,
}

/// The score and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// 0 to 100, one decimal.
    pub score: f64,
    pub status: HealthStatus,
    /// In the order of [`HealthPart::ALL`].
    pub deductions: [Deduction; 4],
}

/// What one part takes off the score.
#[derive(Debug, Clone, PartialEq)]
pub struct Deduction {
    pub part: HealthPart,
    /// The number that the formula starts from; `None` when there was nothing to measure.
    pub input: Option<f64>,
    /// The calculation with its numbers filled in.
    pub formula: String,
    /// Points, never negative, one decimal.
    pub points: f64,
    /// Why, in a sentence.
    pub explanation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthPart {
    Fraud,
    BotBehavior,
    OptOutRate,
    CoppaViolations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthStatus {
    Critical,
    Warning,
    Fair,
    Good,
    Excellent,
}

impl HealthPart {
    pub const ALL: [Self; 4] = [
        Self::Fraud,
        Self::BotBehavior,
        Self::OptOutRate,
        Self::CoppaViolations,
    ];

    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fraud => "fraud",
            Self::BotBehavior => "bot_behavior",
            Self::OptOutRate => "opt_out_rate",
            Self::CoppaViolations => "coppa_violations",
        }
    }
}

impl HealthStatus {
    /// The status of a score as it is shown, so that a 90.0 on the screen is excellent even if it
    /// was 89.96.
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            90.0.. => Self::Excellent,
            75.0.. => Self::Good,
            60.0.. => Self::Fair,
            40.0.. => Self::Warning,
            _ => Self::Critical,
        }
    }

    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Fair => "fair",
            Self::Good => "good",
            Self::Excellent => "excellent",
        }
    }
}

/// Computes the score.
#[must_use]
pub fn health(inputs: &HealthInputs, thresholds: &Thresholds) -> Health {
    let parts = [
        parts::fraud(inputs, thresholds),
        parts::bots(inputs, thresholds),
        parts::opt_outs(inputs, thresholds),
        parts::coppa(inputs, thresholds),
    ];
    let deducted: f64 = parts.iter().map(|part| part.points).sum();
    let score = round_to((100.0 - deducted).max(0.0), 1);
    let deductions = parts.map(|part| Deduction {
        points: round_to(part.points, 1),
        ..part
    });
    Health {
        score,
        status: HealthStatus::of(score),
        deductions,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(inputs: HealthInputs) -> Health {
        health(&inputs, &Thresholds::default())
    }

    fn points(health: &Health, part: HealthPart) -> f64 {
        health
            .deductions
            .iter()
            .find(|deduction| deduction.part == part)
            .unwrap()
            .points
    }

    #[test]
    fn nothing_at_all_scores_a_hundred() {
        let health = score(HealthInputs::default());
        assert_eq!(
            (health.score, health.status),
            (100.0, HealthStatus::Excellent)
        );
        assert!(
            health
                .deductions
                .iter()
                .all(|deduction| deduction.points == 0.0)
        );
    }

    #[test]
    fn five_flagged_ips_deduct_ten_and_twenty_hit_the_cap() {
        let five = score(HealthInputs {
            flagged_ip_groups: 5,
            ..Default::default()
        });
        assert_eq!((points(&five, HealthPart::Fraud), five.score), (10.0, 90.0));
        let twenty = score(HealthInputs {
            flagged_ip_groups: 20,
            ..Default::default()
        });
        assert_eq!(
            (points(&twenty, HealthPart::Fraud), twenty.score),
            (30.0, 70.0)
        );
    }

    #[test]
    fn bots_deduct_two_each_up_to_twenty() {
        let three = score(HealthInputs {
            flagged_devices: 3,
            ..Default::default()
        });
        assert_eq!(points(&three, HealthPart::BotBehavior), 6.0);
        let many = score(HealthInputs {
            flagged_devices: 11,
            ..Default::default()
        });
        assert_eq!(points(&many, HealthPart::BotBehavior), 20.0);
    }

    #[test]
    fn half_unseen_and_half_unclicked_deduct_ten() {
        let inputs = HealthInputs {
            parent_share_opt_out_rate: 50.0,
            link_opt_out_rate: 50.0,
            ..Default::default()
        };
        assert_eq!(points(&score(inputs), HealthPart::OptOutRate), 10.0);
    }

    #[test]
    fn a_compliance_of_eighty_five_percent_deducts_five() {
        let health = score(HealthInputs {
            coppa_compliance_rate: Some(85.0),
            ..Default::default()
        });
        assert_eq!(
            (points(&health, HealthPart::CoppaViolations), health.score),
            (5.0, 95.0)
        );
    }

    #[test]
    fn nothing_checked_deducts_nothing_and_full_violation_hits_the_cap() {
        let unchecked = score(HealthInputs {
            coppa_compliance_rate: None,
            ..Default::default()
        });
        assert_eq!(points(&unchecked, HealthPart::CoppaViolations), 0.0);
        let all_violate = score(HealthInputs {
            coppa_compliance_rate: Some(0.0),
            ..Default::default()
        });
        assert_eq!(points(&all_violate, HealthPart::CoppaViolations), 30.0);
    }

    #[test]
    fn the_worst_of_everything_scores_zero() {
        let worst = score(HealthInputs {
            flagged_ip_groups: u64::MAX,
            flagged_devices: u64::MAX,
            parent_share_opt_out_rate: 100.0,
            link_opt_out_rate: 100.0,
            coppa_compliance_rate: Some(0.0),
        });
        assert_eq!((worst.score, worst.status), (0.0, HealthStatus::Critical));
    }

    #[test]
    fn statuses_begin_at_their_scores() {
        let expected = [
            (100.0, "excellent"),
            (90.0, "excellent"),
            (89.9, "good"),
            (75.0, "good"),
            (74.9, "fair"),
            (60.0, "fair"),
            (59.9, "warning"),
            (40.0, "warning"),
            (39.9, "critical"),
            (0.0, "critical"),
        ];
        for (score, status) in expected {
            assert_eq!(HealthStatus::of(score).as_str(), status, "{score}");
        }
    }

    #[test]
    fn every_part_says_why_with_its_numbers() {
        let health = score(HealthInputs {
            flagged_ip_groups: 20,
            flagged_devices: 1,
            parent_share_opt_out_rate: 33.33,
            link_opt_out_rate: 0.0,
            coppa_compliance_rate: Some(85.0),
        });
        let said: Vec<_> = health
            .deductions
            .iter()
            .map(|one| (one.formula.as_str(), one.explanation.as_str()))
            .collect();
        let expected = [
            (
                "min(20 × 2, 30)",
                "20 times an IP made more than 10 clicks in a day. This part deducts 30 points at most.",
            ),
            ("min(1 × 2, 20)", "1 device clicked 3 times within 5 s."),
            (
                "min((33.33 % + 0 %) / 2 × 20, 20)",
                "33.33 % of parent shares were never viewed and 0 % of links never clicked.",
            ),
            (
                "min((100 − 85) × 0.333, 30)",
                "Only 85 % of parent shares and progress reels held no personal information.",
            ),
        ];
        assert_eq!(said, expected);
    }

    fn inputs() -> impl Strategy<Value = HealthInputs> {
        let rate = || (0_u32..=10_000).prop_map(|hundredths| f64::from(hundredths) / 100.0);
        (
            0_u64..30,
            0_u64..20,
            rate(),
            rate(),
            prop::option::of(rate()),
        )
            .prop_map(
                |(flagged_ip_groups, flagged_devices, shares, links, coppa)| HealthInputs {
                    flagged_ip_groups,
                    flagged_devices,
                    parent_share_opt_out_rate: shares,
                    link_opt_out_rate: links,
                    coppa_compliance_rate: coppa,
                },
            )
    }

    proptest! {
        #[test]
        fn the_score_is_between_zero_and_a_hundred_and_deductions_within_their_caps(inputs in inputs()) {
            let health = score(inputs);
            prop_assert!((0.0..=100.0).contains(&health.score));
            let caps = [30.0, 20.0, 20.0, 30.0];
            for (deduction, cap) in health.deductions.iter().zip(caps) {
                prop_assert!((0.0..=cap).contains(&deduction.points));
            }
        }

        #[test]
        fn the_shown_deductions_explain_the_score(inputs in inputs()) {
            let health = score(inputs);
            let shown: f64 = health.deductions.iter().map(|deduction| deduction.points).sum();
            // Four numbers rounded to one decimal may be off by 0.05 each, and the score too.
            prop_assert!((health.score - (100.0 - shown)).abs() <= 0.25 + 1e-9);
        }

        #[test]
        fn anything_worse_never_raises_the_score(inputs in inputs(), part in 0..5, by in 0.0_f64..50.0) {
            let mut worse = inputs;
            match part {
                0 => worse.flagged_ip_groups += 1,
                1 => worse.flagged_devices += 1,
                2 => worse.parent_share_opt_out_rate = (worse.parent_share_opt_out_rate + by).min(100.0),
                3 => worse.link_opt_out_rate = (worse.link_opt_out_rate + by).min(100.0),
                _ => worse.coppa_compliance_rate = worse.coppa_compliance_rate.map(|rate| (rate - by).max(0.0)),
            }
            prop_assert!(score(worse).score <= score(inputs).score);
        }
    }
}
