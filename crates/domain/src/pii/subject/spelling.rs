//! Where a match of letters lies in the text: whether words begin and end with it, and what is between
//! its letters.

use std::ops::Range;

use super::super::text::Text;

/// Nothing longer is one handle.
const MAX_RUN: usize = 64;

/// Whether a word begins at `at`: after no letter, or where the case changes as in `theAda`.
pub(super) fn starts_word(text: &Text, at: usize) -> bool {
    let (Some(before), Some(char)) = (text.before(at), text.at(at)) else {
        return true;
    };
    !before.is_alphabetic() || (char.is_uppercase() && before.is_lowercase()) || has_no_case(char)
}

/// Whether a word ends before `at`.
pub(super) fn ends_word(text: &Text, at: usize) -> bool {
    let (Some(last), Some(next)) = (text.before(at), text.at(at)) else {
        return true;
    };
    !next.is_alphabetic() || (next.is_uppercase() && last.is_lowercase()) || has_no_case(last)
}

/// Scripts without capitals are written without spaces too, so that a name ends anywhere.
fn has_no_case(char: char) -> bool {
    char.is_alphabetic() && !char.is_lowercase() && !char.is_uppercase()
}

/// The end of `Lovelaces`, whose name ends at `at`.
pub(super) fn plural_end(text: &Text, at: usize) -> Option<usize> {
    let end = text.skip(at, 2, |char| matches!(char, 'e' | 's' | 'E' | 'S'));
    let is_plural = matches!(
        text.all_of(&(at..end)),
        ['s' | 'S'] | ['e' | 'E', 's' | 'S']
    );
    (is_plural && !text.at(end).is_some_and(char::is_alphabetic)).then_some(end)
}

/// The letters around a range that no other sign parts from it.
pub(super) fn run_of_letters(text: &Text, range: &Range<usize>) -> Range<usize> {
    let start = text.skip_back(range.start, MAX_RUN, char::is_alphabetic);
    start..text.skip(range.end, MAX_RUN, char::is_alphabetic)
}

/// The digits and signs that make a handle of a name: `ada_99`, `@ada`, `ada.1815`.
pub(super) fn with_handle_signs(text: &Text, range: Range<usize>) -> Range<usize> {
    let is_sign = |char: char| char.is_ascii_digit() || char == '_';
    let mut start = text.skip_back(range.start, MAX_RUN, is_sign);
    if text.before(start) == Some('@') {
        start -= 1;
    }
    let mut end = text.skip(range.end, MAX_RUN, is_sign);
    let after_sign = text.skip(end, 1, |char| matches!(char, '.' | '-'));
    let digits = text.skip(after_sign, 8, |char| char.is_ascii_digit());
    if after_sign > end && digits > after_sign && !text.at(digits).is_some_and(char::is_alphabetic)
    {
        end = digits;
    }
    start..end
}

/// What is between the letters of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gaps {
    pub(super) count: usize,
    /// All lie where one word of the name ends and the next begins.
    pub(super) are_joints: bool,
    /// None has a blank.
    pub(super) are_tight: bool,
    /// All are apostrophes.
    pub(super) are_apostrophes: bool,
}

impl Gaps {
    /// Of the gaps of a match, each with the bytes before it and its place in the text.
    pub(super) fn of(
        text: &Text,
        gaps: impl Iterator<Item = (usize, Range<usize>)>,
        joints: &[usize],
    ) -> Self {
        let none = Self {
            count: 0,
            are_joints: true,
            are_tight: true,
            are_apostrophes: true,
        };
        gaps.fold(none, |all, (offset, place)| {
            let between = text.all_of(&place);
            Self {
                count: all.count + 1,
                are_joints: all.are_joints && joints.contains(&offset),
                are_tight: all.are_tight && !between.iter().any(|char| char.is_whitespace()),
                are_apostrophes: all.are_apostrophes && matches!(between, ['\'' | '`']),
            }
        })
    }
}
