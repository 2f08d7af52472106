//! Two people with a verb between them: `Emma Lee beat Noah Becker`. Of each there have to be a first and a
//! last name, and both have to be likelier a person's than a team's.

use std::ops::Range;

use super::lexicon::Classes;
use super::likely_name::is_likely_person;
use super::names::name_from;
use super::page::{Gap, Page};
use super::subject::is_ordinary;
use super::words::Case;

/// Words of a name before a verb.
const MAX_WORDS: usize = 4;

/// Small words between a name and the verb.
const MAX_SMALL: usize = 2;
const BETWEEN: [&str; 22] = [
    "has", "have", "had", "was", "is", "will", "can", "did", "could", "then", "just", "also",
    "never", "always", "once", "been", "by", "in", "with", "to", "hat", "von",
];

/// The names before and after a verb.
pub(super) fn rivals(page: &Page<'_>, verb: usize) -> Option<(Range<usize>, Range<usize>)> {
    if page.words[verb].case != Case::Lower {
        return None;
    }
    let end = past_small_words(page, verb, Side::Left)? + 1;
    let start = past_small_words(page, verb, Side::Right)?;
    let other = name_from(page, start)?;
    let last = page.word_from(other.end);
    let first = first_of_name(page, end)?;
    let are_people = is_person(page, first..end) && is_person(page, start..last);
    are_people.then(|| {
        let begins = page.words[first].range().start;
        (begins..page.words[end - 1].range().end, other)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The nearest capitalised word on a side of the verb, with at most [`MAX_SMALL`] words between: `has
/// beaten`, `was helped by`, `played against`.
fn past_small_words(page: &Page<'_>, verb: usize, side: Side) -> Option<usize> {
    let mut index = verb;
    for _ in 0..=MAX_SMALL {
        let (next, joint) = match side {
            Side::Left => (index.checked_sub(1)?, index.checked_sub(1)?),
            Side::Right => (index + 1, index),
        };
        page.gap_after::<1>(joint).filter(Gap::is_blank)?;
        let word = page.words.get(next)?;
        if word.is_capitalised() {
            return Some(next);
        }
        if !BETWEEN.iter().any(|small| page.is_written(word, small)) && !word.is(Classes::TOWARDS) {
            return None;
        }
        index = next;
    }
    None
}

/// The first word of the name that ends before this one. A word of the language that a sentence begins
/// with, as in `Yesterday Emma Lee beat`, is none of it.
fn first_of_name(page: &Page<'_>, end: usize) -> Option<usize> {
    let is_of_name = |index: &usize| {
        let word = &page.words[*index];
        let is_name = word.is_capitalised() && !word.is(Classes::GRAMMAR.or(Classes::COVERED));
        is_name || word.is(Classes::PARTICLE)
    };
    let joins = |index: &usize| {
        *index + 1 == end
            || page.gap_after::<2>(*index).is_some_and(|gap| {
                gap.is_blank() || matches!(gap.as_slice(), ['-' | '\''] | ['.', ' '])
            })
    };
    let before = (end.saturating_sub(MAX_WORDS)..end).rev();
    let name = before.take_while(|index| is_of_name(index) && joins(index));
    let mut first = name.last()?;
    while first + 2 < end && (page.begins_sentence(first) || !page.words[first].is_capitalised()) {
        if page.words[first].is_capitalised() && !is_ordinary(&page.lower(&page.words[first])) {
            break;
        }
        first += 1;
    }
    Some(first)
}

/// Whether these words are likelier a person's than a team's or a place's.
pub(super) fn is_person(page: &Page<'_>, words: Range<usize>) -> bool {
    let are_names = words
        .clone()
        .all(|index| !page.words[index].is(Classes::NO_NAME));
    let words: Vec<String> = words.map(|index| page.lower(&page.words[index])).collect();
    are_names && words.iter().all(|word| !word.is_empty()) && is_likely_person(&words)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn two_people_with_a_verb_between_them_are_found() {
        for (text, names) in [
            ("Emma Lee beat Noah Becker", ["Emma Lee", "Noah Becker"]),
            (
                "Yesterday Emma Lee helped Noah Baker with it.",
                ["Emma Lee", "Noah Baker"],
            ),
            (
                "Then Grace Hopper challenged Ada L. again",
                ["Grace Hopper", "Ada L"],
            ),
            (
                "look: Ana de la Cruz taught Jean-Luc Picard",
                ["Ana de la Cruz", "Jean-Luc Picard"],
            ),
            ("Emma Lee besiegte Noah Becker", ["Emma Lee", "Noah Becker"]),
            ("Emma Lee vs Noah Becker", ["Emma Lee", "Noah Becker"]),
            (
                "Emma Lee has beaten Noah Becker!",
                ["Emma Lee", "Noah Becker"],
            ),
            (
                "Noah Becker was helped by Emma Lee",
                ["Noah Becker", "Emma Lee"],
            ),
            (
                "Emma Lee played against Noah Becker",
                ["Emma Lee", "Noah Becker"],
            ),
            (
                "Emma Lee is friends with Noah Becker",
                ["Emma Lee", "Noah Becker"],
            ),
        ] {
            let names = names.map(|name| format!("name:{name}"));
            assert_eq!(found(text), names, "{text}");
        }
    }

    #[test]
    fn teams_places_and_things_are_none() {
        for text in [
            "Blue Dragons beat Red Foxes",
            "The Chicago Bulls beat the Boston Celtics",
            "Chicago Bulls beat Boston Celtics",
            "Real Madrid beat Bayern Munich",
            "Team Alpha beat Team Bravo",
            "Game Night beat Movie Night",
            "Emma beat Noah",
            "World History met Linear Algebra",
            "New York hit Los Angeles",
        ] {
            nothing_in(text);
        }
    }
}
