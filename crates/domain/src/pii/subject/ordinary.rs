//! Words that are no names unless a text uses them as one: "grace", "may", "will".

use super::super::lexicon::{Classes, classes_of};

/// SCOWL, sizes 10 to 35; see `data/scowl/README.md`. Sorted, one a line.
const WORDS: &str = include_str!("../../../data/scowl/words.txt");

/// Whether a folded word is an ordinary one.
pub(in crate::pii) fn is_ordinary(word: &str) -> bool {
    let chars: Vec<char> = word.chars().take(32).collect();
    let told = classes_of(&chars);
    told.any(Classes::GRAMMAR.or(Classes::MONTH).or(Classes::NO_NAME)) || is_listed(word)
}

/// Whether a folded word is one of grammar.
pub(super) fn is_grammar(word: &str) -> bool {
    let chars: Vec<char> = word.chars().take(32).collect();
    classes_of(&chars).any(Classes::GRAMMAR)
}

/// Binary search over lines.
fn is_listed(word: &str) -> bool {
    let mut range = 0..WORDS.len();
    while !range.is_empty() {
        let middle = range.start + range.len() / 2;
        let start = WORDS[..middle]
            .rfind('\n')
            .map_or(0, |end| end + 1)
            .max(range.start);
        let end = WORDS[middle..]
            .find('\n')
            .map_or(WORDS.len(), |end| middle + end);
        match WORDS[start..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => range.start = (end + 1).min(range.end),
            std::cmp::Ordering::Greater => range.end = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_word_is_found() {
        assert!(WORDS.lines().all(is_listed));
        assert!(WORDS.lines().is_sorted());
    }

    #[test]
    fn names_that_are_no_words_are_not() {
        for word in ["ada", "lovelace", "", "zzz", "a a"] {
            assert!(!is_listed(word), "{word}");
        }
        assert!(is_ordinary("april") && is_ordinary("grace"));
    }
}
