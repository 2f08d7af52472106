//! Texts with placeholders in the place of personal information.

use std::ops::Range;

use super::scan::Finding;

/// Replaces findings, which must be in order and apart, as [`super::Scanner::scan`] gives them.
pub(super) fn replaced(text: &str, findings: &[Finding]) -> String {
    let spans = findings.iter();
    let spans = spans.map(|finding| (finding.start..finding.end, finding.kind.placeholder()));
    with_placeholders(text, spans)
}

/// Replaces spans, counted in characters, in order and apart, each by what stands in for it.
pub(super) fn with_placeholders<'a>(
    text: &str,
    spans: impl Iterator<Item = (Range<usize>, &'a str)>,
) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut spans = spans.peekable();
    for (index, char) in text.chars().enumerate() {
        let ended = spans.next_if(|(span, _)| span.end <= index + 1 && !span.is_empty());
        if let Some((_, placeholder)) = ended {
            redacted.push_str(placeholder);
        } else if spans.peek().is_none_or(|(span, _)| index < span.start) {
            redacted.push(char);
        }
    }
    redacted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::pii::tests::nothing_in;
    use crate::pii::{Scanner, redact_text};

    #[test]
    fn each_kind_has_its_placeholder() {
        let text = "joe@example.com, 555-123-4567, 123-45-6789 and 4111 1111 1111 1111.";
        assert_eq!(redact_text(text), "[EMAIL], [PHONE], [SSN] and [CARD].");
    }

    #[test]
    fn the_rest_keeps_its_spelling() {
        assert_eq!(
            redact_text("Ｎａïve\u{200B} ｊｏｅ＠ｅｘ．ｃｏｍ é"),
            "Ｎａïve\u{200B} [EMAIL] é"
        );
        assert_eq!(redact_text("nothing here"), "nothing here");
        assert_eq!(redact_text(""), "");
    }

    #[test]
    fn marks_on_the_last_digit_go_with_it() {
        let text = "5\u{336}5\u{336}5\u{336}-123-4567\u{336}!";
        assert_eq!(redact_text(text), "[PHONE]!");
    }

    #[test]
    fn a_placeholder_is_no_word_about_the_number_beside_it() {
        let redacted = redact_text("phone 5551234567 7654321");
        nothing_in(&redacted.replace("phone", ""));
    }

    #[test]
    fn what_another_finding_hid_is_redacted_too() {
        assert_eq!(redact_text("555-123-4567x12(555)1234567"), "[PHONE][PHONE]");
        assert_eq!(
            redact_text("(555)0664 123.joe@example.com"),
            "[PHONE] [EMAIL]"
        );
        nothing_in(&redact_text(
            "my number is[dot]555-123-4567com0664 123555-123-4567,0664 123",
        ));
    }

    proptest! {
        #[test]
        fn nothing_is_found_after_redaction(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "joe@example.com", "joe", "@", "example", ".", "com", " at ", " dot ", "[at]", "[dot]",
                "555-123-4567", "+49", "(555)", "1234567", "4111111111111111", "123-45-6789",
                "0664 123", "12.34.56.78", "x12", "ext. 5", "phone", "my number is", "ssn", "card",
                " ", "-", ",", "\n", "é", "\u{200B}", "５", "[PHONE]", "\"", "%40",
                "%2E", "%20", "%2D", "%2540", "%C3%A9", "%",
                "https://", "www.", "/x?y=", "10.0.0.1", "::1", "12 Main Street", ", Apt 4", "Springfield, IL 62704",
                "born", "3/4/2012", "April", "2012", "insta", "@lea_07", "lea#1234", "my name is", "Emma", "Dr. ",
                "Lincoln", "Elementary School", "5th grade", "at", "I'm ", ", 12", "12", "St", "\u{FFFC}", "[NAME]",
                "\"name\": \"", "{\"vorname\":", "\\\"", "'tel': ", "]", "0 1 5 1 2 3 ", "030 / ", "[.]", "(dot)", "wa.me/",
                "my mum is", "name=", " and ", " is ", "IGS ", "GS Am Park", "PS 118", "go to ", "t.me/", "ich heiße ", "lena ",
            ]), 0..12),
        ) {
            let redacted = Scanner::EVERYTHING.redact(&pieces.concat());
            nothing_in(&redacted);
            prop_assert_eq!(Scanner::EVERYTHING.redact(&redacted), redacted);
        }
    }
}
