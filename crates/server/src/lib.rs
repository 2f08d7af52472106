//! The binary `viral-engine`: configuration, wiring and subcommands.

pub mod background;
pub mod cli;
pub mod commands;
pub mod config;
pub mod database;
pub mod demo;
pub mod listener;
pub mod logging;
pub mod signals;
mod traces;
pub mod wiring;

use anyhow::{Context, Result};

use cli::{ApiKeyAction, AuditAction, Cli, Command, ImportSource};
use viral_engine_api_types::api_keys::CreateApiKey;

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
    let done = runtime.block_on(dispatch(cli));
    traces::finish();
    done
}

async fn dispatch(cli: Cli) -> Result<()> {
    let sources = cli.sources();
    match cli.command {
        Command::Serve { demo, .. } => commands::serve::run(&sources, demo).await,
        Command::Worker => commands::worker::run(&sources).await,
        Command::Simulate(arguments) => commands::simulate::run(&sources, arguments).await,
        Command::Score(arguments) => commands::score::run(&sources, arguments).await,
        Command::Import {
            source: ImportSource::AccessLog { file, link },
        } => commands::import::access_log(&sources, &file, &link).await,
        Command::Import {
            source: ImportSource::Events { file, format },
        } => commands::import::events(&sources, &file, format).await,
        Command::Report(arguments) => commands::report::run(&sources, arguments).await,
        Command::Migrate { direction, yes } => {
            commands::migrate::run(&sources, direction, yes).await
        }
        Command::ApiKey {
            action:
                ApiKeyAction::Create {
                    name,
                    scopes,
                    expires_in_days,
                },
        } => {
            let body = CreateApiKey {
                name,
                scopes,
                expires_in_days,
            };
            commands::api_key::create(&sources, body).await
        }
        Command::Audit { action } => match action {
            AuditAction::Verify(arguments) => commands::audit::verify(&sources, arguments).await,
            AuditAction::Export { from_seq, output } => {
                commands::audit::export(&sources, from_seq, &output).await
            }
            AuditAction::Head { output } => commands::audit::head(&sources, &output).await,
            AuditAction::PublicKey => commands::audit::public_key(&sources),
        },
        Command::CreateAdmin { email, name } => {
            commands::create_admin::run(&sources, &email, name.as_deref()).await
        }
        Command::Openapi => commands::openapi::run(),
        Command::CheckConfig { print_example } => {
            commands::check_config::run(&sources, print_example)
        }
    }
}
