//! Text as the detectors read it: normalised, character by character, with the way back to the
//! original.
//!
//! Whoever hides a phone number writes it in full-width digits, strikes it through with combining
//! marks, or puts zero-width spaces into it. Each character is therefore decomposed (the K of
//! NFKC), marks and invisible characters are dropped, and digits, dashes and look-alike letters of
//! other scripts or in circles become the plain ones. Recomposing, the C of NFKC, is left out on purpose: without
//! marks `é` written in one or two characters reads the same. The work per character is bounded, so
//! the whole is linear.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::entity::EntityKind;
use super::escapes::escaped;
use super::lookalikes::{enclosed, is_caseless_ornament, plain};
use super::span::Span;

/// Stands for a character of something found. U+FFFC, the object replacement character.
pub(super) const COVER: char = '\u{FFFC}';
/// No placeholder has more letters.
const MAX_PLACEHOLDER: usize = 16;

pub(super) struct Text {
    chars: Vec<char>,
    /// Where each character comes from, in Unicode scalars; `None` when nothing moved.
    origins: Option<Vec<Span>>,
    /// How often the detectors looked at a character: the measure of the linear-time tests.
    #[cfg(test)]
    reads: std::cell::Cell<usize>,
}

impl Text {
    pub(super) fn new(original: &str) -> Self {
        let (mut chars, origins): (Vec<char>, _) = if original.is_ascii() {
            (original.bytes().map(char::from).collect(), None)
        } else {
            let normalised = Normalised::of(original);
            (normalised.chars, Some(normalised.origins))
        };
        cover_placeholders(&mut chars);
        Self::from_parts(chars, origins)
    }

    /// All characters, for a detector that looks at each once.
    pub(super) fn all(&self) -> &[char] {
        #[cfg(test)]
        self.reads.set(self.reads.get() + self.chars.len());
        &self.chars
    }

    /// The text with escaped characters decoded once, where there are any; positions stay
    /// those of the original.
    pub(super) fn decoded(&self) -> Option<Self> {
        let is_escaped = |index: usize| escaped(&self.chars[index..]).is_some();
        (0..self.len()).find(|index| is_escaped(*index))?;
        let mut decoded = Normalised::with_capacity(self.len());
        let mut index = 0;
        while let Some(char) = self.chars.get(index) {
            let (char, length) = escaped(&self.chars[index..]).unwrap_or((*char, 1));
            decoded.push(char, self.original(&(index..index + length)));
            index += length;
        }
        Some(Self::from_parts(decoded.chars, Some(decoded.origins)))
    }

    /// The characters of a range, as far as there are.
    pub(super) fn all_of(&self, range: &Range<usize>) -> &[char] {
        let found = self.chars.get(range.clone()).unwrap_or_default();
        #[cfg(test)]
        self.reads.set(self.reads.get() + found.len());
        found
    }

    /// Where a character that matches first is, at `from` or later.
    pub(super) fn find_from(&self, from: usize, matches: impl Fn(char) -> bool) -> Option<usize> {
        let rest = self.chars.get(from..)?;
        let found = rest.iter().position(|char| matches(*char));
        #[cfg(test)]
        self.reads
            .set(self.reads.get() + found.unwrap_or(rest.len()));
        found.map(|offset| from + offset)
    }

    /// Where a character first is, at `from` or later.
    pub(super) fn position_from(&self, from: usize, wanted: char) -> Option<usize> {
        self.find_from(from, |char| char == wanted)
    }

