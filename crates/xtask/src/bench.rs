//! `cargo xtask bench`: builds for production, then measures against baselines in the same run.

use anyhow::{Context, Result};
use clap::Args;

use crate::setup;
use crate::shell::{cargo, succeed, target_directory, workspace_root};

/// The packages whose release builds take part.
const PACKAGES: [&str; 2] = ["viral-engine-server", "viral-engine-bench"];

/// Arguments of `cargo xtask bench`.
#[derive(Args)]
pub struct BenchArguments {
    /// What to measure: redirect, guardrails, and the options of each [default: both, as docs/performance.md has them]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench: Vec<String>,
}

/// Builds and measures; the tables go to standard output.
pub fn run(arguments: &BenchArguments) -> Result<()> {
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
    ["redirect", "guardrails"]
        .iter()
        .try_for_each(|bench| measure(&[(*bench).to_owned()]))
}

fn measure(arguments: &[String]) -> Result<()> {
    let release = target_directory()?.join("release");
    let mut bench = std::process::Command::new(release.join("viral-engine-bench"));
    bench
        .args(arguments)
        .arg("--engine")
        .arg(release.join("viral-engine"))
        .current_dir(workspace_root()?);
    succeed(&mut bench)
}
