//! `cargo xtask test`: installs what the tests need, runs all of them, and ends with one line of figures.

mod counts;
mod places;
mod stage;
mod stages;

use std::io::{Write, stdout};
use std::process::exit;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::setup;
use counts::Counts;
use places::Places;
use stages::{STAGES, Stage};

/// Arguments of `cargo xtask test`.
#[derive(Args)]
pub struct TestArguments {
    /// Run these stages only, as they are named in the output.
    #[arg(long, value_delimiter = ',', value_name = "STAGE,…")]
    only: Vec<String>,
}

/// Runs the stages; ends the process with 1 when anything failed.
pub fn run(arguments: &TestArguments) -> Result<()> {
    let stages = chosen(&arguments.only)?;
    let started = Instant::now();
    setup::provide_postgres()?;
    let places = Places::new(stages.iter().any(|stage| stage.needs_fetched))?;
    let total = run_all(&stages, &places);
    eprintln!("all stages took {}", stage::seconds(started.elapsed()));
    let Counts { passed, failed } = total;
    writeln!(stdout(), "{passed} passed, {failed} failed")?;
    if failed > 0 {
        exit(1);
    }
    Ok(())
}

fn run_all(stages: &[&Stage], places: &Places) -> Counts {
    let run = |stage: &Stage| {
        stage::run(&places.logs(), stage.name, |log| {
            (stage.action)(places, log)
        })
    };
    thread::scope(|scope| {
        let mut total = Counts::default();
        let mut beside = Vec::new();
        for &stage in stages {
            if stage.is_beside {
                beside.push(scope.spawn(move || run(stage)));
                continue;
            }
            if stage.needs_fetched {
                total += ended(&mut beside);
            }
            total += run(stage);
        }
        total += ended(&mut beside);
        total
    })
}

/// Waits for stages that run beside others. One that panicked, which its thread has told, is one failure.
fn ended(stages: &mut Vec<ScopedJoinHandle<'_, Counts>>) -> Counts {
    let mut total = Counts::default();
    for stage in stages.drain(..) {
        total += stage.join().unwrap_or_else(|_| Counts::one(false));
    }
    total
}

fn chosen(only: &[String]) -> Result<Vec<&'static Stage>> {
    let known = |name: &String| STAGES.iter().any(|stage| stage.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        bail!(
            "There is no stage {unknown}; there are {}.",
            names.join(", ")
        );
    }
    let wanted = |stage: &&Stage| only.is_empty() || only.iter().any(|name| name == stage.name);
    Ok(STAGES.iter().filter(wanted).collect())
}
