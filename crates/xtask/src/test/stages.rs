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
    pub needs_browser: bool,
    pub action: fn(&Places, &Log) -> Result<Counts>,
}

impl Stage {
    const fn new(name: &'static str, action: fn(&Places, &Log) -> Result<Counts>) -> Self {
        Self {
            name,
            needs_browser: false,
            action,
        }
    }
}

/// All stages: those that find common mistakes quickly come first.
pub static STAGES: [Stage; 7] = [
    Stage::new("format", format),
    Stage::new("licences", check_licences),
    Stage::new("lints", lints),
    Stage::new("rust", rust),
    Stage::new("engine", engine),
    Stage::new("app", app),
    Stage {
        needs_browser: true,
        ..Stage::new("browser", browser)
    },
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

/// The binary that the following stages run.
fn engine(places: &Places, log: &Log) -> Result<Counts> {
    let arguments = ["build", "--locked", "--package", "viral-engine-server"];
    log.check(cargo().args(arguments).current_dir(&places.root))
}

/// The optimised app, within its size budget.
fn app(places: &Places, log: &Log) -> Result<Counts> {
    log.check(places.command(current_exe()?).arg("frontend"))
}

fn browser(places: &Places, log: &Log) -> Result<Counts> {
    let chromium = places.browser()?;
    let mut node = places.command("node");
    node.args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=tap",
        "tests/browser/",
    ])
    .env("CHROMIUM", chromium);
    let (succeeded, output) = log.run(&mut node)?;
    Ok(Counts::of_tap(&output).judged(succeeded))
}
