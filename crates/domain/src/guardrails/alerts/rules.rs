//! What fires, and how grave it is.

use serde_json::{Map, Value, json};

use crate::guardrails::Thresholds;
use crate::guardrails::opt_outs::OptOutCounts;

/// The subject of an alert about the platform as a whole.
pub const PLATFORM: &str = "platform";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertType {
    CoppaViolation,
    FraudDetection,
    BotDetection,
    HighOptOut,
    ConversionAnomaly,
}

/// Ordered by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Medium,
    High,
    Critical,
}

/// One line of the rules table.
#[derive(Debug, Clone, Copy)]
pub struct AlertRule {
    pub alert_type: AlertType,
    pub severity: Severity,
    /// For people; the threshold's setting is named where there is one.
    pub fires_when: &'static str,
    /// What is measured, and the sentence and details about it; `None` when all is well.
    finding: fn(&AlertInputs, &Thresholds) -> Option<Finding>,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AlertInputs {
    /// Parent shares and progress reels with personal information.
    pub coppa_violations: u64,
    /// Percent; `None` when nothing was checked.
    pub coppa_compliance_rate: Option<f64>,
    pub coppa_below_target: bool,
    pub flagged_ip_groups: u64,
    pub flagged_devices: u64,
    pub parent_shares: OptOutCounts,
    /// Distinct.
    pub flagged_referrers: u64,
}

/// Something that is wrong now.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertCause {
    pub alert_type: AlertType,
    /// What it is about; there is one live alert per type and subject.
    pub subject: String,
    pub severity: Severity,
    /// How bad it is, in the rule's own unit (groups, devices, percent): larger is worse.
    pub measure: f64,
    pub message: String,
    pub details: Map<String, Value>,
}

struct Finding {
    measure: f64,
    message: String,
    details: Value,
}

/// The rules, gravest first.
pub static RULES: [AlertRule; 5] = [
    AlertRule {
        alert_type: AlertType::CoppaViolation,
        severity: Severity::Critical,
        fires_when: "any parent share or progress reel holds personal information",
        finding: coppa_violation,
    },
    AlertRule {
        alert_type: AlertType::FraudDetection,
        severity: Severity::High,
        fires_when: "more IP groups are flagged than ALERT_FRAUD_THRESHOLD",
        finding: fraud_detection,
    },
    AlertRule {
        alert_type: AlertType::ConversionAnomaly,
        severity: Severity::High,
        fires_when: "any referrer is flagged",
        finding: conversion_anomaly,
    },
    AlertRule {
        alert_type: AlertType::BotDetection,
        severity: Severity::Medium,
        fires_when: "more devices are flagged than ALERT_BOT_THRESHOLD",
        finding: bot_detection,
    },
    AlertRule {
        alert_type: AlertType::HighOptOut,
        severity: Severity::Medium,
        fires_when: "the share of parent shares never viewed is above ALERT_OPT_OUT_THRESHOLD percent",
        finding: high_opt_out,
    },
];

impl AlertType {
    /// The name in answers, exports and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CoppaViolation => "coppa_violation",
            Self::FraudDetection => "fraud_detection",
            Self::BotDetection => "bot_detection",
            Self::HighOptOut => "high_opt_out",
            Self::ConversionAnomaly => "conversion_anomaly",
        }
    }
}

