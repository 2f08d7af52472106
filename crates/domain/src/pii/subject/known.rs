//! What is on record of somebody, and the words of it.

use super::super::text::Text;
use super::fold::folded;
use super::ordinary::{is_grammar, is_ordinary};

/// Of each fact at most so many are looked for.
pub(super) const MOST_FACTS: usize = 16;
/// Longer ones are cut.
const MAX_FACT: usize = 200;
/// A name has at most so many words.
const MOST_WORDS: usize = 8;
/// What follows a name and is none.
const SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "phd"];
const PARTICLES: [&str; 20] = [
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la",
    "le", "van", "von", "ter", "ibn", "y",
];

/// What is on record of somebody. Never printed.
#[derive(Clone, Default)]
pub struct Known {
    /// Registered names, in the order they are spoken: "Ada King Lovelace".
    pub names: Vec<String>,
    /// Handles, with or without `@`.
    pub handles: Vec<String>,
    /// Schools.
    pub schools: Vec<String>,
    /// Email addresses, also the parent's.
    pub emails: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
}

/// A word of a name.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct NameWord {
    pub(super) folded: String,
    /// A word of the language too: a name only in the position of one.
    pub(super) is_ordinary: bool,
    /// A word of grammar: "may", "will".
    pub(super) is_grammar: bool,
    /// `de`, `van`: a part of a name, never one alone.
    pub(super) is_particle: bool,
    /// The bytes before which it may be parted: at the apostrophe of `O'Brien`, before the second
    /// capital of `McDonald`.
    pub(super) joints: Vec<usize>,
}

impl NameWord {
    fn new(written: &str) -> Self {
        let parts = parts_of(written);
        let folded = parts.concat();
        let ends = parts.iter().scan(0, |end, part| {
            *end += part.len();
            Some(*end)
        });
        let joints = ends.take(parts.len().saturating_sub(1)).collect();
        Self {
            joints,
            is_ordinary: is_ordinary(&folded),
            is_grammar: is_grammar(&folded),
            is_particle: PARTICLES.contains(&folded.as_str()),
            folded,
        }
    }

    pub(super) fn initial(&self) -> Option<char> {
        self.folded.chars().next()
    }

    /// Whether a scanner may take it for a name by itself.
    pub(super) fn is_distinctive(&self) -> bool {
        !self.is_ordinary && !self.is_particle && self.folded.chars().count() >= 2
    }
}

/// The words of a name, folded; other spellings of umlauts and capitals as names of their own.
pub(super) fn spellings(name: &str) -> Vec<Vec<NameWord>> {
    let name: String = name.chars().take(MAX_FACT).collect();
    let umlauts = ["ä", "ö", "ü", "å", "ø"]
        .into_iter()
        .zip(["ae", "oe", "ue", "aa", "oe"]);
    let spelt_out = umlauts.fold(name.to_lowercase(), |name, (letter, letters)| {
        name.replace(letter, letters)
    });
    let mut spellings: Vec<Vec<NameWord>> = Vec::new();
    for spelling in [
        name.clone(),
        name.to_uppercase(),
        name.to_lowercase(),
        spelt_out,
    ] {
        let words = words_of(&spelling);
        let is_known = spellings.iter().any(|known| are_same(known, &words));
        if !words.is_empty() && !is_known {
            spellings.push(words);
        }
    }
    spellings
}

/// Whether they have the same letters: only the first spelling, as it is on record, tells all joints.
fn are_same(one: &[NameWord], other: &[NameWord]) -> bool {
    let letters = |words: &[NameWord]| -> Vec<String> {
        words.iter().map(|word| word.folded.clone()).collect()
    };
    letters(one) == letters(other)
}

fn words_of(name: &str) -> Vec<NameWord> {
    // `Lovelace, Ada` is on record like that in places.
    let (last, first) = name.split_once(',').unwrap_or((name, ""));
    let ordered = if first.trim().is_empty() {
        last.to_owned()
    } else {
        format!("{first} {last}")
    };
    let is_joint = |char: char| !(char.is_alphanumeric() || is_inside_word(char));
    let words = ordered
        .split(is_joint)
        .map(NameWord::new)
        .filter(|word| !word.folded.is_empty());
    words
        .filter(|word| !SUFFIXES.contains(&word.folded.as_str()))
        .take(MOST_WORDS)
        .collect()
}

/// The folded parts of a word that is written as several by some: `O'Brien`, `McDonald`.
fn parts_of(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut parts = vec![String::new()];
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let begins_anew = char.is_uppercase()
            && before.is_some_and(|before| before.is_alphabetic())
            && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if is_apostrophe(*char) || begins_anew {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(*char);
        }
    }
    let folded = parts.iter().map(|part| normal(part));
    folded.filter(|part| !part.is_empty()).collect()
}

fn is_apostrophe(char: char) -> bool {
    matches!(char, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '´' | '`' | '′')
}

/// Apostrophes join a word, marks and invisible characters are within one.
fn is_inside_word(char: char) -> bool {
    is_apostrophe(char) || !(char.is_whitespace() || char.is_ascii() || is_dash(char))
}

fn is_dash(char: char) -> bool {
    matches!(char, '\u{2010}'..='\u{2015}' | '\u{2212}' | '·')
}

/// The letters and digits of a fact as texts have them when they are searched.
pub(super) fn normal(fact: &str) -> String {
    let short: String = fact.chars().take(MAX_FACT).collect();
    folded(Text::new(&short).all().iter().copied())
}