    fn from_parts(chars: Vec<char>, origins: Option<Vec<Span>>) -> Self {
        Self {
            chars,
            origins,
            #[cfg(test)]
            reads: std::cell::Cell::new(0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn at(&self, index: usize) -> Option<char> {
        #[cfg(test)]
        self.reads.set(self.reads.get() + 1);
        self.chars.get(index).copied()
    }

    /// The character before `index`.
    pub(super) fn before(&self, index: usize) -> Option<char> {
        self.at(index.checked_sub(1)?)
    }

    /// Whether the text has `word` (lower-case ASCII) at `index`, in either case.
    pub(super) fn has_word_at(&self, index: usize, word: &str) -> bool {
        let letters = word.chars().enumerate();
        letters.into_iter().all(|(offset, letter)| {
            self.at(index + offset)
                .is_some_and(|found| found.to_ascii_lowercase() == letter)
        })
    }

    /// The first index at or after `index`, at most `limit` further, whose character does not
    /// match.
    pub(super) fn skip(&self, index: usize, limit: usize, matches: impl Fn(char) -> bool) -> usize {
        let end = index.saturating_add(limit).min(self.len());
        (index..end)
            .find(|at| !self.at(*at).is_some_and(&matches))
            .unwrap_or(end.max(index))
    }

    /// The first index such that all from there to `index` (exclusive, at most `limit`) match.
    pub(super) fn skip_back(
        &self,
        index: usize,
        limit: usize,
        matches: impl Fn(char) -> bool,
    ) -> usize {
        let end = index.saturating_sub(limit);
        (end..index)
            .rev()
            .find(|at| !self.at(*at).is_some_and(&matches))
            .map_or(end, |at| at + 1)
    }

    /// Hides what was found, a range of the original, from the next pass.
    pub(super) fn cover(&mut self, original: &Range<usize>) {
        let range = match &self.origins {
            None => original.clone(),
            Some(origins) => {
                let start = origins.partition_point(|origin| origin.range().end <= original.start);
                let end = origins.partition_point(|origin| origin.range().start < original.end);
                start..end.max(start)
            }
        };
        for char in self.chars.get_mut(range).unwrap_or_default() {
            *char = COVER;
        }
    }

    /// A range of this text as a range of the original, in Unicode scalars.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let Some(origins) = &self.origins else {
            return range.clone();
        };
        let start = origins
            .get(range.start)
            .map_or(0, |origin| origin.range().start);
        let end = range
            .end
            .checked_sub(1)
            .and_then(|last| origins.get(last))
            .map_or(start, |origin| origin.range().end);
        start..end.max(start)
    }

    #[cfg(test)]
    pub(super) fn reads(&self) -> usize {
        self.reads.get()
    }
}

/// Hides placeholders, so that a text redacted before reads as it did when its last finding was
/// covered: redacting one thing never uncovers another, and redacting again changes nothing.
fn cover_placeholders(chars: &mut [char]) {
    let mut index = 0;
    while let Some(found) = chars
        .get(index..)
        .and_then(|rest| rest.iter().position(|char| *char == '['))
    {
        let start = index + found;
        index = start + 1;
        let inside = chars[index..].iter().take(MAX_PLACEHOLDER);
        let letters = inside.take_while(|char| char.is_ascii_uppercase()).count();
        if letters == 0 || chars.get(index + letters) != Some(&']') {
            continue;
        }
        let end = index + letters + 1;
        let written: String = chars[start..end].iter().collect();
        if EntityKind::is_placeholder(&written) {
            chars[start..end].fill(COVER);
            index = end;
        }
    }
}

/// Plain characters and where each comes from.
struct Normalised {
    chars: Vec<char>,
    origins: Vec<Span>,
}

impl Normalised {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            chars: Vec::with_capacity(capacity),
            origins: Vec::with_capacity(capacity),
        }
    }

    fn of(original: &str) -> Self {
        let mut normalised = Self::with_capacity(original.len());
        for (index, char) in original.chars().enumerate() {
            normalised.push(char, index..index + 1);
        }
        normalised
    }

    fn push(&mut self, char: char, origin: Range<usize>) {
        if let Some(inside) = enclosed(char) {
            let continues_word =
                is_caseless_ornament(char) && self.chars.last().is_some_and(|c| c.is_alphabetic());
            // A word in ornaments without small letters reads as one with a capital: it shouts not.
            self.chars.push(if continues_word {
                inside.to_ascii_lowercase()
            } else {
                inside
            });
            self.origins.push(Span::new(origin));
            return;
        }
        decompose_compatible(char, |part| {
            if is_combining_mark(part) {
                // A mark belongs to the character before it and is redacted with it.
                if let Some(marked) = self.origins.last_mut() {
                    *marked = marked.until(origin.end);
                }
            } else if !is_invisible(part) {
                self.chars.push(plain(part));
                self.origins.push(Span::new(origin.clone()));
            }
        });
    }
}

