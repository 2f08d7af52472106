//! The stages of the tests.

use std::env::current_exe;

use anyhow::Result;

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

fn lints(places: &Places, log: &Log) -> Result<Counts> {
    let arguments = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    log.check(cargo().args(arguments).current_dir(&places.root))
}

/// Without `--no-fail-fast` the first failing crate would hide the others.
fn rust(places: &Places, log: &Log) -> Result<Counts> {
    let arguments = ["test", "--locked", "--workspace", "--no-fail-fast"];
    let (succeeded, output) = log.run(cargo().args(arguments).current_dir(&places.root))?;
    Ok(Counts::of_cargo_test(&output).judged(succeeded))
}

/// The binary that the following stages run. Built as the tests are, since another choice of packages is another
/// choice of features and compiles everything again.
fn engine(places: &Places, log: &Log) -> Result<Counts> {
    let arguments = ["test", "--locked", "--workspace", "--no-run"];
    log.check(cargo().args(arguments).current_dir(&places.root))
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

fn node_tests(places: &Places, log: &Log, folder: &str) -> Result<Counts> {
    let fetched = places.fetched()?;
    let mut node = places.command("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=tap"])
        .current_dir(places.root.join(folder))
        .env("CHROMIUM", fetched.chromium)
        .env("SCHEMATHESIS", fetched.schemathesis);
    let (succeeded, output) = log.run(&mut node)?;
    Ok(Counts::of_tap(&output).judged(succeeded))
}
