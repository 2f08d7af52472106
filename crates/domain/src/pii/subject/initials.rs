//! Initials of a known name: beside a word of it (`Ada L.`, `A. Lovelace`), and by themselves (`A.L.`).

use std::ops::Range;

use super::super::page::Page;
use super::super::words::{Case, Word};
use super::fold::folded;

/// At most so many initials are joined to a name on one side.
const MOST: usize = 3;
/// Signs between an initial and a name.
const MAX_GAP: usize = 2;
/// Letters with dots that mean other things.
const ABBREVIATIONS: [&str; 18] = [
    "am", "pm", "ie", "eg", "us", "uk", "id", "tv", "dc", "la", "ny", "ps", "pe", "bc", "eu", "un",
    "ai", "ad",
];

/// The first letters of a name's words, folded; of particles too.
#[derive(Debug, Clone, Default)]
pub(super) struct Initials {
    pub(super) all: Vec<char>,
    /// Of the first and the last word, and of all words, of each name.
    pub(super) sequences: Vec<Vec<char>>,
}

/// A name with the initials beside it.
pub(super) struct Grown {
    pub(super) range: Range<usize>,
    /// An initial that only names have: `Grace H.`, `h_grace`.
    pub(super) is_sure: bool,
}

impl Initials {
    fn has(&self, word: &Word, page: &Page<'_>) -> bool {
        word.len() == 1 && {
            let letter = folded(page.text.all_of(&word.range()).iter().copied());
            letter
                .chars()
                .next()
                .is_some_and(|letter| self.all.contains(&letter))
        }
    }

    /// A name at `range`, with the initials that stand beside it.
    pub(super) fn grow(&self, page: &Page<'_>, range: Range<usize>) -> Grown {
        let mut grown = Grown {
            range,
            is_sure: false,
        };
        for _ in 0..MOST {
            let left = self.before(page, grown.range.start);
            let right = self.after(page, grown.range.end);
            if let Some((start, is_sure)) = left {
                grown.range.start = start;
                grown.is_sure |= is_sure;
            }
            if let Some((end, is_sure)) = right {
                grown.range.end = end;
                grown.is_sure |= is_sure;
            }
            if left.is_none() && right.is_none() {
                break;
            }
        }
        grown
    }

    /// `A. `, `a_` before a name: where it starts, and whether only names have it.
    fn before(&self, page: &Page<'_>, start: usize) -> Option<(usize, bool)> {
        let text = page.text;
        let end = text.skip_back(start, MAX_GAP, is_between);
        let word = page
            .word_ending(end)
            .filter(|word| end < start && self.has(word, page))?;
        if text.before(word.range().start) == Some('\'') {
            return None;
        }
        let between = text.all_of(&(end..start));
        let has_dot = between.contains(&'.');
        let is_joined = matches!(between, ['_' | '-' | '.']);
        let is_capital = word.is_capitalised();
        let is_sure = is_joined || (has_dot && is_capital);
        // `a Lovelace`, but `A Lovelace`.
        (is_capital || has_dot || is_joined).then_some((word.range().start, is_sure))
    }

    /// ` L.`, `_l` after a name.
    fn after(&self, page: &Page<'_>, end: usize) -> Option<(usize, bool)> {
        let text = page.text;
        let start = text.skip(end, MAX_GAP, |char| is_between(char) || char == ',');
        let word = page
            .word_at(start)
            .filter(|word| start > end && self.has(word, page))?;
        let next = text.at(word.range().end);
        let is_contracted = next == Some('\'') && !text.has_word_at(word.range().end, "'s");
        if is_contracted {
            return None;
        }
        let between = text.all_of(&(end..start));
        let is_joined = matches!(between, ['_' | '-' | '.']);
        let is_dotted = next == Some('.');
        let is_capital = word.is_capitalised();
        let letter = text.at(word.range().start).unwrap_or_default();
        let is_initial =
            is_joined || is_dotted || (is_capital && letter != 'I') || is_no_word(letter);
        let is_sure = is_joined || (is_capital && (is_dotted || is_no_word(letter)));
        is_initial.then_some((word.range().end, is_sure))
    }

    /// `A.L.`, `A. B. L.`
    pub(super) fn alone(&self, page: &Page<'_>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if !page.features.dots {
            return found;
        }
        let mut reached = 0;
        for index in 0..page.words.len() {
            if page.words[index].len() == 1
                && page.words[index].range().start >= reached
                && let Some(range) = self
                    .sequences
                    .iter()
                    .filter_map(|letters| dotted(page, index, letters))
                    .max_by_key(Range::len)
            {
                reached = range.end;
                found.push(range);
            }
        }
        found
    }
}

/// The letters with dots between them, from this word on.
fn dotted(page: &Page<'_>, first: usize, letters: &[char]) -> Option<Range<usize>> {
    let text = page.text;
    let words = page.words.get(first..first + letters.len())?;
    let is_letter = |(word, letter): (&Word, &char)| {
        word.len() == 1 && folded(text.all_of(&word.range()).iter().copied()).starts_with(*letter)
    };
    let are_joined = words.windows(2).all(|pair| {
        matches!(
            text.all_of(&(pair[0].range().end..pair[1].range().start)),
            ['.'] | ['.', ' ']
        )
    });
    let (start, end) = (words.first()?.range().start, words.last()?.range().end);
    let continues_before = matches!(text.before(start), Some('.' | '\''));
    let continues_after =
        text.at(end) == Some('.') && text.at(end + 1).is_some_and(char::is_alphabetic);
    let written: String = letters.iter().collect();
    let is_capital = words.iter().all(|word| word.case != Case::Lower);
    let is_time = text
        .before(text.skip_back(start, 1, |char| char == ' '))
        .is_some_and(|char| char.is_ascii_digit());
    let is_abbreviation = ABBREVIATIONS.contains(&written.as_str())
        && (!is_capital || is_time || !matches!(written.as_str(), "am" | "pm"));
    let fits = words.iter().zip(letters).all(is_letter)
        && are_joined
        && !continues_before
        && !continues_after;
    let ends_with_dot = text.at(end) == Some('.');
    (fits && !is_abbreviation && (is_capital || ends_with_dot)).then_some(start..end)
}

/// A letter that is no word by itself in languages written in Latin letters, as "a", "I", "e", "y" are.
fn is_no_word(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        && !matches!(
            letter.to_ascii_lowercase(),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y'
        )
}

fn is_between(char: char) -> bool {
    matches!(char, ' ' | '.' | '_' | '-')
}
