//! `viral-engine simulate`

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, SubsecRound, Utc};
use viral_engine_service::{Context, events, simulation};
use viral_engine_simulator::{Simulation, SimulationPlan, simulate};

use super::{answer, explained, with_context};
use crate::cli::SimulateArguments;
use crate::config::Sources;

/// Makes a platform up, says what is true about it, and loads it.
pub(crate) async fn run(sources: &Sources, arguments: SimulateArguments) -> Result<()> {
    let now = Utc::now().trunc_subsecs(6);
    let simulation =
        simulate(plan(&arguments, now)?).context("the platform could not be simulated")?;
    // Before anything is loaded: a file that can not be written is noticed while nothing has happened.
    if let Some(target) = &arguments.truth {
        write_truth(&simulation, target)?;
    }
    if arguments.dry_run {
        return Ok(());
    }
    let begun = Instant::now();
    let force = arguments.force_into_existing;
    with_context(sources, async |_, context| {
        if !force && !simulation::is_empty(context).await? {
            bail!(
                "the database holds users, links or events already, and made-up ones could never be told from them: \
                 use an empty database, or --force-into-existing"
            );
        }
        load(context, &simulation).await
    })
    .await?;
    let seconds = begun.elapsed().as_secs_f64();
    match arguments.truth.as_deref() {
        // Standard output is the truth's.
        Some(target) if target == Path::new("-") => Ok(()),
        _ => answer(format!(
            "{} loaded in {seconds:.1} s\n",
            summary(&simulation)
        )),
    }
}

/// Loads a platform with a writer of events of its own.
///
/// # Errors
/// When the database refuses, or the platform is there already.
pub(crate) async fn load(context: &Context, simulation: &Simulation) -> Result<()> {
    let ingest = events::start_ingest(context)?;
    let loaded = simulation::load(context, &ingest, simulation).await;
    ingest.shutdown().await;
    loaded
        .map_err(explained)
        .context("the simulated platform could not be loaded")
}

fn plan(arguments: &SimulateArguments, now: DateTime<Utc>) -> Result<SimulationPlan> {
    let end = arguments.end.unwrap_or(now);
    if end > now {
        bail!("--end lies in the future, where nothing can have happened");
    }
    let mut plan = SimulationPlan::new(arguments.seed, arguments.users, arguments.days, end);
    let planted = &mut plan.planted;
    for (given, field) in [
        (arguments.farms, &mut planted.farms),
        (arguments.bots, &mut planted.bots),
        (arguments.schools, &mut planted.schools),
        (arguments.anomalies, &mut planted.anomalies),
        (arguments.leaks, &mut planted.leaks),
        (arguments.near_misses, &mut planted.near_misses),
    ] {
        *field = given.unwrap_or(*field);
    }
    plan.links_per_user = arguments.links_per_user.unwrap_or(plan.links_per_user);
    plan.crawlers_per_link = arguments
        .crawlers_per_link
        .unwrap_or(plan.crawlers_per_link);
    if arguments.k.is_empty() {
        return Ok(plan);
    }
    let targets = arguments.k.iter().cloned().collect();
    plan.with_k(&targets).context("--k")
}

fn write_truth(simulation: &Simulation, target: &Path) -> Result<()> {
    let mut text = serde_json::to_string_pretty(&simulation.truth())?;
    text.push('\n');
    if target == Path::new("-") {
        return answer(&text);
    }
    std::fs::write(target, text)
        .with_context(|| format!("{} could not be written", target.display()))
}

/// What a platform holds, in words.
pub(crate) fn summary(simulation: &Simulation) -> String {
    let world = &simulation.world;
    let inputs = world.parent_shares.len()
        + world.progress_reels.len()
        + world.study_sessions.len()
        + world.opt_outs.len();
    format!(
        "{} users, {} links, {} hits, {} events, {} activities and {inputs} inputs of {} days",
        world.users.len(),
        world.links.len(),
        world.hits.len(),
        world.events.len(),
        world.activities.len(),
        simulation.plan.days,
    )
}
