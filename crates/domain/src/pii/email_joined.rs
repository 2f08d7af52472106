//! Email addresses run together with words for their signs: `joe_at_example_dot_com`.
//!
//! One sign stands between all words, as where blanks are not allowed.

use std::ops::Range;

use super::text::Text;
use super::top_level::{TopLevel, top_level};

const MAX_LABEL: usize = 63;
/// Words after the "at".
const MAX_WORDS: usize = 12;

/// `_at_` at `index`, with the sign at both its ends.
pub(super) fn joined_at(text: &Text, index: usize) -> Option<Range<usize>> {
    let sign = text.at(index).filter(|char| is_joint(*char))?;
    let end = index + "_at_".len();
    (text.has_word_at(index + 1, "at") && text.at(end - 1) == Some(sign)).then_some(index..end)
}

/// The end of the domain after such an "at".
pub(super) fn joined_domain(text: &Text, at: &Range<usize>) -> Option<usize> {
    let sign = text.at(at.start)?;
    let mut start = at.end;
    let mut last_good = None;
    let mut follows = Follows::At;
    for _ in 0..MAX_WORDS {
        let end = text.skip(start, MAX_LABEL, char::is_alphanumeric);
        let word: String = text.all_of(&(start..end)).iter().collect();
        let word = word.to_lowercase();
        if is_top_level(&word, follows) {
            last_good = Some(end);
        }
        let next = text.at(end).filter(|_| end > start);
        follows = match next {
            Some(next) if next == sign && word == "dot" && follows == Follows::Label => {
                Follows::Dot
            }
            Some(next) if next == sign => Follows::Label,
            // A host has no underscore: with one before it, a plain dot is the address's.
            Some('.') if sign == '_' => Follows::Sign,
            _ => break,
        };
        start = end + 1;
    }
    last_good
}

/// What is before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    At,
    Label,
    /// `dot`
    Dot,
    /// `.`
    Sign,
}

fn is_top_level(word: &str, follows: Follows) -> bool {
    match follows {
        Follows::At | Follows::Label => false,
        Follows::Dot => top_level(word) != TopLevel::Unknown,
        // `look_at_this.md` is a file.
        Follows::Sign => top_level(word) == TopLevel::Known,
    }
}

fn is_joint(char: char) -> bool {
    matches!(char, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    #[test]
    fn addresses_in_one_run_are_found() {
        for text in [
            "joe_at_example_dot_com",
            "joe-at-example-dot-com",
            "joe.at.example.dot.com",
            "Joe_Fox_AT_mail_DOT_example_DOT_org",
            "joe_at_example.com",
        ] {
            assert_eq!(found(&format!("it is {text}!")), [format!("email:{text}")]);
        }
        assert_eq!(
            found("joe_at_example_dot_com_thanks"),
            ["email:joe_at_example_dot_com"]
        );
    }

    #[test]
    fn names_of_files_and_of_variables_are_none() {
        for text in [
            "look_at_this.md",
            "created_at_index",
            "state-of-the-art-at-home",
            "seen_at_dot_com",
            "_at_example_dot_com",
            "joe_at_example_dot_zzz",
            "updated_at_position.dot",
        ] {
            nothing_in(text);
        }
    }
}
