//! Letters of a known name written as digits and signs that look like them: `n0ah`, `K@tzenberger`.
//!
//! Only what is on record is looked for so, and only where a name has letters left: `5am` is a time, though
//! somebody is called Sam. Signs that stand for two letters, and these letters, are squeezed to one of the
//! two, so that one automaton finds all; each match is then read again.

use std::ops::Range;

use super::super::confidence::Confidence;
use super::super::page::Page;
use super::super::text::Text;
use super::clusters::{Piece, Weight};
use super::fold::fold;
use super::known::NameWord;
use super::spelling::plural_end;
use super::squeezed::Squeezed;
use super::{Automaton, SubjectError};

/// Names with fewer letters are found in numbers; words of the language need one more.
const SHORTEST: usize = 3;
/// So many letters have to be left.
const LETTERS: usize = 2;
/// After a number these are measures and times: `5am`, `1st`.
const MEASURES: [&str; 18] = [
    "am", "pm", "st", "nd", "rd", "th", "km", "cm", "mm", "kg", "mg", "ml", "mb", "gb", "kb", "ms",
    "px", "min",
];

/// The names of somebody with letters written as digits and signs.
pub(super) struct Disguises(Automaton<Vec<char>>);

impl Disguises {
    pub(super) fn of(names: &[Vec<NameWord>]) -> Result<Self, SubjectError> {
        let mut letters: Vec<Vec<char>> = names.iter().flat_map(|name| written(name)).collect();
        letters.sort_unstable();
        letters.dedup();
        let squeezed = letters
            .iter()
            .map(|letters| letters.iter().map(|letter| squeeze(*letter)).collect());
        Ok(Self(Automaton::new((squeezed.collect(), letters))?))
    }

    /// The parts of names in the text that are written so.
    pub(super) fn find(&self, page: &Page<'_>) -> Vec<Piece> {
        let text = page.text;
        if self.0.is.is_empty() || !text.all().iter().any(|char| !stands_for(*char).is_empty()) {
            return Vec::new();
        }
        let squeezed = unbroken(text);
        let found = self.0.matches(&squeezed);
        let found = found.map(|(bytes, letters)| (squeezed.range(&bytes), letters));
        found
            .filter(|(range, letters)| is_apart(text, range) && is_disguised(text, range, letters))
            .map(|(range, _)| Piece {
                range: range.start..plural_end(text, range.end).unwrap_or(range.end),
                weight: Weight::Strong(Confidence::LIKELY),
            })
            .collect()
    }
}

/// The words of a name, and two of them run together.
fn written(name: &[NameWord]) -> Vec<Vec<char>> {
    let letters = |word: &NameWord| -> Vec<char> { word.folded.chars().collect() };
    let is_long = |word: &&NameWord| {
        let shortest = SHORTEST + usize::from(word.is_ordinary);
        !word.is_particle && !word.is_grammar && word.folded.chars().count() >= shortest
    };
    let words = name.iter().filter(is_long).map(letters);
    let pairs = name.iter().enumerate().flat_map(|(index, one)| {
        let others = name
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != index);
        others.map(move |(_, other)| [letters(one), letters(other)].concat())
    });
    let pairs = pairs.filter(|letters| letters.len() > SHORTEST);
    words.chain(pairs).collect()
}

/// The letters that a digit or a sign looks like.
fn stands_for(char: char) -> &'static [char] {
    match char {
        '0' => &['o'],
        '1' | '!' | '|' => &['i', 'l'],
        '2' => &['z'],
        '3' | '€' => &['e'],
        '4' | '@' => &['a'],
        '5' | '$' => &['s'],
        '6' | '9' => &['g', 'b'],
        '7' => &['t'],
        '8' => &['b', 'g'],
        _ => &[],
    }
}

/// Of two letters that one sign stands for, the one.
fn squeeze(letter: char) -> char {
    match letter {
        'l' => 'i',
        'g' => 'b',
        other => other,
    }
}

/// The letters of a text and those that its digits and signs look like; anything else parts them.
fn unbroken(text: &Text) -> Squeezed {
    let mut squeezed = Squeezed::with_capacity(text.len());
    for (index, char) in text.all().iter().enumerate() {
        match stands_for(*char) {
            [letter, ..] => squeezed.push(squeeze(*letter), index),
            [] if char.is_alphabetic() => {
                fold(*char, |letter| squeezed.push(squeeze(letter), index));
            }
            [] => squeezed.part(index),
        }
    }
    squeezed
}

/// Whether no letter or digit goes on before it, as none does in `teamN0ah`, and no letter after it but the s of a plural.
fn is_apart(text: &Text, range: &Range<usize>) -> bool {
    let is_inside = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    let is_raised = text.at(range.start).is_some_and(char::is_uppercase)
        && text.before(range.start).is_some_and(char::is_lowercase);
    let starts = is_raised || !is_inside(text.before(range.start));
    let goes_on = text.at(range.end).is_some_and(char::is_alphabetic);
    starts && (!goes_on || plural_end(text, range.end).is_some())
}

/// Whether the characters spell the letters, some as themselves and some not.
fn is_disguised(text: &Text, range: &Range<usize>, letters: &[char]) -> bool {
    let written = text.all_of(range);
    let mut left = letters.iter().copied();
    let mut signs = 0;
    for char in written {
        let may_be = stands_for(*char);
        let mut fits = true;
        if may_be.is_empty() {
            fold(*char, |letter| fits &= left.next() == Some(letter));
        } else {
            fits = left.next().is_some_and(|letter| may_be.contains(&letter));
            signs += 1;
        }
        if !fits {
            return false;
        }
    }
    let plain = written.len() - signs;
    left.next().is_none() && signs > 0 && plain >= LETTERS && plain >= signs && !is_measure(written)
}

fn is_measure(written: &[char]) -> bool {
    let digits = written
        .iter()
        .take_while(|char| char.is_ascii_digit())
        .count();
    let unit: String = written[digits..]
        .iter()
        .flat_map(|char| char.to_lowercase())
        .collect();
    digits > 0 && MEASURES.contains(&unit.as_str())
}
