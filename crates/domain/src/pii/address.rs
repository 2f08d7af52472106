//! Street addresses, as the countries write them: `12 Main Street, Apt 4, Springfield, IL 62704`,
//! `Hauptstraße 12`, `Am Markt 5`, `12 rue de la Paix`, `P.O. Box 12`, `Springfield, IL 62704`.
//!
//! A number starts each; the few words around it decide. Words that end a street's name and mean
//! other things too ("drive", "park") need capitals.

use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::numbers::Group;
use super::page::Page;
use super::place_name::with_place;
use super::preposition_street::preposition_street;
use super::scan::Candidate;
use super::words::{Case, Word};

const MAX_HOUSE_DIGITS: usize = 6;
/// A street's name has at most so many words.
const MAX_WORDS: usize = 6;
/// What streets end with where their names are one word.
const COMPOUND_ENDINGS: [&str; 22] = [
    "strasse", "straße", "str", "gasse", "weg", "platz", "allee", "ufer", "damm", "straat", "laan",
    "plein", "gracht", "gatan", "vagen", "vej", "gade", "veien", "katu", "tie", "utca", "kade",
];

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let tells = Classes::STREET
        .or(Classes::STREET_OR_WORD)
        .or(Classes::STREET_FIRST)
        .or(Classes::STATE);
    if !page.features.digits || !(page.features.classes.any(tells) || page.features.capitals) {
        return;
    }
    let mut reached = 0;
    for group in &page.groups {
        if group.range().start < reached {
            continue;
        }
        let range = street_after(page, group)
            .or_else(|| street_before(page, group, reached))
            .or_else(|| post_box(page, group, reached))
            .or_else(|| place_before_zip(page, group, reached));
        if let Some(range) = range {
            reached = range.end;
            found.push(Candidate::new(
                EntityKind::Address,
                range,
                Confidence::LIKELY,
            ));
        }
    }
}

/// `12 Main Street`, `12b, rue de la Paix`.
fn street_after(page: &Page<'_>, group: &Group) -> Option<Range<usize>> {
    if !may_be_house_number(page, group) {
        return None;
    }
    let text = page.text;
    // `12b`
    let letter = text.skip(group.range().end, 2, char::is_alphabetic);
    let number_end = if letter == group.range().end + 1 {
        letter
    } else {
        group.range().end
    };
    let start = text.skip(number_end, 2, |char| matches!(char, ' ' | ','));
    if start == number_end {
        return None;
    }
    let first = page.words.get(page.word_from(start))?;
    let end = if first.is(Classes::STREET_FIRST) && first.range().start == start {
        street_named_last(page, page.word_from(start))?
    } else {
        street_named_first(page, start)?
    };
    Some(with_place(page, group.range().start..end))
}

fn may_be_house_number(page: &Page<'_>, group: &Group) -> bool {
    let before = page.text.before(group.range().start);
    let is_sign = |char| {
        matches!(
            char,
            '.' | ',' | '/' | '$' | '€' | '£' | ':' | '%' | '+' | '='
        )
    };
    group.range().len() <= MAX_HOUSE_DIGITS
        && !group.touches_word_before
        && !before.is_some_and(is_sign)
}

/// `Main Street`, `E 42nd St`: the end of the word that makes it a street.
fn street_named_first(page: &Page<'_>, start: usize) -> Option<usize> {
    let text = page.text;
    let mut at = start;
    let mut names: Vec<&Word> = Vec::new();
    for _ in 0..MAX_WORDS {
        // `42nd`
        let digits = text.skip(at, 3, |char| char.is_ascii_digit());
        let word = page.word_at(digits)?;
        let is_numbered = digits > at;
        if !is_numbered && ends_street(page, word, &names) {
            return Some(with_direction(page, with_dot(page, word.range().end)));
        }
        let is_talk = word.is(Classes::ARTICLE)
            || (word.is(Classes::GRAMMAR) && !word.is_capitalised() && names.is_empty());
        if word.is(Classes::MEASURE) || is_talk {
            return None;
        }
        names.push(word);
        at = next_word(page, word)?;
    }
    None
}

