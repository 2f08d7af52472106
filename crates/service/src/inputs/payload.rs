//! What was shared about a child: scanned, then kept without what was found.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_db::inputs::NewViolation;
use viral_engine_domain::guardrails::coppa::{PayloadViolation, check_payload, check_payload_with};
use viral_engine_domain::pii::redact_json;

use crate::users::Redactor;

/// Most bytes of a payload as compact JSON.
const MAX_BYTES: usize = 16 * 1024;

/// Findings of one payload that are listed; all are counted.
const LISTED: usize = 100;

/// A payload that may be stored.
#[derive(Debug)]
pub(super) struct Payload {
    /// Without personal information.
    pub(super) redacted: Value,
    /// Distinct places and kinds.
    violations: Vec<PayloadViolation>,
}

impl Payload {
    /// Stands in for a payload at fault.
    pub(super) fn none() -> Self {
        Self {
            redacted: Value::Null,
            violations: Vec::new(),
        }
    }

    /// Scans and redacts a payload.
    ///
    /// # Errors
    /// When it is too large.
    pub(super) fn check(payload: Value, pointer: &str) -> Result<Self, FieldError> {
        if payload.to_string().len() > MAX_BYTES {
            let detail = format!("Give at most {MAX_BYTES} bytes of JSON.");
            return Err(FieldError::new(pointer, "too_large", detail));
        }
        let violations = check_payload(Some(&payload));
        Ok(Self {
            redacted: redact_json(payload),
            violations,
        })
    }

    /// Takes out what is known of those of whom it tells.
    pub(super) fn redact(&mut self, redactor: &Redactor) {
        let scanner = redactor.scanner();
        let found = check_payload_with(&scanner, Some(&self.redacted));
        if found.is_empty() {
            return;
        }
        self.violations.extend(found);
        self.redacted = scanner.redact_json(std::mem::take(&mut self.redacted));
    }

    /// Findings.
    pub(super) fn count(&self) -> usize {
        self.violations.len()
    }

    /// Findings as stored; more than fit there are as many as fit.
    pub(super) fn stored_count(&self) -> i32 {
        i32::try_from(self.violations.len()).unwrap_or(i32::MAX)
    }

    /// The findings to list.
    pub(super) fn rows(
        &self,
        payload_id: Uuid,
        kind: &'static str,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = NewViolation> {
        let listed = self.violations.iter().take(LISTED);
        (0..).zip(listed).map(move |(ordinal, found)| NewViolation {
            payload_id,
            ordinal,
            kind,
            field_path: found.path.clone(),
            entity_type: found.kind.as_str(),
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(payload: Value) -> Payload {
        Payload::check(payload, "/share_data").unwrap()
    }

    #[test]
    fn a_finding_is_counted_and_its_value_is_gone() {
        let payload = check(json!({ "note": "Ask joe@example.com", "score": 7 }));
        assert_eq!(payload.count(), 1);
        assert_eq!(
            payload.redacted,
            json!({ "note": "Ask [EMAIL]", "score": 7 })
        );
        let rows: Vec<_> = payload
            .rows(Uuid::nil(), "parent_share", DateTime::UNIX_EPOCH)
            .collect();
        assert_eq!(
            (rows[0].field_path.as_str(), rows[0].entity_type),
            ("/note", "email")
        );
    }

    #[test]
    fn null_and_empty_payloads_hold_nothing() {
        for payload in [Value::Null, json!({}), json!([])] {
            assert_eq!(check(payload).count(), 0);
        }
    }

    #[test]
    fn a_payload_may_have_16_kibibytes_and_no_more() {
        let of_length = |length: usize| Value::String("x".repeat(length - 2));
        assert!(Payload::check(of_length(MAX_BYTES), "/share_data").is_ok());
        assert!(Payload::check(of_length(MAX_BYTES + 1), "/share_data").is_err());
    }

    #[test]
    fn a_hundred_findings_are_listed_and_all_are_counted() {
        let many: Vec<_> = (0..150).map(|n| format!("u{n}@example.com")).collect();
        let payload = check(json!(many));
        assert_eq!(payload.count(), 150);
        let rows = payload.rows(Uuid::nil(), "parent_share", DateTime::UNIX_EPOCH);
        assert_eq!(rows.count(), 100);
    }
}
