//! Two people who share a surname, written once: `Emma and Noah Becker`.
//!
//! Places, works and firms are joined alike, so that each of the two has to read like a person with that surname.

use std::ops::Range;

use super::lexicon::Classes;
use super::likely_name::{is_likely_person, is_place, is_surname_after};
use super::names::name_from;
use super::page::{Gap, Page};
use super::rivals::is_person;
use super::subject::is_ordinary;
use super::words::Case;

/// Between the two.
const JOINING: [&str; 4] = ["and", "und", "et", "y"];

/// The names before and after "and".
pub(super) fn relatives(page: &Page<'_>, and: usize) -> Option<(Range<usize>, Range<usize>)> {
    let (one, first) = (and.checked_sub(1)?, and + 1);
    let is_blank = |index| {
        page.gap_after::<1>(index)
            .as_ref()
            .is_some_and(Gap::is_blank)
    };
    let is_first = |index: usize| {
        page.words
            .get(index)
            .is_some_and(|word| word.case == Case::Capital)
    };
    let word = &page.words[and];
    let joins = word.case == Case::Lower
        && is_first(one)
        && is_first(first)
        && JOINING.iter().any(|joining| page.is_written(word, joining))
        && is_blank(one)
        && is_blank(and);
    if !joins || !begins_name(page, one) {
        return None;
    }
    let other = name_from(page, first)?;
    let words = first..page.word_from(other.end);
    // Firms have more.
    let is_small = |index: &usize| page.words[*index].is(Classes::PARTICLE);
    let share = words.clone().filter(|index| !is_small(index)).count() == 2
        && is_person(page, words.clone())
        && !is_place(page, other.start)
        && have_surname(page, [one, first], words.end - 1);
    share.then(|| (page.words[one].range(), other))
}

/// Whether no other capitalised word stands before, but for one that a sentence begins with: `Yesterday Emma and`.
fn begins_name(page: &Page<'_>, word: usize) -> bool {
    let Some(before) = word.checked_sub(1) else {
        return true;
    };
    let is_joined = page
        .gap_after::<2>(before)
        .is_some_and(|gap| gap.is_blank() || matches!(gap.as_slice(), ['-' | '\'']));
    let is_opening =
        || page.begins_sentence(before) && is_ordinary(&page.lower(&page.words[before]));
    !is_joined || !page.words[before].is_capitalised() || is_opening()
}

fn have_surname(page: &Page<'_>, people: [usize; 2], surname: usize) -> bool {
    let last = page.lower(&page.words[surname]);
    people.into_iter().all(|first| {
        let is_other = page.words[first].is(Classes::NO_NAME.or(Classes::MONTH).or(Classes::TITLE));
        let name = [page.lower(&page.words[first]), last.clone()];
        !is_other && is_surname_after(&name[0], &last) && is_likely_person(&name)
    })
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn both_are_found() {
        for (text, names) in [
            ("Emma and Noah Becker", ["Emma", "Noah Becker"]),
            (
                "Yesterday Emma and Noah Becker won.",
                ["Emma", "Noah Becker"],
            ),
            ("with Emma and Noah Baker", ["Emma", "Noah Baker"]),
            ("Grace and Tom Müller are here", ["Grace", "Tom Müller"]),
            ("Lena und Jonas von Berg", ["Lena", "Jonas von Berg"]),
        ] {
            assert_eq!(
                found(text),
                names.map(|name| format!("name:{name}")),
                "{text}"
            );
        }
    }

    #[test]
    fn places_works_and_firms_are_none() {
        for text in [
            "Research and Development",
            "Trinidad and Tobago Islands",
            "Science and World History",
            "Emma and Noah",
            "Kenya and Burkina Faso",
            "Paris and New York",
            "Duolingo and Khan Academy",
            "Bayern and Real Madrid",
            "The Blue Dragons and Red Foxes",
            "Star Wars and Darth Vader",
            "Romeo and Juliet",
            "Karmadata and Berkery Noyes Mandasoft",
            "Python and Visual Basic",
            "EMMA AND NOAH BECKER",
        ] {
            nothing_in(text);
        }
    }
}
