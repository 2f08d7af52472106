//! What a report is computed from: counts of its period and of the one before, and nothing that can change later.

use crate::growth::{Change, GrowthCounts, KSums};
use crate::statistics::percent;

/// Counts and judgements of one period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PeriodFigures {
    /// Invitations, clicks, conversions and who invited.
    pub growth: GrowthCounts,
    /// What each person brought, to tell a change of K from chance; `None` where it was not kept.
    pub sums: Option<KSums>,
    /// Links minted in the period.
    pub links_created: u64,
    /// Of those, the ones that a person clicked before its end.
    pub links_clicked: u64,
}

/// One loop or other source of links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopFigures {
    /// Loop id or slug; empty for what came without a link.
    pub source: String,
    /// Its counts.
    pub growth: GrowthCounts,
}

/// Everything that a report's sentences rest on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportFigures {
    /// The period.
    pub current: PeriodFigures,
    /// The period before.
    pub previous: PeriodFigures,
    /// By source, in the order shown.
    pub loops: Vec<LoopFigures>,
    /// Who brought most conversions, as shown, and how many; `None` when nobody brought any.
    pub best_referrer: Option<(String, u64)>,
    /// Health score at the end of the period, 0 to 100.
    pub health_score: f64,
    /// Percent of payloads without personal information; `None` when none was checked.
    pub compliance_rate: Option<f64>,
    /// Networks and devices that the guardrails flag in the period.
    pub fraud_flags: u64,
    /// Alerts that were opened in the period.
    pub alerts_opened: u64,
}

impl PeriodFigures {
    /// Percent of the links of the period that a person clicked, two decimals; 0 without links.
    #[must_use]
    pub fn click_through_rate(&self) -> f64 {
        percent(self.links_clicked, self.links_created)
    }
}

impl ReportFigures {
    /// How K changed.
    #[must_use]
    pub fn k_change(&self) -> Change {
        let k = |period: &PeriodFigures| period.growth.exact_k_factor();
        Change::between(k(&self.previous), k(&self.current))
    }

    /// How the rate of conversions to clicks changed.
    #[must_use]
    pub fn conversion_change(&self) -> Change {
        let rate = |period: &PeriodFigures| period.growth.exact_conversion_rate();
        Change::between(rate(&self.previous), rate(&self.current))
    }

    /// Whether anything happened in the period.
    #[must_use]
    pub fn has_data(&self) -> bool {
        let period = &self.current;
        period.growth != GrowthCounts::default() || period.links_created > 0
    }

    /// Loops that invited, the highest K first; as many as there are with the same K stay in the order shown.
    #[must_use]
    pub fn loops_by_k(&self) -> Vec<&LoopFigures> {
        let mut loops: Vec<_> = self
            .loops
            .iter()
            .filter(|figures| !figures.source.is_empty() && figures.growth.invites > 0)
            .collect();
        loops.sort_by(|a, b| b.growth.k_factor().total_cmp(&a.growth.k_factor()));
        loops
    }
}
