//! Logs, to standard error: standard output is for what a command answers.
//!
//! The level applies to the engine's own modules. Libraries only warn: at finer levels some of them print
//! statements and headers, which can hold personal data and secrets.

use std::io::{IsTerminal, stderr};

use anyhow::Result;
use tracing_subscriber::fmt::time::ChronoUtc;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use crate::config::{LogConfig, LogFormat, TraceConfig};
use crate::traces;

/// Starts logging, and tracing to a collector, for the rest of the process. A second call has no effect.
///
/// # Errors
/// When the collector's address can not be used.
pub fn init(config: LogConfig, collector: Option<&TraceConfig>) -> Result<()> {
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
    let lines = fmt::layer()
        .with_writer(stderr)
        .with_timer(ChronoUtc::rfc_3339());
    let lines = match format {
        LogFormat::Pretty => lines.with_ansi(terminal).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let spans = collector.map(traces::layer).transpose()?;
    // It fails when logging was started before, which is what the caller wants.
    let _ = registry()
        .with(lines.with_filter(filter))
        .with(spans)
        .try_init();
    Ok(())
}
