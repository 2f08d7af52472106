//! Titles, of which several may stand before one name: `Herr Prof. Dr. med. Weber`.

use std::ops::Range;

use super::lexicon::Classes;
use super::names::name_from;
use super::page::Page;
use super::words::{Case, Word};

/// More are no titles of somebody.
const MOST: usize = 6;
/// Never somebody's name, as "Pastor" and "Coach" may be.
const ABBREVIATED: [&str; 9] = [
    "mr", "mrs", "ms", "mx", "dr", "prof", "herr", "herrn", "frau",
];
/// Of which study a title is, with the dots after them: `Dr. med. dent.`, `Dr. h. c.`, `Dipl.-Ing.`
const DEGREES: [&str; 18] = [
    "med", "dent", "vet", "phil", "rer", "nat", "jur", "iur", "ing", "dipl", "theol", "oec", "pol",
    "pharm", "habil", "h", "c", "mult",
];

/// The name that begins with this word, or follows the titles that do.
pub(super) fn name_or_titled(page: &Page<'_>, first: usize) -> Option<Range<usize>> {
    let after = after_titles(page, first);
    let named = (after > first).then(|| name_from(page, after)).flatten();
    named.or_else(|| name_unless_title(page, first, after))
}

/// The name after this title.
pub(super) fn name_after_title(page: &Page<'_>, title: usize) -> Option<Range<usize>> {
    let after = after_titles(page, title);
    name_from(page, after).or_else(|| name_unless_title(page, title + 1, after))
}

/// `Pastor` in `Mr. Pastor`; a title whose name was found is none.
fn name_unless_title(page: &Page<'_>, first: usize, after: usize) -> Option<Range<usize>> {
    let word = page.words.get(first)?;
    let is_title = is_degree(page, word)
        || ABBREVIATED.iter().any(|title| page.is_written(word, title))
        || page
            .words
            .get(after)
            .is_some_and(|word| word.is(Classes::COVERED));
    (!is_title).then(|| name_from(page, first)).flatten()
}

/// The word after the titles that begin with this one.
fn after_titles(page: &Page<'_>, first: usize) -> usize {
    let is_of_title = |index: &usize| {
        let word = page.words.get(*index);
        word.is_some_and(|word| {
            word.is(Classes::TITLE) || (*index > first && is_degree(page, word))
        })
    };
    let titles =
        (first..first + MOST).take_while(|index| is_of_title(index) && joins_name(page, *index));
    titles.last().map_or(first, |last| last + 1)
}

/// Whether a title and the word after it belong together.
pub(super) fn joins_name(page: &Page<'_>, title: usize) -> bool {
    page.gap_after::<2>(title)
        .is_some_and(|gap| gap.is_blank() || matches!(gap.as_slice(), ['.'] | ['.', ' ' | '-']))
}

/// Small, unlike the initials of a name, but for `Dipl.-Ing.`
fn is_degree(page: &Page<'_>, word: &Word) -> bool {
    let is_small = word.case == Case::Lower || word.len() > 2;
    is_small
        && page.text.at(word.range().end) == Some('.')
        && DEGREES.iter().any(|degree| page.is_written(word, degree))
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn titles_in_a_row_leave_nothing_of_the_name() {
        for (text, name) in [
            ("Herr Dr. Müller kommt", "Müller"),
            ("Frau Prof. Dr. Weber", "Weber"),
            ("Mr. Dr. Smith", "Smith"),
            ("Frau Dr. med. dent. Anna Weber", "Anna Weber"),
            ("Prof. Dr. h. c. Weber", "Weber"),
            ("Herrn Dipl.-Ing. Weber", "Weber"),
            ("Dr.Dr. Weber", "Weber"),
            ("Mrs Coach Taylor", "Taylor"),
            ("Mr. Pastor said so", "Pastor"),
            ("Mr. C. Lewis said so", "C. Lewis"),
        ] {
            assert_eq!(found(text), [format!("name:{name}")], "{text}");
        }
    }

    #[test]
    fn a_title_after_an_introduction_is_no_name_itself() {
        for text in [
            "my teacher Mr. Smith",
            "my name is Dr. Smith",
            "I'm Dr. Smith",
            "I am Mrs. Smith",
            "our neighbour Mr Smith",
            "Name: Prof. Dr. Smith",
        ] {
            assert_eq!(found(text), ["name:Smith"], "{text}");
        }
    }

    #[test]
    fn titles_without_a_name_are_none() {
        for text in [
            "Herr Dr. kommt gleich",
            "my name is Dr.",
            "ask Prof. Dr. if you like",
            "the Dr. said so",
        ] {
            nothing_in(text);
        }
    }
}
