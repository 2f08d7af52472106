//! Finds and redacts personal information in texts and JSON documents.
//!
//! A finding says what and where, never the value. Texts are normalised first, so that full-width
//! digits, zero-width spaces or percent-encoding hide nothing; positions are those of the text as it was given. There
//! are no regular expressions: every detector looks at a bounded neighbourhood of what it starts
//! from, so the work is linear in the text, whatever the text.
//!
//! To add a kind: a variant of [`EntityKind`], a detector beside `email`, its line in `scan`.

mod card;
mod context;
mod domain_name;
mod email;
mod entity;
mod evidence;
mod json;
mod key_names;
mod key_split;
mod keys;
mod lookalikes;
mod numbers;
mod percent;
mod phone;
mod phone_shape;
mod place;
mod redact;
mod scan;
mod ssn;
#[cfg(test)]
mod tests;
mod text;

pub use entity::EntityKind;
pub use json::{FindingSource, JsonFinding, redact_json, scan_json};
pub use redact::redact_text;
pub use scan::Finding;

/// The personal information in a text, in order, without overlaps.
#[must_use]
pub fn scan_text(text: &str) -> Vec<Finding> {
    scan::scan(text)
}
