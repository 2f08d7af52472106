//! Starts the command that was asked for and answers with an honest exit code.

use std::process::ExitCode;

use clap::Parser;
use viral_engine_server::cli::Cli;
use viral_engine_server::commands::Misused;
use viral_engine_server::config::ConfigError;

/// Something failed while the command ran.
const FAILED: u8 = 1;
/// The command line or the configuration is wrong; the command did not begin.
const MISUSED: u8 = 2;

/// Keeps what a thread freed near it and does not hand large blocks back at once: scanning a text of a megabyte took up
/// to three times as long when every pass asked the system for its pages again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match viral_engine_server::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            let misused = error.is::<ConfigError>() || error.is::<Misused>();
            ExitCode::from(if misused { MISUSED } else { FAILED })
        }
    }
}
