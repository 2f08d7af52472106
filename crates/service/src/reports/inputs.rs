//! What a report was computed from, as it is kept.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use viral_engine_domain::growth::{GrowthCounts, KSums};
use viral_engine_domain::reports::{LoopFigures, PeriodFigures, ReportFigures};

use crate::error::{ServiceError, ServiceResult};

/// How reports are computed; grows when the same events would give other figures.
pub(super) const MODEL: u32 = 2;

/// Everything a report says follows from this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ReportInputs {
    /// How it was computed, see [`MODEL`].
    pub model: u32,
    /// First instant of the period.
    pub from: DateTime<Utc>,
    /// End of the period, not included.
    pub to: DateTime<Utc>,
    /// `events` or `links`.
    pub invites_are: String,
    pub current: PeriodInputs,
    pub previous: PeriodInputs,
    pub loops: BTreeMap<String, CountInputs>,
    pub top_referrers: Vec<ReferrerInputs>,
    pub health_score: f64,
    pub compliance_rate: Option<f64>,
    pub fraud_flags: u64,
    pub alerts: BTreeMap<String, u64>,
    /// Settings of the guardrails that were in force.
    pub thresholds: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PeriodInputs {
    #[serde(flatten)]
    pub growth: CountInputs,
    /// Since model 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<PeopleInputs>,
    pub links_created: u64,
    pub links_clicked: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CountInputs {
    pub active_users: u64,
    pub invites: u64,
    pub clicks: u64,
    pub conversions: u64,
}

/// What each person brought, as the sums that tell a change of K from chance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PeopleInputs {
    pub inviters: u64,
    pub people: u64,
    pub conversions: u64,
    pub conversions_of_inviters: u64,
    pub squares: u64,
    pub squares_of_inviters: u64,
    pub cubes: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ReferrerInputs {
    /// The platform's id, or a pseudonym.
    pub referrer: String,
    pub invites: u64,
    pub clicks: u64,
    pub conversions: u64,
}

impl ReportInputs {
    /// Reads what is kept of a report.
    pub(super) fn read(kept: Value) -> ServiceResult<Self> {
        serde_json::from_value(kept)
            .map_err(|error| ServiceError::Internal(format!("inputs of a report: {error}")))
    }

    /// As it is kept.
    pub(super) fn write(&self) -> ServiceResult<Value> {
        serde_json::to_value(self)
            .map_err(|error| ServiceError::Internal(format!("inputs of a report: {error}")))
    }

    /// As the rules take it.
    pub(super) fn figures(&self) -> ReportFigures {
        let best = self.top_referrers.first();
        ReportFigures {
            current: self.current.into(),
            previous: self.previous.into(),
            loops: self
                .loops
                .iter()
                .map(|(source, counts)| LoopFigures {
                    source: source.clone(),
                    growth: (*counts).into(),
                })
                .collect(),
            best_referrer: best
                .filter(|best| best.conversions > 0)
                .map(|best| (best.referrer.clone(), best.conversions)),
            health_score: self.health_score,
            compliance_rate: self.compliance_rate,
            fraud_flags: self.fraud_flags,
            alerts_opened: self.alerts.values().sum(),
        }
    }
}

impl From<PeriodFigures> for PeriodInputs {
    fn from(figures: PeriodFigures) -> Self {
        Self {
            growth: figures.growth.into(),
            people: figures.sums.map(PeopleInputs::from),
            links_created: figures.links_created,
            links_clicked: figures.links_clicked,
        }
    }
}

impl From<PeriodInputs> for PeriodFigures {
    fn from(inputs: PeriodInputs) -> Self {
        Self {
            growth: inputs.growth.into(),
            sums: inputs.people.map(KSums::from),
            links_created: inputs.links_created,
            links_clicked: inputs.links_clicked,
        }
    }
}

impl From<GrowthCounts> for CountInputs {
    fn from(counts: GrowthCounts) -> Self {
        let GrowthCounts {
            active_users,
            invites,
            clicks,
            conversions,
        } = counts;
        Self {
            active_users,
            invites,
            clicks,
            conversions,
        }
    }
}

impl From<CountInputs> for GrowthCounts {
    fn from(inputs: CountInputs) -> Self {
        let CountInputs {
            active_users,
            invites,
            clicks,
            conversions,
        } = inputs;
        Self {
            active_users,
            invites,
            clicks,
            conversions,
        }
    }
}

impl From<KSums> for PeopleInputs {
    fn from(sums: KSums) -> Self {
        let KSums {
            inviters,
            people,
            conversions,
            conversions_of_inviters,
            squares,
            squares_of_inviters,
            cubes,
        } = sums;
        Self {
            inviters,
            people,
            conversions,
            conversions_of_inviters,
            squares,
            squares_of_inviters,
            cubes,
        }
    }
}

impl From<PeopleInputs> for KSums {
    fn from(inputs: PeopleInputs) -> Self {
        let PeopleInputs {
            inviters,
            people,
            conversions,
            conversions_of_inviters,
            squares,
            squares_of_inviters,
            cubes,
        } = inputs;
        Self {
            inviters,
            people,
            conversions,
            conversions_of_inviters,
            squares,
            squares_of_inviters,
            cubes,
        }
    }
}
