//! What the guardrails must answer for a window of whole UTC days up to the world's end.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::health::Parts;
use super::{
    ActivityTruth, BotsTruth, ConversionsTruth, CoppaTruth, HealthTruth, OptOutsTruth,
    SuspiciousClicksTruth, activity, clicks, conversions, coppa, health, opt_outs,
};
use crate::Simulation;
use crate::calendar::Calendar;

/// What the guardrails must answer for a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowTruth {
    /// Length in UTC days, the last one included.
    pub days: u32,
    /// First instant.
    pub from: DateTime<Utc>,
    /// Last instant.
    pub to: DateTime<Utc>,
    /// How much happened.
    pub activity: ActivityTruth,
    /// Addresses that stand out.
    pub suspicious_clicks: SuspiciousClicksTruth,
    /// Devices that stand out.
    pub bots: BotsTruth,
    /// Opt-outs.
    pub opt_outs: OptOutsTruth,
    /// Payloads with personal information.
    pub coppa: CoppaTruth,
    /// Referrers that stand out.
    pub conversion_anomalies: ConversionsTruth,
    /// The score over this window.
    pub health: HealthTruth,
}

/// Tells the truth about the last `days` days.
pub(super) fn truth(simulation: &Simulation, days: u32) -> WindowTruth {
    let (world, facts) = (&simulation.world, &simulation.facts);
    let from = Calendar::new(days, simulation.plan.end).start();
    let activity = activity::truth(world, Some(from));
    let suspicious_clicks = clicks::suspicious(facts, from, &activity);
    let bots = clicks::bots(facts, from);
    let opt_outs = opt_outs::truth(world, from);
    let coppa = coppa::truth(world, facts, from);
    let conversion_anomalies = conversions::truth(world, facts, from);
    let parts = Parts {
        clicks: &suspicious_clicks,
        bots: &bots,
        opt_outs: &opt_outs,
        coppa: &coppa,
    };
    WindowTruth {
        days,
        from,
        to: simulation.plan.end,
        health: health::health(&parts),
        activity,
        suspicious_clicks,
        bots,
        opt_outs,
        coppa,
        conversion_anomalies,
    }
}
