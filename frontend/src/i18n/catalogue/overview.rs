//! Texts of the page Overview.

/// Overview.
pub struct Overview {}
