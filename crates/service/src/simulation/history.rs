//! What operators would have seen while it happened: health scores and alerts, computed at past instants.

use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_simulator::Simulation;

use crate::context::Context;
use crate::error::ServiceResult;
use crate::guardrails::tick;

/// Between two looks back.
const EVERY: TimeDelta = TimeDelta::hours(6);

/// Evaluates alerts and stores the health score every six hours of the world, up to its end.
pub(super) async fn look_back(context: &Context, simulation: &Simulation) -> ServiceResult<()> {
    for at in instants(simulation) {
        tick(&context.at(at)).await?;
    }
    Ok(())
}

/// From a week after the beginning, when windows of a week are full, to the end.
fn instants(simulation: &Simulation) -> Vec<DateTime<Utc>> {
    let end = simulation.plan.end;
    let days = i64::from(simulation.plan.days);
    let first = end - TimeDelta::days((days - 7).max(1));
    let mut instants: Vec<_> = std::iter::successors(Some(end), |&at| Some(at - EVERY))
        .take_while(|&at| at >= first)
        .collect();
    instants.reverse();
    instants
}
