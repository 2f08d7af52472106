//! Bringing in what happened before the engine, or elsewhere.

mod access_log;
mod error;
mod events;
mod lines;
mod records;
mod repeats;

pub use access_log::{ImportSummary, import_access_log};
pub use error::ImportError;
pub use events::{EventsImport, import_events};
pub use records::EventsFormat;
