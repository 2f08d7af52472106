//! The binary `viral-engine`: configuration, wiring and subcommands.

pub mod cli;
pub mod commands;
pub mod config;
pub mod database;
pub mod logging;

use anyhow::{Context, Result};

use cli::{Cli, Command};

/// Runs one command to its end.
///
/// # Errors
/// Why it failed; a [`config::ConfigError`] when it did not even begin.
pub fn run(cli: Cli) -> Result<()> {
    // Several threads: migrations block the one they run on.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime could not be started")?;
    runtime.block_on(dispatch(cli))
}

async fn dispatch(cli: Cli) -> Result<()> {
    let sources = cli.sources();
    match cli.command {
        Command::Migrate { direction } => commands::migrate::run(&sources, direction).await,
        Command::CheckConfig { print_example } => {
            commands::check_config::run(&sources, print_example)
        }
    }
}
