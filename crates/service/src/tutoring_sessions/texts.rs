//! What people wrote, as it is kept: without blanks around it and without personal information.

use viral_engine_api_types::{FieldError, one_line};
use viral_engine_domain::pii::redact_findings;

use crate::inputs::batch::Faults;
use crate::users::Redactor;

/// Redacts texts and counts what was found.
pub(crate) struct Redaction {
    redactor: Redactor,
    /// Findings so far.
    pub(crate) violations: i32,
}

impl Redaction {
    /// With nothing found so far.
    pub(crate) const fn with(redactor: Redactor) -> Self {
        Self {
            redactor,
            violations: 0,
        }
    }

    /// The text without personal information.
    pub(crate) fn of(&mut self, text: &str) -> String {
        let text = text.trim();
        let findings = self.redactor.scanner().scan(text);
        let found = i32::try_from(findings.len()).unwrap_or(i32::MAX);
        self.violations = self.violations.saturating_add(found);
        redact_findings(text, &findings)
    }

    /// A text that may be absent; blank is as good as absent.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> Option<String> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        Some(self.of(text))
    }

    /// A list of texts.
    pub(crate) fn each(&mut self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.of(text)).collect()
    }
}

/// Refuses a blank text.
pub(crate) fn check_written(text: &str, pointer: &str) -> Result<(), FieldError> {
    if text.trim().is_empty() {
        let detail = "Give a text that is not blank.";
        return Err(FieldError::new(pointer, "blank", detail));
    }
    Ok(())
}

/// Notes which texts of a list are blank, of several lines, or longer than `most` characters.
pub(super) fn check_list(faults: &mut Faults, texts: &[String], most: usize, pointer: &str) {
    for (index, text) in texts.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        let checked = check_written(text, &pointer)
            .and_then(|()| check_line(text, &pointer))
            .and_then(|()| check_length(text, most, &pointer));
        faults.note(checked, ());
    }
}

fn check_line(text: &str, pointer: &str) -> Result<(), FieldError> {
    one_line::check(text).map_err(|error| {
        let detail = error.message.unwrap_or_default();
        FieldError::new(pointer, error.code, detail)
    })
}

fn check_length(text: &str, most: usize, pointer: &str) -> Result<(), FieldError> {
    if text.chars().count() <= most {
        return Ok(());
    }
    let detail = format!("Give at most {most} characters.");
    Err(FieldError::new(pointer, "length", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_counted_and_gone() {
        let mut redaction = Redaction::with(Redactor::of_anybody());
        let texts = [
            " Fractions ".to_owned(),
            "ask joe@example.com or 555-123-4567".to_owned(),
        ];
        assert_eq!(
            redaction.each(&texts),
            ["Fractions", "ask [EMAIL] or [PHONE]"]
        );
        assert_eq!(redaction.violations, 2);
        assert_eq!(redaction.optional(Some("  ")), None);
    }

    #[test]
    fn texts_of_a_list_are_written_on_one_line_and_short() {
        let mut faults = Faults::default();
        let texts = ["äöü", " ", "abcd", "a\nb"].map(str::to_owned);
        check_list(&mut faults, &texts, 3, "/skills");
        let Err(crate::ServiceError::Invalid(faults)) = faults.into_result() else {
            panic!("nothing was found");
        };
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code.as_str()))
            .collect();
        let expected = [
            ("/skills/1", "blank"),
            ("/skills/2", "length"),
            ("/skills/3", "control_character"),
        ];
        assert_eq!(found, expected);
    }
}
