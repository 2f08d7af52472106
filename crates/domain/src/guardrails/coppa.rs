//! Whether what was shared about children held personal information.
//!
//! These records say what the platform has already done. So they are never refused: they are
//! scanned when they are taken in, what was found is kept without its value, and the payload is
//! stored redacted.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Thresholds;
use crate::pii::{EntityKind, Scanner};
use crate::statistics::percent;

/// Where a payload holds personal information and of which kind; never the information.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadViolation {
    /// A JSON pointer into the payload.
    pub path: String,
    pub kind: EntityKind,
}

/// How many payloads were checked, and how many of them held personal information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ComplianceCounts {
    pub checked: u64,
    pub violating: u64,
}

/// The compliance of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compliance {
    pub parent_shares: ComplianceCounts,
    pub progress_reels: ComplianceCounts,
}

/// What makes a payload a violation, once per place and kind; nothing for a compliant one. Missing,
/// `null` and empty payloads are compliant.
#[must_use]
pub fn check_payload(payload: Option<&Value>) -> Vec<PayloadViolation> {
    check_payload_with(&Scanner::CONTACT, payload)
}

/// The same for what a scanner looks for.
#[must_use]
pub fn check_payload_with(scanner: &Scanner<'_>, payload: Option<&Value>) -> Vec<PayloadViolation> {
    let findings = payload.map(|payload| scanner.scan_json(payload));
    let findings = findings.unwrap_or_default();
    let distinct: BTreeSet<_> = findings
        .into_iter()
        .map(|finding| PayloadViolation {
            path: finding.path,
            kind: finding.kind,
        })
        .collect();
    distinct.into_iter().collect()
}

impl ComplianceCounts {
    /// Counts payloads.
    #[must_use]
    pub fn of<'a>(payloads: impl IntoIterator<Item = Option<&'a Value>>) -> Self {
        payloads
            .into_iter()
            .fold(Self::default(), |counts, payload| Self {
                checked: counts.checked + 1,
                violating: counts.violating + u64::from(!check_payload(payload).is_empty()),
            })
    }

    /// The share without personal information in percent, two decimals; `None` when nothing was
    /// checked.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.checked > 0).then(|| percent(self.compliant(), self.checked))
    }

    fn compliant(&self) -> u64 {
        self.checked.saturating_sub(self.violating)
    }
}

impl Compliance {
    /// Both kinds of payload together.
    #[must_use]
    pub fn overall(&self) -> ComplianceCounts {
        ComplianceCounts {
            checked: self.parent_shares.checked + self.progress_reels.checked,
            violating: self.parent_shares.violating + self.progress_reels.violating,
        }
    }

    /// Whether the overall share is below the target. Compares the exact share: 98.996 % is below
    /// 99 %, though it is shown as
    /// 99.00. Nothing checked is not below.
    #[must_use]
    pub fn is_below_target(&self, thresholds: &Thresholds) -> bool {
        let overall = self.overall();
        let share = overall.compliant() as f64 / overall.checked as f64;
        overall.checked > 0 && share < thresholds.coppa_compliance_target
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn counts(checked: u64, violating: u64) -> ComplianceCounts {
        ComplianceCounts { checked, violating }
    }

    fn below_target(counts: ComplianceCounts) -> bool {
        Compliance {
            parent_shares: counts,
            ..Default::default()
        }
        .is_below_target(&Thresholds::default())
    }

    #[test]
    fn missing_null_and_empty_payloads_are_compliant() {
        for payload in [
            None,
            Some(json!(null)),
            Some(json!({})),
            Some(json!([])),
            Some(json!("")),
        ] {
            assert_eq!(check_payload(payload.as_ref()), []);
        }
    }

    #[test]
    fn every_key_of_the_rule_is_a_violation() {
        for key in [
            "email",
            "phone",
            "address",
            "ssn",
            "full_name",
            "password",
            "birth_date",
            "school",
            "handle",
            "geolocation",
        ] {
            let violations = check_payload(Some(&json!({"progress": {key: "something"}})));
            assert_eq!(violations.len(), 1, "{key}");
            assert_eq!(violations[0].path, format!("/progress/{key}"));
        }
    }

    #[test]
    fn a_value_is_a_violation_whatever_its_key() {
        let payload = json!({"message": "Write to joe@example.com or call 555-123-4567"});
        let kinds: Vec<_> = check_payload(Some(&payload))
            .into_iter()
            .map(|violation| violation.kind)
            .collect();
        assert_eq!(kinds, [EntityKind::Email, EntityKind::Phone]);
    }

    #[test]
    fn progress_without_personal_information_is_compliant() {
        let payload = json!({
            "subject": "Algebra", "score": 92, "streak_days": 14, "badge": "Problem solver", "minutes": 125.5,
            "improved_by": "15%", "week": "2026-03-02", "email_sent": true, "address_count": 2, "school": null,
            "message": "12 of 15 exercises solved, 3 more than last week!",
        });
        assert_eq!(check_payload(Some(&payload)), []);
    }

    #[test]
    fn the_same_kind_in_one_place_is_listed_once() {
        let payload = json!({"note": "joe@example.com, amy@example.com"});
        assert_eq!(check_payload(Some(&payload)).len(), 1);
    }

    #[test]
    fn payloads_are_counted_not_findings() {
        let (bad, good) = (json!({"email": "x", "phone": "y"}), json!({"score": 1}));
        let counted = ComplianceCounts::of([Some(&bad), Some(&good), None]);
        assert_eq!(counted, counts(3, 1));
        assert_eq!(counted.rate(), Some(66.67));
    }

    #[test]
    fn nothing_checked_has_no_rate_and_is_not_below_target() {
        assert_eq!(Compliance::default().overall().rate(), None);
        assert!(!below_target(counts(0, 0)));
    }

    #[test]
    fn exactly_the_target_is_not_below_it() {
        assert!(!below_target(counts(100, 1)));
        assert!(below_target(counts(100, 2)));
        assert_eq!(counts(25_000, 251).rate(), Some(99.0));
        assert!(below_target(counts(25_000, 251)));
    }

    #[test]
    fn kinds_are_pooled_not_averaged() {
        let compliance = Compliance {
            parent_shares: counts(90, 0),
            progress_reels: counts(10, 10),
        };
        assert_eq!(compliance.overall().rate(), Some(90.0));
    }

    proptest! {
        #[test]
        fn one_more_violation_never_raises_the_rate(compliant in 1_u64..500, violating in 0_u64..500) {
            let checked = compliant + violating;
            prop_assert!(counts(checked, violating + 1).rate() <= counts(checked, violating).rate());
        }
    }
}