/// Characters that take no room on the screen: joiners, direction marks, variation selectors,
/// fillers, tags.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(original: &str) -> String {
        let text = Text::new(original);
        (0..text.len()).filter_map(|index| text.at(index)).collect()
    }

    #[test]
    fn full_width_and_other_digits_become_plain() {
        assert_eq!(read("４１１１－１１１１"), "4111-1111");
        assert_eq!(read("٠١٢ ९८ ①²"), "012 98 12");
        assert_eq!(read("ｊｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"), "joe@example.com");
    }

    #[test]
    fn invisible_characters_and_marks_are_dropped() {
        assert_eq!(read("5\u{200B}5\u{2060}5\u{FEFF}"), "555");
        assert_eq!(read("4\u{0336}1\u{0336}"), "41");
        assert_eq!(read("Jose\u{0301} José"), "Jose Jose");
    }

    #[test]
    fn dashes_and_look_alikes_become_plain() {
        assert_eq!(read("555–123—4567−8"), "555-123-4567-8");
        assert_eq!(read("рhоne"), "phone");
    }

    #[test]
    fn ornaments_read_as_what_is_inside_them() {
        assert_eq!(read("Ⓔⓜⓜⓐ ❺⑴"), "Emma 51");
        assert_eq!(read("I'm 🄴🄼🄼🄰 🅛🅔🅔"), "I'm Emma Lee");
        assert_eq!(Text::new("x 🅔🅔").original(&(3..4)), 3..4);
    }

    #[test]
    fn ranges_lead_back_to_the_original() {
        let text = Text::new("a\u{200B}b e\u{0301}c");
        assert_eq!(text.original(&(1..2)), 2..3);
        assert_eq!(
            text.original(&(3..4)),
            4..6,
            "the mark goes with its letter"
        );
        // One character that decomposes into several.
        let text = Text::new("x㏇y");
        assert_eq!(text.original(&(1..2)), 1..2);
        assert_eq!(read("x㏇y"), "xCo.y");
    }

    #[test]
    fn decoding_leads_back_to_the_escapes() {
        let text = Text::new("é=a%40b%C3%A9").decoded().unwrap();
        let read: String = (0..text.len()).filter_map(|index| text.at(index)).collect();
        assert_eq!(read, "e=a@be");
        assert_eq!(text.original(&(3..4)), 3..6);
        assert_eq!(text.original(&(5..6)), 7..13);
        assert!(Text::new("100% of 50%, 5%x").decoded().is_none());
    }

    #[test]
    fn covering_hides_every_part_of_a_character() {
        let mut text = Text::new("x㏇y");
        text.cover(&(1..2));
        assert_eq!(text.at(0), Some('x'));
        assert_eq!([text.at(1), text.at(2), text.at(3)], [Some(COVER); 3]);
        assert_eq!(text.at(4), Some('y'));
    }

    #[test]
    fn placeholders_read_as_what_was_found() {
        assert_eq!(
            read("a [PHONE]b [phone] [X] [EMAIL").replace(COVER, "_"),
            "a _______b [phone] [X] [EMAIL"
        );
    }

    #[test]
    fn skipping_stops_at_the_limit_and_at_the_ends() {
        let text = Text::new("aaab");
        assert_eq!(text.skip(0, 10, |c| c == 'a'), 3);
        assert_eq!(text.skip(0, 2, |c| c == 'a'), 2);
        assert_eq!(text.skip(4, 2, |c| c == 'a'), 4);
        assert_eq!(text.skip_back(3, 10, |c| c == 'a'), 0);
        assert_eq!(text.skip_back(3, 2, |c| c == 'a'), 1);
        assert_eq!(text.skip_back(4, 2, |c| c == 'a'), 4);
    }

    proptest! {
        #[test]
        fn ranges_stay_inside_the_original_and_in_order(original in "\\PC{0,40}") {
            let text = Text::new(&original);
            let length = original.chars().count();
            let mut reached = 0;
            for index in 0..text.len() {
                let origin = text.original(&(index..index + 1));
                prop_assert!(origin.start < origin.end && origin.end <= length);
                prop_assert!(reached <= origin.start);
                reached = origin.start;
            }
        }

        #[test]
        fn normalising_is_idempotent(original in "\\PC{0,40}") {
            prop_assert_eq!(read(&read(&original)), read(&original));
        }
    }
}
