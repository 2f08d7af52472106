//! Simulated platforms with known truth.
//!
//! From a plan and a seed comes a [`World`]: people, links, hits, events and inputs as a platform and its visitors
//! would have sent them, with frauds, accidents and near misses planted in it. Beside it stands the [`Truth`]: what
//! was planted, so that every guardrail can be scored by somebody else's figures than its own.
//!
//! Pure: no I/O, no clock; the same plan makes the same world, byte for byte. An area (families, links, farms …)
//! draws from a stream of its own, so what is added later does not change what is there.

mod activities;
mod addresses;
mod agents;
mod builder;
mod calendar;
mod conversions;
mod dice;
mod facts;
mod inputs;
mod inviters;
mod limits;
mod machines;
mod names;
mod payloads;
mod plan;
mod planted;
mod planted_k;
mod population;
mod regions;
mod sharing;
mod traffic;
mod truth;
mod verify;
mod world;

pub use inviters::{Brought, InviterPlan, InviterTruth, Inviters, Invites, Persuasion};
pub use plan::{
    DAYS_MAX, InputPlan, LoopPlan, PLANTED_MAX, PlanError, PlantedPlan, RetentionCurve,
    RetentionPlan, SimulationPlan, USERS_MAX, USERS_MIN,
};
pub use truth::*;
pub use verify::Unplanted;
pub use world::*;

use chrono::SubsecRound;

use builder::Builder;
use calendar::Calendar;
use facts::Facts;

/// A simulated platform, and what is known about it.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// What was asked for.
    pub plan: SimulationPlan,
    /// What happened.
    pub world: World,
    facts: Facts,
}

/// Why there is no simulation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The plan can not be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The world holds something that was not planted: a fault of the generator.
    #[error(transparent)]
    Unplanted(#[from] Unplanted),
}

/// Simulates a platform.
///
/// # Errors
/// When the plan is out of range. The world is counted before it is handed out: should anything in it stand out
/// that was not planted, there is none.
pub fn simulate(mut plan: SimulationPlan) -> Result<Simulation, SimulationError> {
    plan.check()?;
    // PostgreSQL keeps microseconds.
    plan.end = plan.end.trunc_subsecs(6);
    let mut builder = Builder::new(&plan);
    let mut shared = sharing::share(&mut builder);
    let followed = traffic::follow(&mut builder, &shared);
    machines::visit(&mut builder, &shared);
    conversions::convert(&mut builder, &mut shared, &followed);
    inputs::add(&mut builder);
    planted::plant(&mut builder, &shared);
    inputs::leak(&mut builder);
    activities::live(&mut builder);
    let (world, facts) = builder.finish();
    verify::verify(&world, &facts)?;
    Ok(Simulation { plan, world, facts })
}

impl Simulation {
    fn calendar(&self) -> Calendar {
        Calendar::new(self.plan.days, self.plan.end)
    }
}
