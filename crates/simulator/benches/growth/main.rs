//! `cargo xtask bench growth [RUNS [SEED]]`: how often the 95 % interval of K holds the planted K, and how often two
//! samples of the same people are called a change, in 20,000 runs each. Ends with 1 when one misses its bar.

mod runs;
mod worlds;

use std::io::Write as _;
use std::ops::RangeInclusive;
use std::process::ExitCode;

use runs::{Runs, measure};
use worlds::{ENOUGH, TOO_FEW, World};

/// Runs of a world.
const RUNS: u32 = 20_000;

/// Percent of the runs in which the interval must hold the planted K.
const COVERED: RangeInclusive<f64> = 94.0..=96.0;
/// Percent of the runs in which equal people may be called a change.
const CALLED: RangeInclusive<f64> = 4.0..=6.0;
/// Percent of the runs in which an interval of too few people must be said to be rough.
const ROUGH: RangeInclusive<f64> = 75.0..=100.0;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let numbers: Vec<u64> = std::env::args()
        .filter_map(|one| one.parse().ok())
        .collect();
    let runs = numbers.first().map_or(RUNS, |runs| *runs as u32);
    let seed = numbers.get(1).copied().unwrap_or(1);
    line(
        "| people | K | interval holds it, % | lies above it, % | said to be rough, % | change called of equals, % | of twice as many, % | |",
    );
    line("|---|---|---|---|---|---|---|---|");
    let mut met = true;
    for world in &ENOUGH {
        let counts = measure(world.plan, runs, seed);
        let is_met = COVERED.contains(&counts.percent(counts.covered))
            && CALLED.contains(&counts.percent(counts.called))
            && CALLED.contains(&counts.percent(counts.called_of_twice));
        row(world, &counts, is_met);
        met &= is_met;
    }
    for world in &TOO_FEW {
        let counts = measure(world.plan, runs, seed);
        let is_met = ROUGH.contains(&counts.percent(counts.rough));
        row(world, &counts, is_met);
        met &= is_met;
    }
    match met {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn row(world: &World, counts: &Runs, is_met: bool) {
    let percents = [
        counts.covered,
        counts.above,
        counts.rough,
        counts.called,
        counts.called_of_twice,
    ]
    .map(|count| format!("{:.2}", counts.percent(count)));
    let verdict = if is_met { "" } else { "missed" };
    let k = world.plan.truth().k;
    line(&format!(
        "| {} | {k:.3} | {} | {verdict} |",
        world.name,
        percents.join(" | ")
    ));
}

fn line(text: &str) {
    // A reader that went away has seen enough.
    let _ = writeln!(std::io::stdout(), "{text}");
}