fn ends_street(page: &Page<'_>, word: &Word, names: &[&Word]) -> bool {
    let named = names
        .iter()
        .filter(|name| !name.is(Classes::DIRECTION) || name.len() > 2)
        .count();
    if named == 0 {
        return false;
    }
    // The small letters of `42nd` and `Mary's` begin no word.
    let continues = |name: &Word| {
        let before = page.text.before(name.range().start);
        before.is_some_and(|char| char.is_ascii_digit() || char == '\'')
    };
    let are_capitalised = names
        .iter()
        .all(|name| name.is_capitalised() || name.is(Classes::PARTICLE) || continues(name));
    let are_plain = || names.len() <= 2 && names.iter().all(|name| !name.is(Classes::GRAMMAR));
    if word.is(Classes::STREET) {
        return are_capitalised || are_plain();
    }
    // `12 main st`: the abbreviations mean little else.
    let is_short = word.len() <= 3 && word.is(Classes::STREET_OR_WORD);
    word.is(Classes::STREET_OR_WORD)
        && ((are_capitalised && word.is_capitalised()) || (is_short && are_plain()))
}

/// `rue de la Paix`, `Calle Mayor`: the end of the name.
fn street_named_last(page: &Page<'_>, first: usize) -> Option<usize> {
    let mut end = None;
    for index in first + 1..(first + MAX_WORDS).min(page.words.len()) {
        let Some(gap) = page.gap_after::<2>(index - 1) else {
            break;
        };
        let word = &page.words[index];
        let joins = gap.is_blank() || matches!(gap.as_slice(), ['.', ' '] | ['-' | '\'']);
        if !joins || !(word.is_capitalised() || word.is(Classes::PARTICLE)) {
            break;
        }
        if word.is_capitalised() {
            end = Some(word.range().end);
        }
    }
    end
}

/// `Hauptstraße 12`, `Calle Mayor, 5`: a number after the street.
fn street_before(page: &Page<'_>, group: &Group, reached: usize) -> Option<Range<usize>> {
    if group.touches_word_before || group.range().len() > 4 {
        return None;
    }
    let text = page.text;
    let end = text.skip_back(group.range().start, 2, |char| {
        matches!(char, ' ' | ',' | '.')
    });
    let last = page.word_ending(end)?;
    let start = preposition_street(page, last, group)
        .or_else(|| compound_street(page, last))
        .or_else(|| street_of_words(page, last))?;
    let letter = text.skip(group.range().end, 2, char::is_alphabetic);
    let number_end = if letter == group.range().end + 1 {
        letter
    } else {
        group.range().end
    };
    let is_cut = text.at(number_end).is_some_and(char::is_alphanumeric);
    (start >= reached && !is_cut).then(|| with_place(page, start..number_end))
}

fn compound_street(page: &Page<'_>, word: &Word) -> Option<usize> {
    let written: String = page
        .text
        .all_of(&word.range())
        .iter()
        .take(40)
        .flat_map(|char| char.to_lowercase())
        .collect();
    let ending = COMPOUND_ENDINGS
        .iter()
        .find(|ending| written.ends_with(**ending))?;
    let is_long = word.len() >= ending.chars().count() + 3;
    (word.case == Case::Capital && is_long).then_some(word.range().start)
}

/// The start of `Calle` in `Calle de Alcalá`, whose last word this is.
fn street_of_words(page: &Page<'_>, last: &Word) -> Option<usize> {
    let last = page.word_from(last.range().start);
    let first = (last.saturating_sub(MAX_WORDS - 1)..=last)
        .rev()
        .find(|index| page.words[*index].is(Classes::STREET_FIRST))?;
    let end = street_named_last(page, first)?;
    (page.words[last].range().end == end).then(|| page.words[first].range().start)
}

