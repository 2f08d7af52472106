//! Splits keys into words: `parentEMail`, `SSN-Number`, `email2`.

use std::borrow::Cow;

use super::entity::EntityKind;
use super::text::Text;

/// Longer keys are no names; only their end is looked at.
const MAX_KEY: usize = 128;

/// The words of a key, in lower case.
pub(super) fn words_of(key: &str) -> Vec<String> {
    let text = Text::new(&without_placeholders(key));
    let chars: Vec<char> = (text.len().saturating_sub(MAX_KEY)..text.len())
        .filter_map(|at| text.at(at))
        .collect();
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for (index, char) in chars.iter().enumerate() {
        if !char.is_alphanumeric() {
            is_inside = false;
            continue;
        }
        if !is_inside || starts_word(&chars, index) {
            words.push(String::new());
        }
        is_inside = true;
        if let Some(word) = words.last_mut() {
            word.extend(char.to_lowercase());
        }
    }
    words
}

/// `[EMAIL]` in a redacted key was data, not a name.
fn without_placeholders(key: &str) -> Cow<'_, str> {
    if !key.contains('[') {
        return Cow::Borrowed(key);
    }
    let kinds = EntityKind::ALL.iter();
    let rest = kinds.fold(key.to_owned(), |key, kind| {
        key.replace(kind.placeholder(), " ")
    });
    Cow::Owned(rest)
}

/// `parentE|mail`, `SSN|Number`, `email|2`, `2|email`.
fn starts_word(chars: &[char], index: usize) -> bool {
    let (Some(before), Some(char)) = (
        index.checked_sub(1).map(|before| chars[before]),
        chars.get(index),
    ) else {
        return true;
    };
    let ends_acronym =
        before.is_uppercase() && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
    let is_raised = char.is_uppercase() && (!before.is_uppercase() || ends_acronym);
    is_raised || before.is_numeric() != char.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_split_at_case_digits_and_punctuation() {
        assert_eq!(
            words_of("parentEMailAddress2"),
            ["parent", "e", "mail", "address", "2"]
        );
        assert_eq!(words_of("SSNNumber__x-y"), ["ssn", "number", "x", "y"]);
    }

    #[test]
    fn placeholders_are_no_words() {
        assert_eq!(words_of("[EMAIL] 2"), ["2"]);
        assert_eq!(words_of("data[email]"), ["data", "email"]);
    }

    #[test]
    fn an_endless_key_is_read_at_its_end_only() {
        let words = words_of(&format!("{}_email", "x".repeat(100_000)));
        assert_eq!(words.last().map(String::as_str), Some("email"));
        assert_eq!(words_of(&"a_".repeat(100_000)).len(), 64);
    }
}
