//! About the running engine.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::emails::EmailTransport;

/// Answer of `/healthz` and `/readyz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `ok`, or `unavailable`.
    pub status: String,
    /// Each check with `ok` or what is wrong.
    pub checks: std::collections::BTreeMap<String, String>,
    /// Hits in this node's click log that the database does not have yet, at most; of `/readyz` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unshipped_hits: Option<u64>,
}

/// Answer of `about`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    /// Version of the engine.
    pub version: String,
    /// Commit it was built from.
    pub commit: String,
    /// Server's clock.
    pub now: DateTime<Utc>,
    /// When this process started.
    pub started_at: DateTime<Utc>,
    /// `embedded` or `external`.
    pub database: String,
    /// Base of the short links.
    pub public_url: String,
    /// Whether the first admin must still be set up.
    pub needs_setup: bool,
    /// Whether demo data was loaded.
    pub demo_data: bool,
    /// What carries mail: a mail server, or the built-in outbox where none is configured.
    pub email_transport: EmailTransport,
}
