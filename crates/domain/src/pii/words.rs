//! The words of a text, what each tells, and what characters a text has at all.

use std::ops::Range;

use super::german_school::is_school_word;
use super::lexicon::{Classes, classes_of};
use super::span::Span;
use super::text::{COVER, Text};

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `ada`, and scripts without capitals.
    Lower,
    /// `Ada`, `McAdam`, `A`.
    Capital,
    /// `ADA`
    Upper,
}

/// A run of letters, or of something that was found.
#[derive(Debug, Clone)]
pub(super) struct Word {
    span: Span,
    pub(super) classes: Classes,
    pub(super) case: Case,
}

impl Word {
    pub(super) fn range(&self) -> Range<usize> {
        self.span.range()
    }

    pub(super) fn is(&self, classes: Classes) -> bool {
        self.classes.any(classes)
    }

    pub(super) fn is_capitalised(&self) -> bool {
        self.case != Case::Lower
    }

    pub(super) fn len(&self) -> usize {
        self.range().len()
    }
}

/// Whether a text has a character at all: most detectors need one that most texts lack.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    pub(super) digits: bool,
    /// `@`, or a bracket, which may hold a spelt-out one.
    pub(super) at_signs: bool,
    pub(super) dots: bool,
    pub(super) colons: bool,
    /// What any word tells.
    pub(super) classes: Classes,
    /// A word that begins with a capital letter.
    pub(super) capitals: bool,
    /// ` at `
    pub(super) at_words: bool,
    pub(super) hashes: bool,
}

/// The words of a text and its features, in one pass.
pub(super) fn survey(text: &Text) -> (Vec<Word>, Features) {
    let chars = text.all();
    let mut words = Vec::with_capacity(chars.len() / 5);
    let mut features = Features::default();
    let mut index = 0;
    while let Some(char) = chars.get(index) {
        if is_letter(*char) {
            let end = end_of_run(chars, index, is_letter);
            let word = word(chars, index..end);
            features.classes = features.classes.or(word.classes);
            features.capitals |= word.is_capitalised();
            features.at_words |= matches!(chars[index..end], ['a' | 'A', 't' | 'T']);
            words.push(word);
            index = end;
            continue;
        }
        match char {
            '0'..='9' => features.digits = true,
            '@' | '[' | '(' | '{' | '<' => features.at_signs = true,
            '.' => features.dots = true,
            ':' => features.colons = true,
            '#' => features.hashes = true,
            &COVER => {
                let end = end_of_run(chars, index, |char| char == COVER);
                words.push(Word {
                    span: Span::new(index..end),
                    classes: Classes::COVERED,
                    case: Case::Lower,
                });
                index = end;
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    (words, features)
}

fn is_letter(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphabetic()
    } else {
        char.is_alphabetic()
    }
}

fn end_of_run(chars: &[char], start: usize, is_inside: impl Fn(char) -> bool) -> usize {
    let length = chars[start..].iter().position(|char| !is_inside(*char));
    length.map_or(chars.len(), |length| start + length)
}

fn word(chars: &[char], range: Range<usize>) -> Word {
    let written = &chars[range.clone()];
    let is_upper =
        |char: &char| char.is_ascii_uppercase() || (!char.is_ascii() && char.is_uppercase());
    let case = match written {
        [first, ..] if !is_upper(first) => Case::Lower,
        [_, second, ..] if is_upper(second) && written.iter().all(is_upper) => Case::Upper,
        _ => Case::Capital,
    };
    let is_school = is_school_word(written);
    let compound = if is_school {
        Classes::SCHOOL_WORD
    } else {
        Classes::default()
    };
    Word {
        classes: classes_of(written).or(compound),
        span: Span::new(range),
        case,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_with_their_case() {
        let (words, features) = survey(&Text::new("Ada's DOG, mcAdam 12 É"));
        let cases: Vec<_> = words.iter().map(|word| word.case).collect();
        use Case::{Capital, Lower, Upper};
        assert_eq!(cases, [Capital, Lower, Upper, Lower, Capital]);
        assert!(features.digits && features.capitals && !features.dots);
    }

    #[test]
    fn what_was_found_is_a_word_of_its_own() {
        let (words, _) = survey(&Text::new("call [PHONE] now"));
        assert_eq!(words.len(), 3);
        assert!(words[1].is(Classes::COVERED));
    }
}
