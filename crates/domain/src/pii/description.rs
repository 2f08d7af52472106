//! What somebody may be said to be after "I'm", capitalised or not: `I'm Dyslexic`, `I'm Peruvian`,
//! `I'm Excited`. No name, though it stands where one would.

use super::lexicon::Classes;
use super::page::Page;
use super::subject::is_ordinary;
use super::words::Word;

/// Endings of adjectives, each with the fewest letters before it. Only words of the language count:
/// `Eric`, `Ahmed` and `Grant` end so too.
const ENDINGS: [(&str, usize); 13] = [
    ("ful", 2),
    ("less", 2),
    ("ous", 3),
    ("ive", 3),
    ("able", 2),
    ("ible", 3),
    ("ic", 4),
    ("ish", 3),
    ("ed", 3),
    ("ing", 3),
    ("ent", 4),
    ("ant", 4),
    ("ly", 4),
];
/// Endings of conditions, which few lists of words have; no name ends so.
const CONDITIONS: [&str; 14] = [
    "phobic",
    "leptic",
    "lexic",
    "istic",
    "betic",
    "plegic",
    "phrenic",
    "asthmatic",
    "praxic",
    "sexual",
    "gender",
    "divergent",
    "typical",
    "tarian",
];
/// Words that end like an adjective and that people are called.
const NAMES_TOO: [&str; 4] = ["blessing", "sterling", "precious", "clement"];

/// Whether a word says what somebody is, not who.
pub(super) fn describes(page: &Page<'_>, word: &Word) -> bool {
    if word.is(Classes::DESCRIBES) {
        return true;
    }
    let written = page.text.all_of(&word.range());
    let written: String = written
        .iter()
        .flat_map(|char| char.to_lowercase())
        .collect();
    let ends_so = |(ending, least): &(&str, usize)| {
        written
            .strip_suffix(ending)
            .is_some_and(|stem| stem.len() >= *least)
    };
    let is_condition = CONDITIONS.iter().any(|ending| written.ends_with(ending));
    let is_adjective = || ENDINGS.iter().any(ends_so) && is_ordinary(&written);
    is_condition || (!NAMES_TOO.contains(&written.as_str()) && is_adjective())
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn what_somebody_is_is_no_name() {
        for text in [
            "I'm Dyslexic",
            "I am Autistic and proud",
            "I'm Peruvian",
            "i'm Nigerian, you?",
            "I'm Excited",
            "I am Really Tired",
            "I'm Grateful",
            "I'm Vegan",
            "I'm Transgender",
            "I'm Hungry",
            "I'm Claustrophobic",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn names_that_end_like_it_are_names() {
        for name in [
            "Eric", "Ahmed", "Grant", "Grace", "Holly", "Emily", "Olive", "Precious", "Ashish",
            "Vincent", "Sterling", "Vivian", "Therese",
        ] {
            assert_eq!(found(&format!("I'm {name}")), [format!("name:{name}")]);
        }
    }
}
