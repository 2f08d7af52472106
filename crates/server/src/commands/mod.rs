//! The subcommands, a file each.

pub mod api_key;
pub mod audit;
pub mod check_config;
pub mod create_admin;
pub mod import;
pub mod migrate;
pub mod openapi;
pub mod report;
pub mod score;
pub mod serve;
pub mod simulate;
pub mod worker;

use std::io::{Write, stdout};

use anyhow::{Context as _, Result};
use thiserror::Error;
use viral_engine_service::users::{KeyFault, check_personal_data_key};
use viral_engine_service::{Context, ServiceError};

use crate::config::{Config, ConfigError, NewSecrets, Sources};
use crate::database::OpenDatabase;
use crate::{listener, logging, wiring};

/// Loads the configuration of a command that does something, and starts logging.
fn start(sources: &Sources) -> Result<Config> {
    let (config, _) = Config::load(sources, NewSecrets::Keep)?;
    logging::init(config.logs, config.traces.as_ref())?;
    Ok(config)
}

/// As [`start`], for a command that works on what is there: a misspelt data folder is told, and nothing is made in it.
fn start_existing(sources: &Sources) -> Result<Config> {
    let (config, _) = Config::load(sources, NewSecrets::Forget)?;
    config.require_installation()?;
    start(sources)
}

/// Does one piece of work on a migrated database, also beside a running `serve`.
async fn with_context<T>(
    sources: &Sources,
    work: impl AsyncFnOnce(&Config, &Context) -> Result<T>,
) -> Result<T> {
    with_any_key(sources, async |config, context| {
        require_known_key(context).await?;
        work(config, context).await
    })
    .await
}

/// The same for what needs nothing that the key of personal data opens, such as the audit trail.
async fn with_any_key<T>(
    sources: &Sources,
    work: impl AsyncFnOnce(&Config, &Context) -> Result<T>,
) -> Result<T> {
    let config = start_existing(sources)?;
    let database = OpenDatabase::open(&config).await?;
    let result = on_database(&config, &database, work).await;
    database.close().await?;
    result
}

async fn on_database<T>(
    config: &Config,
    database: &OpenDatabase,
    work: impl AsyncFnOnce(&Config, &Context) -> Result<T>,
) -> Result<T> {
    database.migrate().await?;
    let public_url = config.engine.public_url.clone();
    let public_url = public_url.unwrap_or_else(|| listener::local_url(config.engine.bind));
    work(config, &wiring::context(config, database, public_url)?).await
}

/// Refuses to work with a key of personal data that what is stored was not made with: nothing could be read, and what would
/// be written could not be read with the right one.
async fn require_known_key(context: &Context) -> Result<()> {
    match check_personal_data_key(context).await {
        Ok(()) => Ok(()),
        Err(KeyFault::Service(error)) => {
            Err(error).context("it could not be found out which PERSONAL_DATA_KEY is the right one")
        }
        Err(fault) => Err(ConfigError::of_stored(fault).into()),
    }
}

/// What a command was told can not be done.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Misused(String);

/// A use case's refusal in one sentence; the fields at fault are named.
fn explained(error: ServiceError) -> anyhow::Error {
    match error {
        ServiceError::Invalid(fields) => {
            let reasons: Vec<String> = fields
                .iter()
                .map(|field| {
                    format!(
                        "{}: {}",
                        field.pointer.trim_start_matches('/'),
                        field.detail
                    )
                })
                .collect();
            Misused(reasons.join("; ")).into()
        }
        error => error.into(),
    }
}

/// Writes what a command answers. A closed pipe, as of `| head`, is an error like any other.
fn answer(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_ref())
        .and_then(|()| out.flush())
        .context("standard output could not be written")
}
