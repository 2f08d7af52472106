//! What callers use: a scanner for some kinds, with or without somebody known.

use serde_json::Value;

use super::entity::EntityKind;
use super::json::{JsonFinding, redact_json_with, scan_json_with};
use super::kinds::Kinds;
use super::redact::replaced;
use super::scan::{Finding, LookFor, scan};
use super::subject::Subject;

/// Looks for some kinds of personal information in texts and JSON documents.
#[derive(Clone, Copy)]
pub struct Scanner<'s> {
    look_for: LookFor<'s>,
}

impl Scanner<'static> {
    /// For what is kept or shown, whoever wrote it: see [`Kinds::CONTACT`].
    pub const CONTACT: Self = Self::new(Kinds::CONTACT);
    /// For minors and people of unknown age: names too.
    pub const EVERYTHING: Self = Self::new(Kinds::ALL);

    /// For these kinds.
    #[must_use]
    pub const fn new(kinds: Kinds) -> Self {
        Self {
            look_for: LookFor {
                kinds,
                under_keys: kinds,
                subject: None,
            },
        }
    }
}

impl Scanner<'_> {
    /// The same, which also finds what is known of somebody, whatever the kinds.
    #[must_use]
    pub const fn knowing(self, subject: &Subject) -> Scanner<'_> {
        Scanner {
            look_for: LookFor {
                subject: Some(subject),
                ..self.look_for
            },
        }
    }

    /// The same for a part of a document, whose keys name every kind; none for whoever looks for somebody alone.
    pub(super) const fn in_document(self) -> Self {
        let under_keys = match self.look_for.kinds.is_none() {
            true => Kinds::NONE,
            false => Kinds::ALL,
        };
        Self {
            look_for: LookFor {
                under_keys,
                ..self.look_for
            },
        }
    }

    /// Whether a key that names this kind says what is below it.
    pub(super) const fn reads_key(&self, kind: EntityKind) -> bool {
        self.look_for.under_keys.contains(kind)
    }

    /// The personal information in a text, in order, without overlaps.
    #[must_use]
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        scan(text, self.look_for)
    }

    /// The text with every finding replaced by its placeholder. Scanning the result finds nothing.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        replaced(text, &self.scan(text))
    }

    /// The personal information in a document, in its order; what the keys of an object hold comes
    /// before what its values do. Under keys that name personal information every kind counts.
    #[must_use]
    pub fn scan_json(&self, document: &Value) -> Vec<JsonFinding> {
        scan_json_with(&self.in_document(), document)
    }

    /// The document with personal information replaced by placeholders; numbers under personal keys
    /// too. Scanning the result finds nothing but `true` and `false` under such keys.
    #[must_use]
    pub fn redact_json(&self, document: Value) -> Value {
        redact_json_with(&self.in_document(), document)
    }
}

/// The text with findings of a scan of it replaced.
#[must_use]
pub fn redact_findings(text: &str, findings: &[Finding]) -> String {
    replaced(text, findings)
}
