//! `cargo xtask run`: from a fresh clone to a running engine.
//!
//! Builds the admin app and the server, and starts the server with its own PostgreSQL. The server is built as
//! the tests build it (dependencies optimised, own code not), because building everything a second time for
//! release doubles the wait for the first look; `--release` does that.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::shell::{cargo, succeed, target_directory, workspace_root};
use crate::{frontend, setup};

/// Hosts that links may lead to unless configured: reserved names, so that trying out harms nobody.
const TRY_OUT_HOSTS: &str = "learn.example.org,*.example.org,*.example.com";

/// Arguments of `cargo xtask run`.
#[derive(Args)]
pub struct RunArguments {
    /// Fill an empty database with demo data without asking.
    #[arg(long)]
    demo: bool,
    /// Build the server for production: faster, and a longer wait.
    #[arg(long)]
    release: bool,
    /// Folder of the engine's data [default: data, or /var/lib/viral-engine for root in a private folder]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Further options of `viral-engine serve`, such as `--bind 127.0.0.1:9000`.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Builds what is not up to date and becomes the engine. Returns only when that fails.
pub fn run(arguments: &RunArguments) -> Result<()> {
    let root = workspace_root()?;
    setup::require_postgres()?;
    let data_dir = match &arguments.data_dir {
        Some(folder) => folder.clone(),
        None => default_data_dir(&root),
    };
    let demo = arguments.demo || offer_demo(&data_dir)?;
    step("building the admin app");
    frontend::build_if_changed()?;
    step("building the engine");
    let engine = build(arguments.release)?;

    let mut serve = Command::new(engine);
    serve
        .arg("serve")
        .arg("--data-dir")
        .arg(&data_dir)
        .current_dir(&root);
    if demo {
        serve.arg("--demo");
    }
    if !is_configured(&root, "LINK_TARGET_HOSTS") {
        serve.env("LINK_TARGET_HOSTS", TRY_OUT_HOSTS);
    }
    serve.args(&arguments.serve);
    // The engine takes this process's place: signals and exit code are its own.
    Err(serve.exec()).context("start the engine")
}

/// `data` in the repository, as the engine itself has it. PostgreSQL refuses to run as root, so for root it runs
/// as another user, who can not reach a repository below /root.
fn default_data_dir(root: &Path) -> PathBuf {
    let closed = |folder: &Path| {
        let mode = folder
            .metadata()
            .map_or(0, |folder| folder.permissions().mode());
        mode & 0o001 == 0
    };
    if setup::is_root() && root.ancestors().any(closed) {
        step(
            "keeping the data in /var/lib/viral-engine, since PostgreSQL's user can not reach this folder",
        );
        return PathBuf::from("/var/lib/viral-engine");
    }
    root.join("data")
}

fn build(release: bool) -> Result<PathBuf> {
    let mut build = cargo();
    build
        .args(["build", "--package", "viral-engine-server"])
        .current_dir(workspace_root()?);
    if release {
        build.arg("--release");
    }
    succeed(&mut build).context("build the engine")?;
    let profile = if release { "release" } else { "debug" };
    Ok(target_directory()?.join(profile).join("viral-engine"))
}

/// Asks on a terminal whether a new installation shall have demo data; elsewhere the answer is no.
fn offer_demo(data_dir: &Path) -> Result<bool> {
    if data_dir.exists() || !stdin().is_terminal() || !stderr().is_terminal() {
        return Ok(false);
    }
    eprint!("This is the first start. Fill the engine with demo data? [Y/n] ");
    stderr().flush()?;
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(!answer.trim().to_lowercase().starts_with('n'))
}

fn is_configured(root: &Path, key: &str) -> bool {
    let dotenv = std::fs::read_to_string(root.join(".env")).unwrap_or_default();
    let assigned = dotenv
        .lines()
        .any(|line| line.trim_start().starts_with(&format!("{key}=")));
    assigned || std::env::var_os(key).is_some() || std::env::var_os("CONFIG_FILE").is_some()
}

fn step(what: &str) {
    eprintln!("• {what}");
}
