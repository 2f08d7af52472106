//! The stages of the tests.

use std::env::current_exe;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::counts::Counts;
use super::places::Places;
use super::stage::Log;
use crate::licences;
use crate::shell::cargo;

/// One stage.
pub struct Stage {
    pub name: &'static str,
    /// Whether it needs more than Rust and PostgreSQL.
    pub needs_fetched: bool,
    /// Whether it runs beside the stages that follow, up to the first that needs what is fetched.
    pub is_beside: bool,
    pub action: fn(&Places, &Log) -> Result<Counts>,
}

impl Stage {
    const fn new(name: &'static str, action: fn(&Places, &Log) -> Result<Counts>) -> Self {
        Self {
            name,
            needs_fetched: false,
            is_beside: false,
            action,
        }
    }

    /// A stage that leaves most processors idle most of the time.
    const fn beside(name: &'static str, action: fn(&Places, &Log) -> Result<Counts>) -> Self {
        Self {
            is_beside: true,
            ..Self::new(name, action)
        }
    }

    /// A stage that runs programs which are fetched first.
    const fn fetched(name: &'static str, action: fn(&Places, &Log) -> Result<Counts>) -> Self {
        Self {
            needs_fetched: true,
            ..Self::new(name, action)
        }
    }
}

/// All stages: those that find common mistakes quickly come first.
pub static STAGES: [Stage; 9] = [
    Stage::new("format", format),
    Stage::new("licences", check_licences),
    Stage::new("lints", lints),
    Stage::beside("app", app),
    Stage::new("rust", rust),
    Stage::new("engine", engine),
    Stage::fetched("set-up", set_up),
    Stage::fetched("contract", contract),
    Stage::fetched("browser", browser),
];

fn format(places: &Places, log: &Log) -> Result<Counts> {
    log.check(
        cargo()
            .args(["fmt", "--all", "--check"])
            .current_dir(&places.root),
    )
}

fn check_licences(_: &Places, _: &Log) -> Result<Counts> {
    licences::check()?;
    Ok(Counts::one(true))
}

/// Everything is built here, with the lints on.
fn lints(places: &Places, log: &Log) -> Result<Counts> {
    log.check(linting_test(places)?.args(["--all-targets", "--no-run"]))
}

/// Without `--no-fail-fast` the first failing crate would hide the others.
fn rust(places: &Places, log: &Log) -> Result<Counts> {
    let (succeeded, output) = log.run(linting_test(places)?.arg("--no-fail-fast"))?;
    Ok(Counts::of_cargo_test(&output).judged(succeeded))
}

/// The binary that the following stages run. Built as the tests are, since another choice of packages is another
/// choice of features and compiles everything again.
fn engine(places: &Places, log: &Log) -> Result<Counts> {
    log.check(linting_test(places)?.arg("--no-run"))
}

/// `cargo test` of the workspace that compiles our own crates as `cargo clippy` does, where every warning is an error: one
/// pass makes code and lints, and nothing is compiled once to be linted and once more to be tested.
fn linting_test(places: &Places) -> Result<Command> {
    let mut cargo = cargo();
    cargo
        .args(["test", "--locked", "--workspace"])
        .env("RUSTC_WORKSPACE_WRAPPER", clippy_driver()?)
        .env(
            "CLIPPY_ARGS",
            "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
        )
        .current_dir(&places.root);
    Ok(cargo)
}

/// The compiler with clippy's lints, which lies beside cargo.
fn clippy_driver() -> Result<PathBuf> {
    let cargo = PathBuf::from(cargo().get_program());
    let driver = cargo.with_file_name("clippy-driver");
    match driver.exists() || cargo.parent() == Some(Path::new("")) {
        true => Ok(driver),
        false => bail!(
            "Install clippy (`rustup component add clippy`): {} is missing.",
            driver.display()
        ),
    }
}

/// The optimised app, within its size budget.
fn app(places: &Places, log: &Log) -> Result<Counts> {
    log.check(places.command(current_exe()?).arg("frontend"))
}

/// Downloads went on since the start; here their end is awaited.
fn set_up(places: &Places, _: &Log) -> Result<Counts> {
    places.fetched().map(|_| Counts::one(true))
}

fn contract(places: &Places, log: &Log) -> Result<Counts> {
    node_tests(places, log, "tests/contract")
}

fn browser(places: &Places, log: &Log) -> Result<Counts> {
    node_tests(places, log, "tests/browser")
}

/// A file that waits for what never comes is a failure, and not a run without an end. The longest takes a few minutes.
const FILE_TIMEOUT: &str = "--test-timeout=1200000";

fn node_tests(places: &Places, log: &Log, folder: &str) -> Result<Counts> {
    let fetched = places.fetched()?;
    let mut node = places.command("node");
    node.args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=tap",
        FILE_TIMEOUT,
    ])
    .current_dir(places.root.join(folder))
    .env("CHROMIUM", fetched.chromium)
    .env("SCHEMATHESIS", fetched.schemathesis);
    let (succeeded, output) = log.run(&mut node)?;
    Ok(Counts::of_tap(&output).judged(succeeded))
}