/// `P.O. Box 12`, `PSC 3294, Box 9168`.
fn post_box(page: &Page<'_>, group: &Group, reached: usize) -> Option<Range<usize>> {
    let text = page.text;
    let end = text.skip_back(group.range().start, 1, |char| char == ' ');
    let word = page
        .word_ending(end)
        .filter(|word| text.has_word_at(word.range().start, "box") && word.len() == 3)?;
    let before = text.skip_back(word.range().start, 2, |char| matches!(char, ' ' | ','));
    let is_post = |length: usize, written: &str| {
        let start = before.checked_sub(length)?;
        let is_apart = !text.before(start).is_some_and(char::is_alphanumeric);
        (is_apart && text.has_word_at(start, written)).then_some(start)
    };
    let military = || {
        let digits = text.skip_back(before, 6, |char| char.is_ascii_digit());
        let unit_end = text.skip_back(digits, 1, |char| char == ' ');
        let unit = page.word_ending(unit_end)?;
        let is_unit = ["psc", "cmr", "unit"]
            .iter()
            .any(|known| unit.len() == known.len() && text.has_word_at(unit.range().start, known));
        (digits < before && is_unit).then_some(unit.range().start)
    };
    let start = is_post(2, "po")
        .or_else(|| is_post(4, "p.o."))
        .or_else(|| is_post(5, "p. o."))
        .or_else(|| is_post(11, "post office"))
        .or_else(military)?;
    (start >= reached).then(|| with_place(page, start..group.range().end))
}

/// `Springfield, IL 62704`
fn place_before_zip(page: &Page<'_>, group: &Group, reached: usize) -> Option<Range<usize>> {
    let text = page.text;
    if group.range().len() != 5
        || group.touches_word_after
        || text.before(group.range().start) != Some(' ')
    {
        return None;
    }
    let state = page.word_ending(group.range().start - 1)?;
    if state.case != Case::Upper || !state.is(Classes::STATE) || state.len() != 2 {
        return None;
    }
    let mut index = page.word_from(state.range().start);
    let mut start = None;
    for _ in 0..3 {
        let Some(before) = index.checked_sub(1) else {
            break;
        };
        let Some(gap) = page.gap_after::<2>(before) else {
            break;
        };
        let word = &page.words[before];
        if !gap.is_blank_or_comma() || word.case != Case::Capital || word.range().start < reached {
            break;
        }
        start = Some(word.range().start);
        index = before;
    }
    start.map(|start| with_place(page, start..group.range().end))
}

/// Where the word after this one starts, or the digits it begins with.
fn next_word(page: &Page<'_>, word: &Word) -> Option<usize> {
    let text = page.text;
    let end = word.range().end;
    let next = text.skip(end, 2, |char| matches!(char, ' ' | '.' | '-' | '\''));
    (next > end && text.at(next).is_some_and(char::is_alphanumeric)).then_some(next)
}

fn with_dot(page: &Page<'_>, end: usize) -> usize {
    end + usize::from(page.text.at(end) == Some('.'))
}

/// `5th Avenue N`
fn with_direction(page: &Page<'_>, end: usize) -> usize {
    let next = page.text.skip(end, 1, |char| char == ' ');
    let direction = page
        .word_at(next)
        .filter(|word| next > end && word.is_capitalised() && word.is(Classes::DIRECTION));
    direction.map_or(end, |word| word.range().end)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn streets_with_their_places_are_found() {
        for text in [
            "12 Main Street",
            "12 main street",
            "1600 Pennsylvania Ave NW",
            "221B Baker Street",
            "123 E 42nd St",
            "4 Privet Drive",
            "12 St Mary's Road",
            "742 Evergreen Terrace, Springfield, IL 62704",
            "12 Oak St., Apt 4B, Portland, OR 97201-1234",
            "12 Oak Lane Apt. 105",
            "Hauptstraße 12",
            "Musterstr. 5a, 10115 Berlin",
            "12 rue de la Paix, 75002 Paris",
            "Calle Mayor 5",
            "Via Roma, 10",
            "Kungsgatan 4",
            "P.O. Box 123",
            "PO Box 12, Springfield, IL 62704",
            "Springfield, IL 62704",
            "10 Downing Street, London SW1A 2AA",
        ] {
            assert_eq!(
                found(&format!("I live at {text}! Bye")),
                [format!("address:{text}")]
            );
            assert_eq!(found(text), [format!("address:{text}")]);
        }
    }

    #[test]
    fn numbers_with_other_words_are_none() {
        for text in [
            "12 people walk down the street",
            "a 5 minute drive",
            "10 points way ahead",
            "Level 3 drive",
            "Chapter 12 The Long Road",
            "we won 3 2 at the park",
            "2 of us took the road",
            "room 12",
            "3 ways to close",
            "5 new friends place first",
            "Question 7: Which Way?",
            "In 2019 the road was closed",
            "Der Weg 12 ist lang",
        ] {
            nothing_in(text);
        }
    }
}
