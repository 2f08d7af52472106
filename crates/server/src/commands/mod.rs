//! The subcommands, a file each.

pub mod check_config;
pub mod migrate;

use std::io::{Write, stdout};

use anyhow::{Context, Result};

use crate::config::{Config, NewSecrets, Sources};
use crate::logging;

/// Loads the configuration of a command that does something, and starts logging.
fn start(sources: &Sources) -> Result<Config> {
    let (config, _) = Config::load(sources, NewSecrets::Keep)?;
    logging::init(config.logs);
    Ok(config)
}

/// Writes what a command answers. A closed pipe, as of `| head`, is an error like any other.
fn answer(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("standard output could not be written")
}
