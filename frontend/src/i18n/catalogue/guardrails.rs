//! Texts of the page Guardrails.

/// Guardrails.
pub struct Guardrails {}
