//! Texts of the page Alerts.

/// Alerts.
pub struct Alerts {}
