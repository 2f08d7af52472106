//! Texts of the page Guardrails.

use crate::i18n::catalogue::Guardrails;

pub const GUARDRAILS: Guardrails = Guardrails {};
