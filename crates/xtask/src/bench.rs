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
const BENCHES: [&str; 4] = ["redirect", "guardrails", "jobs", "recaps"];

/// The bench of the scanner for personal information.
const PII: &str = "pii";

/// Arguments of `cargo xtask bench`.
#[derive(Args)]
pub struct BenchArguments {
    /// What to measure: redirect, guardrails, jobs, recaps, jobs-crash, webhooks, revocations or pii, and the options of each [default: the
    /// first four, as docs/performance.md has them]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench: Vec<String>,
}

/// Builds and measures; the tables go to standard output.
pub fn run(arguments: &BenchArguments) -> Result<()> {
    if let Some((PII, options)) = arguments
        .bench
        .split_first()
        .map(|(first, options)| (first.as_str(), options))
    {
        return measure_pii(options);
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

/// The scanner for personal information needs neither engine nor database.
fn measure_pii(options: &[String]) -> Result<()> {
    let mut bench = cargo();
    bench
        .args(["bench", "--quiet", "--package", "viral-engine-domain"])
        .args(["--bench", PII, "--"])
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
        Some("jobs-crash" | "recaps" | "revocations" | "webhooks") => {}
        _ => {
            bench.arg("--engine").arg(release.join("viral-engine"));
        }
    }
    succeed(&mut bench)
}
