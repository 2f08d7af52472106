//! A click as the guardrails see it.

use chrono::{DateTime, Utc};

/// A hit of class `human` or `duplicate`, or a click reported by API. Declared bots, previews,
/// prefetches and rejected hits are named already and do not come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    pub occurred_at: DateTime<Utc>,
    /// What stands for the IP address when grouping: its keyed hash. The address itself is never
    /// stored.
    pub ip: Option<String>,
    /// The device fingerprint.
    pub device: Option<String>,
    /// Whether an operator marked the network as a school's or another institution's.
    pub on_institution_network: bool,
    /// Whether the device was told apart by a cookie. Thirty identical school laptops without one
    /// share a passive fingerprint.
    pub has_cookie: bool,
}
