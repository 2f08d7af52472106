//! Schools by the letters of their kind: `IGS Musterstadt` and `GS Am Park` in Germany, `PS 118` in New York.
//!
//! A postscript, a console and horsepower are two of these letters as well. So the number has two digits or three, or
//! somebody goes there; and a postscript begins a sentence and says more.

use std::ops::Range;

use super::german_school::{name_after, place_after};
use super::lexicon::Classes;
use super::numbers::{Group, Joint};
use super::page::Page;
use super::words::{Case, Word};

/// A `GS` may be a firm: where it is has to follow, or an article comes before.
const ALSO_FIRMS: [&str; 1] = ["gs"];
const ARTICLES: [&str; 4] = ["die", "der", "zur", "unsere"];
/// `go to`
const GOING: [&str; 7] = ["go", "goes", "going", "went", "gehe", "geht", "ging"];
const ATTENDING: [&str; 4] = ["attend", "attends", "attended", "attending"];
/// What may be said next of a school, but not after the number of a postscript.
const SAID_NEXT: [&str; 11] = [
    "in", "is", "was", "has", "at", "on", "and", "or", "school", "with", "where",
];

/// The school that begins with these letters.
pub(super) fn school_by_initials(
    page: &Page<'_>,
    index: usize,
    reached: usize,
) -> Option<Range<usize>> {
    let word = &page.words[index];
    let is_shouted = word.case == Case::Upper || word.len() == 1 && word.is_capitalised();
    if !word.is(Classes::SCHOOL_INITIALS) || !is_shouted || word.range().start < reached {
        return None;
    }
    let end = if page.is_written(word, "ps") || word.len() == 1 {
        numbered(page, index)
    } else {
        german(page, index)
    };
    end.map(|end| word.range().start..end)
}

/// The end of `IGS Musterstadt`, `KGS Sehnde`, `GS Am Park`.
fn german(page: &Page<'_>, index: usize) -> Option<usize> {
    let word = &page.words[index];
    let before = index.checked_sub(1).map(|before| &page.words[before]);
    let follows_article = before.is_some_and(|before| {
        ARTICLES
            .iter()
            .any(|article| page.is_written(before, article))
    });
    let is_sure = follows_article || !ALSO_FIRMS.iter().any(|firm| page.is_written(word, firm));
    let is_counted = page.follows_number(word);
    let named = || name_after(page, index).filter(|_| is_sure);
    place_after(page, index)
        .or_else(named)
        .filter(|_| !is_counted)
}

/// The end of `PS 118`, `P.S. 118`.
fn numbered(page: &Page<'_>, index: usize) -> Option<usize> {
    let (word, text) = (&page.words[index], page.text);
    let has_dots = text.has_word_at(word.range().start, "p.s.");
    let letters = if has_dots {
        word.range().end + ".S.".len()
    } else {
        word.range().end
    };
    let at = text.skip(letters, 2, |char| matches!(char, ' ' | '#'));
    let number = page.group_at(at).filter(|number| is_plain(number))?;
    let is_whole = has_dots || word.len() == 2 && at > letters;
    let is_sure = match number.range().len() {
        1 => attends(page, index) || has_dots && is_at(page, index),
        2 | 3 => attends(page, index) || !is_postscript(page, index, number),
        _ => false,
    };
    let is_measured = || page.follows_number(word);
    (is_whole && is_sure && !is_measured()).then(|| number.range().end)
}

fn is_plain(number: &Group) -> bool {
    !number.touches_word_after && number.joint == Joint::None
}

/// `I go to PS 5`, `attends P.S. 5`
fn attends(page: &Page<'_>, index: usize) -> bool {
    let written = |back: usize, words: &[&str]| {
        let word = index.checked_sub(back).map(|at| &page.words[at]);
        word.is_some_and(|word| words.iter().any(|known| page.is_written(word, known)))
    };
    written(1, &ATTENDING) || written(1, &["to"]) && written(2, &GOING)
}

/// `at P.S. 5`; people are good at a `PS 5`.
fn is_at(page: &Page<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).map(|before| &page.words[before]);
    before.is_some_and(|word| page.is_written(word, "at"))
}

/// `PS 20 people came`
fn is_postscript(page: &Page<'_>, index: usize, number: &Group) -> bool {
    let end = number.range().end;
    let next = page.words.get(page.word_from(end));
    let is_joined = |word: &&Word| word.range().start == end + 1 && page.text.at(end) == Some(' ');
    let says_more = next.filter(is_joined).is_some_and(|word| {
        let is_said = SAID_NEXT.iter().any(|said| page.is_written(word, said));
        !is_said && (page.begins_sentence(index) || word.is(Classes::MEASURE))
    });
    let is_amount = matches!(page.text.at(end), Some('%' | '€' | '$' | ':'));
    says_more || is_amount
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn german_schools_are_found_by_their_letters() {
        for school in [
            "IGS Musterstadt",
            "KGS Sehnde",
            "GS Am Park",
            "IGS Roderbruch",
            "OBS Berlin-Mitte",
        ] {
            for (before, after) in [
                ("", ""),
                ("ich gehe auf die ", " und du?"),
                ("An der ", "."),
            ] {
                let text = format!("{before}{school}{after}");
                assert_eq!(found(&text), [format!("school:{school}")], "{text}");
            }
        }
        assert_eq!(found("auf der GS Sehnde"), ["school:GS Sehnde"]);
        let class = "4b an der IGS Linden";
        assert_eq!(
            found(&format!("Ich bin in der {class}")),
            [format!("school:{class}")]
        );
    }

    #[test]
    fn public_schools_of_new_york_are_found() {
        for (text, school) in [
            ("PS 118", "PS 118"),
            ("I go to PS 118!", "PS 118"),
            ("I go to P.S. 118 in Queens", "P.S. 118"),
            ("P.S. 118 is my school", "P.S. 118"),
            ("my school PS #42 rocks", "PS #42"),
            ("She goes to PS 5 too", "PS 5"),
            ("he attends P.S. 9", "P.S. 9"),
            ("we met at P.S.9", "P.S.9"),
            ("in 5th grade at PS 118", "5th grade at PS 118"),
        ] {
            assert_eq!(found(text), [format!("school:{school}")], "{text}");
        }
    }

    #[test]
    fn what_else_has_these_letters_is_none() {
        for text in [
            "PS: see you",
            "P.S. I love you",
            "PS 5",
            "I play on my PS 5 and my PS 4",
            "I am good at PS 5",
            "switch from PS 4 to PS 5",
            "ein Auto mit 118 PS",
            "118 PS 250 km/h",
            "PS 20 people came",
            "P.S. 10 points for you",
            "PS 10:30 is fine",
            "PS 2024 was fun",
            "5 KGS Sugar",
            "KGS and IGS",
            "GS Caltex",
            "IGS Energy Center",
            "igs musterstadt",
        ] {
            nothing_in(text);
        }
    }
}
