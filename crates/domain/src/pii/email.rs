//! Email addresses, also as people write them past a filter: `name [at] host [dot] org`.
//!
//! Every `@`, `[at]` and ` at ` is a place where an address may be. From there a bounded stretch is
//! read to the left (the local part, RFC 5321: 64 characters) and to the right (the domain: 253).
//! The freer the spelling, the surer the rest has to be: a spelt-out dot needs a top-level domain
//! that is in use, and a spelt-out " at " needs a spelt-out dot.

use std::ops::Range;

use super::confidence::Confidence;
use super::domain_name::read_domain;
use super::email_joined::{joined_at, joined_domain};
use super::entity::EntityKind;
use super::page::Page;
use super::scan::Candidate;
use super::spaced::spaced_start;
use super::text::Text;

const MAX_LOCAL: usize = 64;
/// Local parts of several spelt-out words: `jo [dot] the [dot] fox [at] …`.
const MAX_LOCAL_WORDS: usize = 4;
/// Spaces that may stand around a sign or a spelt-out word.
const MAX_SPACES: usize = 2;

/// How the @ is written, from plain to free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spelling {
    /// `@`
    Plain,
    /// ` @ ` or `[at]`
    Apart,
    /// ` at `
    Word,
    /// `_at_`
    Joined,
}

impl Spelling {
    fn confidence(self) -> Confidence {
        match self {
            Self::Plain => Confidence::CERTAIN,
            Self::Apart | Self::Word | Self::Joined => Confidence::LIKELY,
        }
    }
}

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let text = page.text;
    if !page.features.at_signs && !page.features.at_words {
        return;
    }
    let mut index = 0;
    while index < text.len() {
        let address = at_sign(text, index).and_then(|(sign, spelling)| {
            let range = address_around(text, &sign, spelling)?;
            Some(Candidate::new(
                EntityKind::Email,
                range,
                spelling.confidence(),
            ))
        });
        index = address
            .as_ref()
            .map_or(index + 1, |address| address.range.end.max(index + 1));
        found.extend(address);
    }
}

fn address_around(text: &Text, sign: &Range<usize>, spelling: Spelling) -> Option<Range<usize>> {
    let start = local_start(text, sign.start)?;
    let (start, end) = match spelling {
        Spelling::Joined => (start, joined_domain(text, sign)?),
        Spelling::Plain => (start, read_domain(text, sign.end, spelling)?),
        Spelling::Apart | Spelling::Word => (
            apart_start(text, start..sign.start),
            read_domain(text, sign.end, spelling)?,
        ),
    };
    Some(start..end)
}

/// An @ at `index`, with the spaces around it.
fn at_sign(text: &Text, index: usize) -> Option<(Range<usize>, Spelling)> {
    let char = text.at(index)?;
    if char == '@' {
        let sign = with_spaces(text, index..index + 1);
        let spelling = if sign.len() == 1 {
            Spelling::Plain
        } else {
            Spelling::Apart
        };
        return Some((sign, spelling));
    }
    if let Some(end) = bracketed_word(text, index, &["at", "@"]) {
        return Some((with_spaces(text, index..end), Spelling::Apart));
    }
    if let Some(sign) = joined_at(text, index) {
        return Some((sign, Spelling::Joined));
    }
    let is_word = char.eq_ignore_ascii_case(&'a') && text.before(index) == Some(' ');
    (is_word && text.has_word_at(index, "at "))
        .then(|| (with_spaces(text, index..index + 2), Spelling::Word))
}

/// The end of `[at]`, `( dot )` and the like at `index`.
pub(super) fn bracketed_word(text: &Text, index: usize, words: &[&str]) -> Option<usize> {
    if !matches!(text.at(index)?, '[' | '(' | '{' | '<') {
        return None;
    }
    let start = text.skip(index + 1, MAX_SPACES, is_blank);
    let word = words.iter().find(|word| text.has_word_at(start, word))?;
    let end = text.skip(start + word.len(), MAX_SPACES, is_blank);
    matches!(text.at(end)?, ']' | ')' | '}' | '>').then_some(end + 1)
}

pub(super) fn with_spaces(text: &Text, range: Range<usize>) -> Range<usize> {
    text.skip_back(range.start, MAX_SPACES, is_blank)..text.skip(range.end, MAX_SPACES, is_blank)
}

pub(super) fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

/// Where a local part starts whose letters may stand apart: `j o e @ …`.
fn apart_start(text: &Text, local: Range<usize>) -> usize {
    if local.len() == 1 {
        spaced_start(text, local.start)
    } else {
        local.start
    }
}

/// Where the local part that ends at `end` starts.
fn local_start(text: &Text, end: usize) -> Option<usize> {
    let mut start = local_word_start(text, end)?;
    for _ in 1..MAX_LOCAL_WORDS {
        let Some(before) =
            spelt_dot_before(text, start).and_then(|dot| local_word_start(text, dot))
        else {
            break;
        };
        start = before;
    }
    Some(start)
}

