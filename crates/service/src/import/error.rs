//! How imports fail as a whole.

use std::io;

use crate::error::ServiceError;

/// Why an import ended early. What was stored until then stays; importing again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read to its end.
    #[error("the file could not be read: {0}")]
    Read(#[from] io::Error),
    /// What it belongs to does not exist, or events could not be stored.
    #[error(transparent)]
    Service(#[from] ServiceError),
}