impl Severity {
    /// The name in answers, exports and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Everything that is wrong now, gravest first.
#[must_use]
pub fn evaluate(inputs: &AlertInputs, thresholds: &Thresholds) -> Vec<AlertCause> {
    RULES
        .iter()
        .filter_map(|rule| rule.apply(inputs, thresholds))
        .collect()
}

impl AlertRule {
    fn apply(&self, inputs: &AlertInputs, thresholds: &Thresholds) -> Option<AlertCause> {
        let Finding {
            measure,
            message,
            details,
        } = (self.finding)(inputs, thresholds)?;
        let details = match details {
            Value::Object(details) => details,
            _ => Map::new(),
        };
        let (alert_type, severity) = (self.alert_type, self.severity);
        Some(AlertCause {
            alert_type,
            subject: PLATFORM.to_owned(),
            severity,
            measure,
            message,
            details,
        })
    }
}

fn coppa_violation(inputs: &AlertInputs, thresholds: &Thresholds) -> Option<Finding> {
    let violations = inputs.coppa_violations;
    let target = thresholds.coppa_compliance_target;
    (violations > 0).then(|| Finding {
        measure: violations as f64,
        message: counted(
            violations,
            "payload holds",
            "payloads hold",
            "personal information of a child",
        ),
        details: json!({
            "violations_found": violations,
            "compliance_rate": inputs.coppa_compliance_rate,
            "target": target,
            "below_target": inputs.coppa_below_target,
        }),
    })
}

fn fraud_detection(inputs: &AlertInputs, thresholds: &Thresholds) -> Option<Finding> {
    let flagged = inputs.flagged_ip_groups;
    above(
        flagged,
        thresholds.alert_fraud_threshold,
        counted(flagged, "IP group is", "IP groups are", "suspicious"),
    )
}

fn bot_detection(inputs: &AlertInputs, thresholds: &Thresholds) -> Option<Finding> {
    let flagged = inputs.flagged_devices;
    above(
        flagged,
        thresholds.alert_bot_threshold,
        counted(flagged, "device clicks", "devices click", "like a bot"),
    )
}

fn conversion_anomaly(inputs: &AlertInputs, _: &Thresholds) -> Option<Finding> {
    let flagged = inputs.flagged_referrers;
    above(
        flagged,
        0,
        counted(
            flagged,
            "referrer has",
            "referrers have",
            "unusual conversions",
        ),
    )
}

fn high_opt_out(inputs: &AlertInputs, thresholds: &Thresholds) -> Option<Finding> {
    let OptOutCounts { total, untouched } = inputs.parent_shares;
    let (rate, threshold) = (
        inputs.parent_shares.rate(),
        thresholds.alert_opt_out_threshold,
    );
    // The exact share, not the rounded rate.
    (untouched as f64 * 100.0 > threshold * total as f64).then(|| Finding {
        measure: rate,
        message: format!("{rate} % of parent shares were never viewed."),
        details: json!({
            "total": total, "never_viewed": untouched, "opt_out_rate": rate, "threshold": threshold,
        }),
    })
}

fn above(flagged: u64, threshold: u32, message: String) -> Option<Finding> {
    let details = json!({ "flagged": flagged, "threshold": threshold });
    (flagged > u64::from(threshold)).then_some(Finding {
        measure: flagged as f64,
        message,
        details,
    })
}

fn counted(count: u64, one: &str, many: &str, rest: &str) -> String {
    let subject = if count == 1 { one } else { many };
    format!("{count} {subject} {rest}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(inputs: AlertInputs) -> Vec<AlertCause> {
        evaluate(&inputs, &Thresholds::default())
    }

    fn types(inputs: AlertInputs) -> Vec<&'static str> {
        fired(inputs)
            .iter()
            .map(|cause| cause.alert_type.as_str())
            .collect()
    }

    #[test]
    fn nothing_fires_when_all_is_well() {
        assert_eq!(fired(AlertInputs::default()), []);
    }

    #[test]
    fn a_single_violation_is_critical() {
        let causes = fired(AlertInputs {
            coppa_violations: 1,
            coppa_compliance_rate: Some(98.5),
            coppa_below_target: true,
            ..Default::default()
        });
        assert_eq!(causes[0].severity, Severity::Critical);
        assert_eq!(
            causes[0].message,
            "1 payload holds personal information of a child."
        );
        assert_eq!(causes[0].details["below_target"], json!(true));
    }

    #[test]
    fn five_ip_groups_are_quiet_and_six_fire() {
        assert!(
            types(AlertInputs {
                flagged_ip_groups: 5,
                ..Default::default()
            })
            .is_empty()
        );
        assert_eq!(
            types(AlertInputs {
                flagged_ip_groups: 6,
                ..Default::default()
            }),
            ["fraud_detection"]
        );
    }

    #[test]
    fn three_devices_are_quiet_and_four_fire() {
        assert!(
            types(AlertInputs {
                flagged_devices: 3,
                ..Default::default()
            })
            .is_empty()
        );
        assert_eq!(
            types(AlertInputs {
                flagged_devices: 4,
                ..Default::default()
            }),
            ["bot_detection"]
        );
    }

    #[test]
    fn thirty_percent_unseen_are_quiet_and_a_hair_more_fires() {
        let shares = |untouched, total| AlertInputs {
            parent_shares: OptOutCounts { total, untouched },
            ..Default::default()
        };
        assert!(types(shares(30, 100)).is_empty());
        assert_eq!(types(shares(31, 100)), ["high_opt_out"]);
        assert_eq!(types(shares(300_001, 1_000_000)), ["high_opt_out"]);
        assert!(types(shares(0, 0)).is_empty());
    }

    #[test]
    fn any_flagged_referrer_fires() {
        let causes = fired(AlertInputs {
            flagged_referrers: 2,
            ..Default::default()
        });
        assert_eq!(causes[0].alert_type, AlertType::ConversionAnomaly);
        assert_eq!(causes[0].severity, Severity::High);
        assert_eq!(causes[0].message, "2 referrers have unusual conversions.");
    }

    #[test]
    fn every_type_has_one_rule_and_the_gravest_come_first() {
        let everything = AlertInputs {
            coppa_violations: 1,
            flagged_ip_groups: 99,
            flagged_devices: 99,
            parent_shares: OptOutCounts {
                total: 1,
                untouched: 1,
            },
            flagged_referrers: 1,
            ..Default::default()
        };
        let causes = fired(everything);
        assert_eq!(causes.len(), RULES.len());
        assert!(
            causes
                .windows(2)
                .all(|pair| pair[0].severity >= pair[1].severity)
        );
        let mut types: Vec<_> = causes.iter().map(|cause| cause.alert_type).collect();
        types.sort();
        types.dedup();
        assert_eq!(types.len(), RULES.len());
    }
}
