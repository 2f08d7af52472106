//! PostgreSQL's own settings for the embedded server.
//!
//! Passed on the command line and not written to postgresql.conf, so that a new version of the engine
//! brings its settings to old data folders too.

use super::layout::{Layout, PORT};

/// A commit that was answered survives a crash of the machine, whatever postgresql.conf says.
const DURABILITY: [(&str, &str); 3] = [
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "on"),
];

/// Sized for two cores and a few GiB beside the engine; a larger installation brings its own server.
const TUNING: [(&str, &str); 14] = [
    ("max_connections", "100"),
    ("shared_buffers", "256MB"),
    ("effective_cache_size", "1GB"),
    ("work_mem", "16MB"),
    ("maintenance_work_mem", "128MB"),
    ("max_worker_processes", "4"),
    ("max_parallel_workers", "2"),
    ("max_parallel_workers_per_gather", "1"),
    // Short queries: compiling them costs more than it saves.
    ("jit", "off"),
    // Written for SSDs.
    ("random_page_cost", "1.1"),
    ("wal_compression", "on"),
    ("max_wal_size", "2GB"),
    ("checkpoint_timeout", "15min"),
    ("timezone", "UTC"),
];

/// Errors are the engine's to report. PostgreSQL's own log must not repeat rows or statements, which can
/// hold personal data: `terse` leaves out DETAIL (it quotes keys), `panic` leaves out the statement.
const LOGGING: [(&str, &str); 6] = [
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_timezone", "UTC"),
    ("log_error_verbosity", "terse"),
    ("log_min_error_statement", "panic"),
    ("log_statement", "none"),
];

/// The `-c name=value` arguments of the server.
pub(super) fn arguments(layout: &Layout) -> Vec<String> {
    let mut settings = vec![
        ("listen_addresses", String::new()),
        ("port", PORT.to_string()),
        (
            "unix_socket_directories",
            quote(&layout.socket_dir.to_string_lossy()),
        ),
        ("unix_socket_permissions", "0700".to_owned()),
        ("hba_file", layout.hba.to_string_lossy().into_owned()),
        ("ident_file", layout.ident.to_string_lossy().into_owned()),
    ];
    let fixed = DURABILITY.iter().chain(&TUNING).chain(&LOGGING);
    settings.extend(fixed.map(|&(name, value)| (name, value.to_owned())));
    settings
        .into_iter()
        .flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")])
        .collect()
}

/// Quotes an element of a list setting, which a comma in a path would otherwise split.
fn quote(element: &str) -> String {
    format!("\"{}\"", element.replace('"', "\"\""))
}
