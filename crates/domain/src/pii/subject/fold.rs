//! Letters without what tells spellings of one name apart: case, marks, strokes, ligatures, and
//! look-alikes of other scripts.
//!
//! Known names and texts are folded alike, so the folding may be bolder than the normalising of
//! [`super::super::text`]: small Cyrillic `т` reads as `t` here, as capital `Т` does everywhere.

use super::super::lexicon::lower_of;

/// Calls `push` with each letter that this one stands for.
pub(super) fn fold(char: char, mut push: impl FnMut(char)) {
    let lower = lower_of(char);
    if lower.is_ascii() {
        push(lower);
        return;
    }
    match lower {
        'æ' => ['a', 'e'].into_iter().for_each(push),
        'œ' => ['o', 'e'].into_iter().for_each(push),
        'ß' => ['s', 's'].into_iter().for_each(push),
        'þ' => ['t', 'h'].into_iter().for_each(push),
        other => push(single(other)),
    }
}

fn single(lower: char) -> char {
    match lower {
        'ø' | 'σ' | 'ө' => 'o',
        'đ' | 'ð' | 'ɖ' => 'd',
        'ł' | 'ƚ' => 'l',
        'ħ' | 'н' => 'h',
        'ŧ' | 'т' => 't',
        'в' | 'β' => 'b',
        'м' => 'm',
        'ε' | 'є' => 'e',
        'ζ' => 'z',
        'η' | 'п' => 'n',
        'ω' | 'ѡ' => 'w',
        'г' => 'r',
        'ƒ' => 'f',
        'ɑ' => 'a',
        'ɡ' => 'g',
        other => other,
    }
}

/// A text folded: its letters and digits alone.
pub(super) fn folded(text: impl IntoIterator<Item = char>) -> String {
    let mut folded = String::new();
    for char in text {
        if char.is_alphanumeric() {
            fold(char, |letter| folded.push(letter));
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_fold_alike() {
        assert_eq!(folded("Øyvind Łukasz".chars()), "oyvindlukasz");
        assert_eq!(folded("Straße".chars()), folded("STRASSE".chars()));
        assert_eq!(folded("тм".chars()), "tm");
    }
}
