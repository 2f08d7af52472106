//! Helpers for the tests of this area.

use super::{Finding, Scanner};

/// Every finding of any kind as `kind:text`.
pub(super) fn found(text: &str) -> Vec<String> {
    shown(Scanner::EVERYTHING, text)
}

pub(super) fn nothing_in(text: &str) {
    assert_eq!(found(text), Vec::<String>::new(), "in {text:?}");
}

/// Every finding as `kind:text`, without names and web addresses.
pub(super) fn contact_found(text: &str) -> Vec<String> {
    shown(Scanner::CONTACT, text)
}

pub(super) fn no_contact_in(text: &str) {
    assert_eq!(contact_found(text), Vec::<String>::new(), "in {text:?}");
}

fn shown(scanner: Scanner<'_>, text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let show = |finding: Finding| -> String {
        let found: String = chars[finding.start..finding.end].iter().collect();
        format!("{}:{found}", finding.kind.as_str())
    };
    scanner.scan(text).into_iter().map(show).collect()
}
