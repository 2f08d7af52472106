//! Logs, to standard error: standard output is for what a command answers.
//!
//! The level applies to the engine's own modules. Libraries only warn: at finer levels some of them print
//! statements and headers, which can hold personal data and secrets.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::ChronoUtc;

use crate::config::{LogConfig, LogFormat};

/// Starts logging for the rest of the process. A second call has no effect.
pub fn init(config: LogConfig) {
    // Whoever sends broken HTTP must not fill the log with errors.
    let broken_requests = "actix_http::h1::dispatcher=off";
    let filter = EnvFilter::new(format!(
        "warn,{broken_requests},viral_engine={}",
        config.level
    ));
    let terminal = stderr().is_terminal();
    let format = config.format.unwrap_or(if terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    });
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_timer(ChronoUtc::rfc_3339());
    // It fails when logging was started before, which is what the caller wants.
    let _ = match format {
        LogFormat::Pretty => builder.with_ansi(terminal).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
