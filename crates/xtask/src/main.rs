//! `cargo xtask …`: the chores of this repository, in Rust so that they need no shell and run everywhere.

mod bench;
mod env_example;
mod frontend;
mod generated;
mod licences;
mod run;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Chores of the Viral Engine repository.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start the engine with its own PostgreSQL.
    Run(run::RunArguments),
    /// Install what the tests need, run all of them, and end with their figures.
    Test(test::TestArguments),
    /// Measure the release build against baselines in the same run.
    Bench(bench::BenchArguments),
    /// Build the admin app into frontend/dist/.
    Frontend(frontend::FrontendArguments),
    /// Write .env.example from the engine's table of configuration keys.
    EnvExample,
    /// Write crates/db/src/schema.rs from the migrations.
    Schema,
    /// Write docs/data-map.md from the table of what is held.
    DataMap,
    /// Write docs/compliance.md from the table of clauses.
    Compliance,
    /// Write openapi/openapi.json from the handlers.
    Openapi,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Run(arguments) => run::run(&arguments),
        Task::Test(arguments) => test::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Frontend(arguments) => frontend::run(&arguments),
        Task::EnvExample => env_example::run(),
        Task::Schema => generated::schema(),
        Task::DataMap => generated::data_map(),
        Task::Compliance => generated::compliance(),
        Task::Openapi => generated::openapi(),
    }
}