fn local_word_start(text: &Text, end: usize) -> Option<usize> {
    if text.before(end) == Some('"') {
        return quoted_start(text, end);
    }
    let start = text.skip_back(end, MAX_LOCAL, is_local);
    let start = text.skip(start, MAX_LOCAL, |c| {
        matches!(c, '.' | '-' | '\'' | '%' | '+')
    });
    (start < end).then_some(start)
}

/// `"john doe"@example.org`
fn quoted_start(text: &Text, end: usize) -> Option<usize> {
    let inside = text.skip_back(end - 1, MAX_LOCAL, |c| !matches!(c, '"' | '\n' | '@'));
    (inside < end - 1 && text.before(inside) == Some('"')).then(|| inside - 1)
}

fn is_local(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '.' | '_' | '%' | '+' | '-' | '\'')
}

/// The start of a `[dot]`, `[.]` or ` dot ` that ends at `end`.
fn spelt_dot_before(text: &Text, end: usize) -> Option<usize> {
    let word_end = text.skip_back(end, MAX_SPACES, is_blank);
    let reach = word_end.saturating_sub("( dot )".len() + MAX_SPACES);
    let bracketed = (reach..word_end)
        .rev()
        .find(|start| bracketed_word(text, *start, &["dot", "."]) == Some(word_end));
    let word = word_end.checked_sub(3).filter(|start| {
        word_end < end
            && text.has_word_at(*start, "dot")
            && text.before(*start).is_some_and(is_blank)
    });
    bracketed
        .or(word)
        .map(|start| text.skip_back(start, MAX_SPACES, is_blank))
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    fn is_email(text: &str) {
        assert_eq!(
            found(&format!("Hey, {text} , bye")),
            [format!("email:{text}")]
        );
    }

    #[test]
    fn plain_addresses_are_found() {
        for text in [
            "joe@example.com",
            "joe.the+fox_9%x@mail.example.co.uk",
            "o'neil@example.ie",
            "JOE@EXAMPLE.COM",
            "joe@xn--bcher-kva.example",
            "joe@bücher.de",
            "josé@example.org",
            "почта@пример.рф",
            "\"joe fox\"@example.com",
            "ｊｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            "j\u{200B}oe@exam\u{200B}ple.com",
            "ⓙⓞⓔ@ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ",
            "🅙🅞🅔@🄴🅇🄰🄼🄿🄻🄴.🅒🅞🅜",
        ] {
            is_email(text);
        }
    }

    #[test]
    fn punctuation_around_it_stays_outside() {
        assert_eq!(found("(joe@example.com)."), ["email:joe@example.com"]);
        assert_eq!(
            found("<a href='mailto:joe@example.com'>"),
            ["email:joe@example.com"]
        );
        assert_eq!(
            found("?email=joe@example.com&x=1"),
            ["email:joe@example.com"]
        );
        assert_eq!(
            found("joe@example.com,amy@example.org"),
            ["email:joe@example.com", "email:amy@example.org"]
        );
    }

    #[test]
    fn spelt_out_signs_are_found() {
        for text in [
            "joe [at] example [dot] org",
            "joe[at]example[dot]org",
            "joe(at)example.com",
            "joe {AT} example {DOT} com",
            "joe at example dot com",
            "joe dot fox at mail dot example dot com",
            "jo [dot] fox [at] example [dot] com",
            "joe @ example.com",
            "joe @ example . com",
            "joe@example dot com",
            "joe ( @ ) example ( dot ) com",
            "joe(at)example(dot)com",
            "joe @ mail.example .com",
            "joe[.]smith[at]example[.]org",
            "joe{.}smith{at}example{.}org",
            "joe (.) a (.) smith (at) mail (.) example (.) org",
            "joe (dot) smith (at) example (dot) org",
            "joe[.]smith@example.org",
        ] {
            is_email(text);
        }
    }

    #[test]
    fn letters_that_stand_apart_are_found() {
        for text in [
            "j o e @ e x a m p l e . c o m",
            "j . o _ e @ m a i l . e x a m p l e . o r g",
            "j o e [at] e x a m p l e [dot] c o m",
            "j o e at e x a m p l e dot c o m",
            "joe @ e x a m p l e . com",
            "j o e @ example.com",
        ] {
            is_email(text);
        }
        assert_eq!(
            found("it is j o e @ e x a m p l e . c o m I think"),
            ["email:j o e @ e x a m p l e . c o m"]
        );
    }

    #[test]
    fn prose_with_at_and_dot_is_none() {
        for text in [
            "Meet me at school. It is near.",
            "look at google.com",
            "the dot at the end",
            "we met at noon dot",
            "see you @ the park . bye everyone",
            "@joe @amy",
            "a@b",
            "joe@localhost",
            "icon@2x.png",
            "npm i left-pad@1.3.0",
            "@.com",
            "joe@.com",
            "we met @ 5 p . m . and left",
            "plan a @ b c d",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn a_sentence_may_end_with_an_address() {
        assert_eq!(
            found("Write to joe@example.com."),
            ["email:joe@example.com"]
        );
        assert_eq!(
            found("Write to joe at example dot com. Thanks"),
            ["email:joe at example dot com"]
        );
    }
}
