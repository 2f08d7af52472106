//! Payloads with personal information.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::figures::percent;
use crate::facts;
use crate::facts::{Facts, Leak};
use crate::world::World;

/// Percent of payloads that must be free of personal information.
const TARGET: f64 = 99.0;

/// Payloads with personal information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoppaTruth {
    /// Parent shares.
    pub parent_shares: KindTruth,
    /// Progress reels.
    pub progress_reels: KindTruth,
    /// Percent without, two decimals; null when there is none of either.
    pub overall_compliance_rate: Option<f64>,
    /// The overall rate is below 99 %.
    pub below_target: bool,
    /// Newest first.
    pub violations: Vec<ViolationTruth>,
}

/// Payloads of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindTruth {
    /// Payloads.
    pub total_checked: u64,
    /// Payloads with personal information.
    pub violations_found: u64,
    /// Percent without, two decimals; null when there is none.
    pub compliance_rate: Option<f64>,
}

/// Personal information in a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationTruth {
    /// Kind of payload.
    pub kind: PayloadKind,
    /// JSON pointer of the field.
    pub field_path: String,
    /// What is found there.
    pub entity_type: String,
    /// When the payload was shown; no other has the same time.
    pub at: DateTime<Utc>,
}

/// Kind of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayloadKind {
    /// A parent share.
    ParentShare,
    /// A progress reel.
    ProgressReel,
}

/// Tells which payloads must be found.
pub(super) fn truth(world: &World, facts: &Facts, from: DateTime<Utc>) -> CoppaTruth {
    let leaks: Vec<_> = facts.leaks.iter().filter(|leak| leak.at >= from).collect();
    let found = |kind| leaks.iter().filter(|leak| leak.kind == kind).count() as u64;
    let shares = world
        .parent_shares
        .iter()
        .filter(|share| share.at >= from)
        .count() as u64;
    let reels = world
        .progress_reels
        .iter()
        .filter(|reel| reel.at >= from)
        .count() as u64;
    let shares_found = found(facts::PayloadKind::ParentShare);
    let reels_found = found(facts::PayloadKind::ProgressReel);
    let overall = compliance(shares + reels, shares_found + reels_found);
    let mut violations: Vec<_> = leaks.iter().copied().map(violation).collect();
    violations.sort_by_key(|violation| std::cmp::Reverse(violation.at));
    CoppaTruth {
        parent_shares: kind(shares, shares_found),
        progress_reels: kind(reels, reels_found),
        overall_compliance_rate: overall,
        below_target: overall.is_some_and(|rate| rate < TARGET),
        violations,
    }
}

fn kind(total_checked: u64, violations_found: u64) -> KindTruth {
    KindTruth {
        total_checked,
        violations_found,
        compliance_rate: compliance(total_checked, violations_found),
    }
}

fn compliance(total: u64, violations: u64) -> Option<f64> {
    (total > 0).then(|| percent(total - violations, total))
}

fn violation(leak: &Leak) -> ViolationTruth {
    ViolationTruth {
        kind: match leak.kind {
            facts::PayloadKind::ParentShare => PayloadKind::ParentShare,
            facts::PayloadKind::ProgressReel => PayloadKind::ProgressReel,
        },
        field_path: leak.field_path.to_owned(),
        entity_type: leak.entity_type.to_owned(),
        at: leak.at,
    }
}
