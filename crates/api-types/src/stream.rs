//! Server-sent events of `/v1/stream`: hints that something changed; the figures are read again by API.

use serde::{Deserialize, Serialize};

use crate::alerts::Alert;

/// One message of the stream. The SSE event name is the tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StreamMessage {
    /// Events or inputs arrived since the last message, at most one message a second.
    DataChanged {
        /// Grows with every change.
        version: i64,
    },
    /// An alert opened, escalated or changed its state.
    AlertChanged {
        /// The alert as it is now.
        alert: Box<Alert>,
    },
    /// Sent every 15 s, so that a lost connection is noticed.
    Heartbeat,
}
