//! Bringing in what happened before the engine, or elsewhere.

mod access_log;
mod lines;
mod repeats;

pub use access_log::{ImportError, ImportSummary, import_access_log};
