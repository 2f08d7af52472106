//! Takes an erased user out of documents: the platform's id, and what is on record.

use serde_json::Value;
use viral_engine_domain::pii::{Kinds, PlatformId, Scanner, Subject};

use super::names::Found;

/// Finds one user, and nobody and nothing else.
pub(super) struct NameEraser<'a> {
    scanner: Scanner<'a>,
    id: Option<PlatformId>,
}

impl<'a> NameEraser<'a> {
    /// For the user of whom this was found; `subject` is what is on record of the same.
    pub(super) fn new(subject: &'a Subject, found: &Found) -> Self {
        Self {
            scanner: Scanner::new(Kinds::NONE).knowing(subject),
            id: found.platform_id(),
        }
    }

    /// The document without the user, also in keys and numbers. The id goes first: a name in it would leave the rest of it.
    pub(super) fn erase(&self, document: Value) -> Value {
        self.scanner.redact_json(self.erase_id(document))
    }

    /// The document without the platform's id of the user.
    pub(super) fn erase_id(&self, document: Value) -> Value {
        match &self.id {
            Some(id) => id.redact_json(document),
            None => document,
        }
    }

    /// Whether the user is named in a document.
    pub(super) fn is_in(&self, document: &Value) -> bool {
        !self.scanner.scan_json(document).is_empty() || self.erase_id(document.clone()) != *document
    }
}
