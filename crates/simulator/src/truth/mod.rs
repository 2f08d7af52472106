//! What is true about a world, so that measurements can be scored.
//!
//! It is told from what was planted and from counts of what happened, with formulas of its own: not a line of the
//! guardrails is used, or an error in them would be in the truth as well. Fields are named as in the API's answers.

mod activity;
mod clicks;
mod conversions;
mod coppa;
mod figures;
mod health;
mod opt_outs;
mod retention;
mod window;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use activity::{ActivityTruth, HitCounts, LoopTruth};
pub use clicks::{BotDeviceTruth, BotsTruth, Classification, IpGroupTruth, SuspiciousClicksTruth};
pub use conversions::{ConversionsTruth, RateKind, ReferrerDayTruth, ReferrerRateTruth};
pub use coppa::{CoppaTruth, KindTruth, PayloadKind, ViolationTruth};
pub use health::{AlertType, DeductionsTruth, HealthStatus, HealthTruth};
pub use opt_outs::{ExplicitTruth, OptOutsTruth, StudySessionsTruth, UntouchedTruth};
pub use retention::RetentionTruth;
pub use window::WindowTruth;

use crate::Simulation;

/// Windows that guardrails answer for by default, in days.
const USUAL_WINDOWS: [u32; 2] = [7, 30];

/// What is true about a world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The plan's seed.
    pub seed: u64,
    /// First instant of the world.
    pub from: DateTime<Utc>,
    /// Last instant of the world.
    pub end: DateTime<Utc>,
    /// Users, also those who joined on an invitation.
    pub users: u64,
    /// K that loops were made to have, by loop; this platform is one of many that have it together.
    pub planted_k: BTreeMap<String, f64>,
    /// Everything that happened.
    pub activity: ActivityTruth,
    /// Who came back, by the week of the sign-up.
    pub retention: Vec<RetentionTruth>,
    /// Alerts that are open with the default settings.
    pub alerts: Vec<AlertType>,
    /// What the guardrails answer over the usual windows, and over the whole world.
    pub windows: Vec<WindowTruth>,
}

impl Simulation {
    /// What is true about the world.
    pub fn truth(&self) -> Truth {
        let mut days: Vec<u32> = USUAL_WINDOWS.into_iter().chain([self.plan.days]).collect();
        days.sort_unstable();
        days.dedup();
        Truth {
            seed: self.plan.seed,
            from: self.calendar().start(),
            end: self.plan.end,
            users: self.world.users.len() as u64,
            planted_k: self.plan.planted_k.clone(),
            activity: activity::truth(&self.world, None),
            retention: retention::truth(&self.world, self.plan.end),
            alerts: health::alerts(&self.truth_of_days(7), &self.truth_of_days(30)),
            windows: days
                .into_iter()
                .map(|days| self.truth_of_days(days))
                .collect(),
        }
    }

    /// What the guardrails must answer for the last `days` UTC days up to the world's end.
    pub fn truth_of_days(&self, days: u32) -> WindowTruth {
        window::truth(self, days)
    }
}
