//! Finds and redacts personal information in texts and JSON documents.
//!
//! A finding says what and where, never the value. Texts are normalised first, so that full-width
//! digits, zero-width spaces or escapes hide nothing; positions are those of the text as it was given. There
//! are no regular expressions: every detector looks at a bounded neighbourhood of what it starts
//! from, so the work is linear in the text, whatever the text.
//!
//! Whose text it is may be known: a [`Subject`] holds what is on record of a child, and its variants
//! are found exactly.
//!
//! To add a kind: a variant of [`EntityKind`], a detector beside `email`, its line in `scan`.

mod address;
mod backslash;
mod birth;
mod card;
mod confidence;
mod context;
mod date;
mod description;
mod domain_name;
mod email;
mod email_joined;
mod entity;
mod escapes;
mod evidence;
mod german_class;
mod german_key_names;
mod german_school;
mod handle;
mod introduction;
mod ip;
mod json;
mod key_names;
mod key_split;
mod keyed;
mod keys;
mod kinds;
mod lexicon;
mod likely_name;
mod lookalikes;
mod names;
mod numbers;
mod other_description;
mod page;
mod percent;
mod phone;
mod phone_apart;
mod phone_shape;
mod place;
mod place_name;
mod platform_id;
mod preposition_street;
mod redact;
mod reference;
mod relation;
mod relatives;
mod rivals;
mod scan;
mod scanner;
mod school;
mod school_initials;
mod small_name;
mod spaced;
mod span;
mod ssn;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod titles;
mod top_level;
mod url;
mod words;

pub use confidence::Confidence;
pub use entity::EntityKind;
pub use json::{FindingSource, JsonFinding};
pub use kinds::Kinds;
pub use platform_id::PlatformId;
pub use scan::Finding;
pub use scanner::{Scanner, redact_findings};
pub use subject::{Known, Subject, SubjectError};

use serde_json::Value;

/// The personal information in a text that must not be kept or shown of anybody: see
/// [`Scanner::CONTACT`].
#[must_use]
pub fn scan_text(text: &str) -> Vec<Finding> {
    Scanner::CONTACT.scan(text)
}

/// The text with a placeholder for everything that [`scan_text`] finds.
#[must_use]
pub fn redact_text(text: &str) -> String {
    Scanner::CONTACT.redact(text)
}

/// What [`scan_text`] finds in a document's texts, numbers and keys, and what is under keys that name
/// personal information.
#[must_use]
pub fn scan_json(document: &Value) -> Vec<JsonFinding> {
    Scanner::CONTACT.scan_json(document)
}

/// The document with a placeholder for everything that [`scan_json`] finds.
#[must_use]
pub fn redact_json(document: Value) -> Value {
    Scanner::CONTACT.redact_json(document)
}
