//! `cargo xtask bench`: builds for production, then measures against baselines in the same run.

use anyhow::{Context, Result};
use clap::Args;

use crate::setup;
use crate::shell::{cargo, install_packages, succeed, target_directory, workspace_root};

/// The packages whose release builds take part.
const PACKAGES: [&str; 2] = ["viral-engine-server", "viral-engine-bench"];

/// Folder of what the job engine is compared with.
const PEER: &str = "crates/bench/peer";
/// What is measured unless something is named.
const BENCHES: [&str; 4] = ["redirect", "dashboards", "jobs", "recaps"];

/// Benches of rules, which need neither engine nor database, and their packages.
const OF_RULES: [(&str, &str); 2] = [
    ("growth", "viral-engine-simulator"),
    ("pii", "viral-engine-domain"),
];

/// Arguments of `cargo xtask bench`.
#[derive(Args)]
pub struct BenchArguments {
    /// What to measure: redirect, dashboards, ingest, jobs, recaps, jobs-crash, webhooks, revocations, growth or pii, and the options of
    /// each [default: the first four, as docs/performance.md has them]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench: Vec<String>,
}

/// Builds and measures; the tables go to standard output.
pub fn run(arguments: &BenchArguments) -> Result<()> {
    if let Some((first, options)) = arguments.bench.split_first()
        && let Some(bench) = OF_RULES.iter().find(|(name, _)| name == first)
    {
        return measure_rules(*bench, options);
    }
    setup::require_postgres()?;
    let mut build = cargo();
    build
        .args(["build", "--release"])
        .current_dir(workspace_root()?);
    for package in PACKAGES {
        build.args(["--package", package]);
    }
    succeed(&mut build).context("build for production")?;
    if !arguments.bench.is_empty() {
        return measure(&arguments.bench);
    }
    BENCHES
        .iter()
        .try_for_each(|bench| measure(&[(*bench).to_owned()]))
}

fn measure_rules((name, package): (&str, &str), options: &[String]) -> Result<()> {
    let mut bench = cargo();
    bench
        .args(["bench", "--quiet", "--package", package])
        .args(["--bench", name, "--"])
        .args(options)
        .current_dir(workspace_root()?);
    succeed(&mut bench)
}

fn measure(arguments: &[String]) -> Result<()> {
    let root = workspace_root()?;
    let release = target_directory()?.join("release");
    let mut bench = std::process::Command::new(release.join("viral-engine-bench"));
    bench.args(arguments).current_dir(&root);
    match arguments.first().map(String::as_str) {
        Some("jobs") => {
            let peer = root.join(PEER);
            install_packages(&peer)?;
            bench.arg("--peer").arg(peer);
        }
        Some("dashboards") => {
            let target = target_directory()?.join("duckdb");
            let requirements = root.join("crates/bench/duckdb/requirements.txt");
            let programs = setup::provide_python(&target, &requirements)?;
            bench.arg("--engine").arg(release.join("viral-engine"));
            bench.arg("--python").arg(programs.join("python"));
        }
        Some("jobs-crash" | "recaps" | "revocations" | "webhooks") => {}
        _ => {
            bench.arg("--engine").arg(release.join("viral-engine"));
        }
    }
    succeed(&mut bench)
}
