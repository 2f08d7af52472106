//! Names in small letters after a phrase that means nothing else: `my name is emma lee`, `ich heiße lena`.
//!
//! Any word may be a first name there, but for those that are said of names. After it nearly any word may follow, so
//! that a surname has to be no word of the language, or to end what is said.

use std::ops::Range;

use super::description::describes;
use super::lexicon::Classes;
use super::page::{Gap, Page};
use super::subject::is_ordinary;
use super::words::{Case, Word};

/// Surnames, and second first names.
const MAX_MORE: usize = 2;
/// `van der`
const MAX_PARTICLES: usize = 2;
/// What is said of a name in English and German.
const SAID_OF_NAMES: &str = "boring common correct gone hard hidden irrelevant listed long mine misspelled missing nobody \
     none nothing private pronounced rare secret similar spelled spelt taken unique unknown written yours falsch \
     gelistet geheim komisch kurz lang richtig schwer selten unbekannt vergeben wichtig";
/// What is written after a name where people chat.
const CHAT: &str = "aber bin btw bro bruh cant danke dont gonna gotta haha hahaha hehe hihi hmu hru ich idk ily ima ive jaja \
     lmao lol nnd omg pls plz sis thx tbh und wanna wassup wat wats wbu whats wie wohne wyd xoxo yall yay yeah yep";
/// What is said goes on after one of these.
const JOINING: [&str; 12] = [
    "and", "but", "from", "i", "im", "nd", "und", "aber", "ich", "aus", "et", "y",
];

/// The first name that is this word, with what follows of the name.
pub(super) fn small_name(page: &Page<'_>, first: usize) -> Option<Range<usize>> {
    let word = page.words.get(first)?;
    let is_name = word.case == Case::Lower
        && word.len() >= 2
        && !word.is(Classes::GRAMMAR.or(Classes::COVERED))
        && !describes(page, word)
        && !is_listed(page, word, SAID_OF_NAMES);
    is_name.then(|| with_surname(page, first, word.range()))
}

/// A name that begins with the word `first` and ends with a single word, with a surname in small letters.
pub(super) fn with_surname(page: &Page<'_>, first: usize, name: Range<usize>) -> Range<usize> {
    let mut last = first;
    for _ in 0..MAX_MORE {
        let Some(next) = surname_after(page, last) else {
            break;
        };
        last = next;
    }
    name.start..page.words[last].range().end.max(name.end)
}

fn surname_after(page: &Page<'_>, last: usize) -> Option<usize> {
    let is_joined = |word: usize| page.gap_after::<1>(word).is_some_and(|gap| gap.is_blank());
    let mut next = last + 1;
    let is_particle = |index: usize| {
        page.words
            .get(index)
            .is_some_and(|word| word.is(Classes::PARTICLE))
    };
    while next <= last + MAX_PARTICLES && is_joined(next - 1) && is_particle(next) {
        next += 1;
    }
    let word = page.words.get(next).filter(|_| is_joined(next - 1))?;
    is_surname(page, next, word).then_some(next)
}

fn is_surname(page: &Page<'_>, index: usize, word: &Word) -> bool {
    let other = Classes::GRAMMAR
        .or(Classes::OTHER_GRAMMAR)
        .or(Classes::OTHER_NO_NAME)
        .or(Classes::COVERED)
        .or(Classes::GREETING)
        .or(Classes::PARTICLE)
        .or(Classes::NO_NAME);
    let may_be = word.case == Case::Lower
        && word.len() >= 3
        && !word.is(other)
        && !describes(page, word)
        && !is_listed(page, word, CHAT);
    may_be
        && (ends_clause(page, index) || is_english(page, index) && !is_ordinary(&page.lower(word)))
}

/// Other languages have no list of words here. English speaks of a "name" before it.
fn is_english(page: &Page<'_>, index: usize) -> bool {
    let before = &page.words[index.saturating_sub(4)..index];
    before.iter().any(|word| page.is_written(word, "name"))
        && before.iter().any(|word| page.is_written(word, "is"))
}

/// Whether nothing more is said after a word, or what is begins anew.
fn ends_clause(page: &Page<'_>, index: usize) -> bool {
    let end = page.words[index].range().end;
    let is_sign = |char| matches!(char, '.' | ',' | '!' | '?' | ';' | ')' | '\n' | '\r');
    let joins = || {
        let next = page.words.get(index + 1)?;
        page.gap_after::<1>(index).filter(Gap::is_blank)?;
        Some(JOINING.iter().any(|word| page.is_written(next, word)))
    };
    page.text.at(end).is_none_or(is_sign) || joins().unwrap_or(false)
}

fn is_listed(page: &Page<'_>, word: &Word, list: &str) -> bool {
    let mut listed = list.split_ascii_whitespace();
    listed.any(|known| page.is_written(word, known))
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn names_in_small_letters_are_found_with_their_surname() {
        for (text, name) in [
            ("my name is emma lee", "emma lee"),
            ("my name is emma lee and i like cats", "emma lee"),
            ("my name is emma becker nice to meet you", "emma becker"),
            ("my name is anna van der berg.", "anna van der berg"),
            ("My name is Emma lee", "Emma lee"),
            ("her name is mary ann smith!", "mary ann smith"),
            ("ich heiße lena fuchs", "lena fuchs"),
            ("ich heiße lena fuchs und bin 9", "lena fuchs"),
            ("Ich heisse Lena fuchs.", "Lena fuchs"),
            ("my name is grace", "grace"),
        ] {
            assert_eq!(found(text), [format!("name:{name}")], "{text}");
        }
    }

    #[test]
    fn what_follows_a_first_name_is_left() {
        for (text, name) in [
            ("my name is emma and i like cats", "emma"),
            ("my name is emma nice to meet you", "emma"),
            ("my name is emma lol", "emma"),
            ("my name is emma whats yours", "emma"),
            ("my name is emma, bye", "emma"),
            ("my name is emma today.", "emma"),
            ("ich heiße lena und bin 9", "lena"),
            ("ich heiße lena wohne in Köln", "lena"),
            ("ich heiße lena danke", "lena"),
        ] {
            assert_eq!(found(text), [format!("name:{name}")], "{text}");
        }
    }

    #[test]
    fn what_is_said_of_names_is_none() {
        for text in [
            "My name is important",
            "my name is not on the list",
            "my name is on the list",
            "my name is hard to spell",
            "my name is really long",
            "my name is spelled with two n",
            "my name is a secret",
            "mein Name ist wichtig",
            "mein name ist geheim",
        ] {
            nothing_in(text);
        }
    }
}
