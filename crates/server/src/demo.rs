//! Demo data: a made-up platform to look around in.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_service::config::ServiceConfig;
use viral_engine_service::{Context, simulation};
use viral_engine_simulator::{SimulationPlan, simulate};

use crate::commands::simulate::{load, summary};

/// Fills an empty database; one that holds anything is left alone.
///
/// # Errors
/// When the database refuses.
pub async fn fill(context: &Context) -> Result<()> {
    if !simulation::is_empty(context).await? {
        tracing::info!("no demo data was loaded: the database holds data already");
        return Ok(());
    }
    let demo =
        simulate(SimulationPlan::demo(context.now())).context("the demo data could not be made")?;
    load(context, &demo).await?;
    tracing::info!("demo data was loaded: {}", summary(&demo));
    Ok(())
}

/// Lets links lead to the demo's own site where operators have not said where links may lead, so that the demo's
/// links can be followed and new ones minted.
///
/// # Errors
/// When the name of that site is none, which would be a fault of ours.
pub fn allow_target(context: Context) -> Result<Context> {
    if !context.config.targets.is_empty() {
        return Ok(context);
    }
    let config = ServiceConfig {
        targets: TargetPolicy::parse(simulation::TARGET_HOST, Mode::Production)?,
        ..(*context.config).clone()
    };
    Ok(Context {
        config: Arc::new(config),
        ..context
    })
}
