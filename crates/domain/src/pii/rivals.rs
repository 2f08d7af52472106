//! Two people with a verb between them: `Emma Lee beat Noah Becker`. Of each there have to be a first and a
//! last name, and both have to be likelier a person's than a team's.

use std::ops::Range;

use super::lexicon::Classes;
use super::likely_name::is_likely_person;
use super::names::name_from;
use super::page::Page;
use super::subject::is_ordinary;
use super::words::Case;

/// Words of a name before a verb.
const MAX_WORDS: usize = 4;

/// The names before and after a verb.
pub(super) fn rivals(page: &Page<'_>, verb: usize) -> Option<(Range<usize>, Range<usize>)> {
    let joins = |index: usize| page.gap_after::<1>(index).is_some_and(|gap| gap.is_blank());
    if page.words[verb].case != Case::Lower || !joins(verb) || !joins(verb.checked_sub(1)?) {
        return None;
    }
    let other = name_from(page, verb + 1)?;
    let last = page.word_from(other.end);
    let one = first_of_name(page, verb)?;
    let are_people = is_person(page, one..verb) && is_person(page, verb + 1..last);
    are_people.then(|| {
        let start = page.words[one].range().start;
        (start..page.words[verb - 1].range().end, other)
    })
}

/// The first word of the name that ends before the verb. A word of the language that a sentence begins
/// with, as in `Yesterday Emma Lee beat`, is none of it.
fn first_of_name(page: &Page<'_>, verb: usize) -> Option<usize> {
    let is_of_name = |index: &usize| {
        let word = &page.words[*index];
        let is_name = word.is_capitalised() && !word.is(Classes::GRAMMAR.or(Classes::COVERED));
        is_name || word.is(Classes::PARTICLE)
    };
    let joins = |index: &usize| {
        *index + 1 == verb
            || page.gap_after::<2>(*index).is_some_and(|gap| {
                gap.is_blank() || matches!(gap.as_slice(), ['-' | '\''] | ['.', ' '])
            })
    };
    let before = (verb.saturating_sub(MAX_WORDS)..verb).rev();
    let name = before.take_while(|index| is_of_name(index) && joins(index));
    let mut first = name.last()?;
    while first + 2 < verb && (page.begins_sentence(first) || !page.words[first].is_capitalised()) {
        if page.words[first].is_capitalised() && !is_ordinary(&lower(page, first)) {
            break;
        }
        first += 1;
    }
    Some(first)
}

fn is_person(page: &Page<'_>, words: Range<usize>) -> bool {
    let are_names = words
        .clone()
        .all(|index| !page.words[index].is(Classes::NO_NAME));
    let words: Vec<String> = words.map(|index| lower(page, index)).collect();
    are_names && words.iter().all(|word| !word.is_empty()) && is_likely_person(&words)
}

fn lower(page: &Page<'_>, word: usize) -> String {
    let written = page.text.all_of(&page.words[word].range()).iter();
    written.flat_map(|char| char.to_lowercase()).collect()
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
