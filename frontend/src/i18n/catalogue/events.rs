//! Texts of lists of events.

/// Events.
pub struct Events {}
