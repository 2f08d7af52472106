//! The domain of an email address, with dots as they are typed or spelt.

use std::ops::Range;

use super::email::{Spelling, bracketed_word, is_blank, with_spaces};
use super::spaced::spaced_end;
use super::text::Text;
use super::top_level::{TopLevel, is_generic, top_level};

const MAX_LABEL: usize = 63;
const MAX_DOMAIN: usize = 253;
/// The same with blanks between its letters.
const MAX_SPACED: usize = 2 * MAX_DOMAIN;
/// Labels in one domain.
const MAX_LABELS: usize = 10;

/// What a file name ends with: `icon@2x.png` is no address.
const FILE_ENDINGS: [&str; 12] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "json", "pdf", "mp4",
];

/// How a dot is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dot {
    /// `.`
    Plain,
    /// ` . `
    Apart,
    /// `[dot]` or ` dot `
    Spelt,
}

/// Reads a domain at `start` and answers its end, if there is one that fits the way the @ is
/// written. After an @ apart its letters may stand apart too.
pub(super) fn read_domain(text: &Text, start: usize, at: Spelling) -> Option<usize> {
    let spaced = || (at != Spelling::Plain).then(|| read_spaced_domain(text, start, at));
    read_plain_domain(text, start, at).or_else(|| spaced().flatten())
}

/// `e x a m p l e . c o m`
fn read_spaced_domain(text: &Text, start: usize, at: Spelling) -> Option<usize> {
    let spaced_or_plain = |start| spaced_end(text, start).or_else(|| label_end(text, start));
    let mut end = spaced_or_plain(start)?;
    let mut last_good = None;
    let mut has_spelt_dot = false;
    for _ in 1..MAX_LABELS {
        let Some((dot, next)) = read_dot(text, end) else {
            break;
        };
        let Some(label) = spaced_or_plain(next).filter(|label| label - start <= MAX_SPACED) else {
            break;
        };
        has_spelt_dot |= dot == Dot::Spelt;
        if at != Spelling::Word || has_spelt_dot {
            last_good = top_level_end(text, next..label).or(last_good);
        }
        end = label;
    }
    last_good
}

/// The end of a top-level domain whose letters may stand apart; a word of one letter may follow, as
/// in `c o m I think`.
fn top_level_end(text: &Text, label: Range<usize>) -> Option<usize> {
    let written = text.all_of(&label);
    let is_apart = written.contains(&' ');
    let letters: String = written.iter().filter(|char| **char != ' ').collect();
    let letters = letters.to_lowercase();
    if top_level(&letters) != TopLevel::Unknown {
        return Some(label.end);
    }
    let before_word = letters.char_indices().next_back().map(|(at, _)| at)?;
    let is_followed = is_apart && is_generic(&letters[..before_word]);
    is_followed.then(|| label.end - " I".len())
}

fn read_plain_domain(text: &Text, start: usize, at: Spelling) -> Option<usize> {
    let mut end = label_end(text, start)?;
    let mut last_good = None;
    let mut has_spelt_dot = false;
    for _ in 1..MAX_LABELS {
        let Some((dot, next)) = read_dot(text, end) else {
            break;
        };
        let Some(label) = label_end(text, next).filter(|label| label - start <= MAX_DOMAIN) else {
            break;
        };
        has_spelt_dot |= dot == Dot::Spelt;
        let is_plain = dot == Dot::Plain && at == Spelling::Plain;
        let is_sure = at != Spelling::Word || has_spelt_dot;
        let label_text: String = (next..label)
            .filter_map(|index| text.at(index))
            .collect::<String>()
            .to_lowercase();
        if is_sure && is_top_level(&label_text, is_plain) {
            last_good = Some(label);
        } else if dot != Dot::Plain {
            // A dot apart that leads nowhere was the end of a sentence.
            break;
        }
        end = label;
    }
    last_good
}

fn label_end(text: &Text, start: usize) -> Option<usize> {
    let end = text.skip(start, MAX_LABEL, |c| c.is_alphanumeric() || c == '-');
    let starts_well = text.at(start).is_some_and(char::is_alphanumeric);
    (end > start && starts_well).then_some(end)
}

fn read_dot(text: &Text, end: usize) -> Option<(Dot, usize)> {
    let after_spaces = text.skip(end, 2, is_blank);
    if text.at(after_spaces) == Some('.') {
        let dot = with_spaces(text, after_spaces..after_spaces + 1);
        let spaces = (after_spaces - end, dot.end - after_spaces - 1);
        return match spaces {
            (0, 0) => Some((Dot::Plain, dot.end)),
            (1.., _) => Some((Dot::Apart, dot.end)),
            _ => None,
        };
    }
    if let Some(closed) = bracketed_word(text, after_spaces, &["dot", "."]) {
        return Some((Dot::Spelt, text.skip(closed, 2, is_blank)));
    }
    let is_word = after_spaces > end && text.has_word_at(after_spaces, "dot ");
    is_word.then(|| (Dot::Spelt, text.skip(after_spaces + 4, 1, is_blank)))
}

fn is_top_level(label: &str, is_plain: bool) -> bool {
    let is_word = label.chars().all(char::is_alphabetic);
    let length = label.chars().count();
    if is_plain {
        let is_encoded = label.starts_with("xn--") && length > 4;
        return (is_encoded || (is_word && (2..=24).contains(&length)))
            && !FILE_ENDINGS.contains(&label);
    }
    is_generic(label) || (is_word && length == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(original: &str, at: Spelling) -> Option<String> {
        read_domain(&Text::new(original), 0, at).map(|end| original.chars().take(end).collect())
    }

    #[test]
    fn it_ends_with_the_last_top_level_domain() {
        assert_eq!(
            domain("example.com", Spelling::Plain).as_deref(),
            Some("example.com")
        );
        assert_eq!(
            domain("example.co.uk/x", Spelling::Plain).as_deref(),
            Some("example.co.uk")
        );
        assert_eq!(
            domain("example.com.123", Spelling::Plain).as_deref(),
            Some("example.com")
        );
        assert_eq!(
            domain("example.com. Bye", Spelling::Plain).as_deref(),
            Some("example.com")
        );
    }

    #[test]
    fn a_freer_spelling_needs_a_top_level_domain_in_use() {
        assert_eq!(
            domain("host.aero", Spelling::Plain).as_deref(),
            Some("host.aero")
        );
        assert_eq!(domain("host.aero", Spelling::Apart), None);
        assert_eq!(
            domain("host . com", Spelling::Apart).as_deref(),
            Some("host . com")
        );
        assert_eq!(domain("host.com", Spelling::Word), None);
        assert_eq!(
            domain("host dot com", Spelling::Word).as_deref(),
            Some("host dot com")
        );
    }

    #[test]
    fn endless_domains_are_cut() {
        assert_eq!(domain(&"a.".repeat(1_000), Spelling::Plain), None);
        assert!(
            domain(&"ab.".repeat(1_000), Spelling::Plain)
                .is_some_and(|found| found.len() < MAX_DOMAIN)
        );
        assert!(domain(&format!("{}.com", "a".repeat(64)), Spelling::Plain).is_none());
    }
}
