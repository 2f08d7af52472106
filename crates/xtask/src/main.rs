//! `cargo xtask …`: the chores of this repository, in Rust so that they need no shell and run everywhere.

mod frontend;

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
    /// Build the admin app into frontend/dist/.
    Frontend(frontend::FrontendArguments),
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Frontend(arguments) => frontend::run(&arguments),
    }
}
