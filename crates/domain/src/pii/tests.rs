//! Helpers for the tests of this area.

use super::{Finding, scan_text};

/// Every finding as `kind:text`.
pub(super) fn found(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let show = |Finding { kind, start, end }: Finding| -> String {
        format!(
            "{}:{}",
            kind.as_str(),
            chars[start..end].iter().collect::<String>()
        )
    };
    scan_text(text).into_iter().map(show).collect()
}

pub(super) fn nothing_in(text: &str) {
    assert_eq!(found(text), Vec::<String>::new(), "in {text:?}");
}
