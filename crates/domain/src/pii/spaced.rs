//! Letters with a blank between any two of them, as those write who hide an address: `j o e`.

use super::text::Text;

/// More letters are no part of an address.
const MAX_LETTERS: usize = 64;

/// The end of at least two letters that stand apart, the first of them at `start`.
pub(super) fn spaced_end(text: &Text, start: usize) -> Option<usize> {
    let mut last = start;
    for _ in 1..MAX_LETTERS {
        if text.at(last + 1) != Some(' ') || !stands_alone(text, last + 2) {
            break;
        }
        last += 2;
    }
    (last > start && stands_alone(text, start)).then_some(last + 1)
}

/// The start of letters that stand apart, the last of them at `last`: that one, if there are no more.
pub(super) fn spaced_start(text: &Text, last: usize) -> usize {
    let mut start = last;
    for _ in 1..MAX_LETTERS {
        let before = start.checked_sub(2).filter(|before| {
            text.at(start - 1) == Some(' ')
                && (stands_alone(text, *before) || is_sign(text.at(*before)))
        });
        let Some(before) = before else {
            break;
        };
        start = before;
    }
    start
}

/// A letter or digit without another beside it.
fn stands_alone(text: &Text, index: usize) -> bool {
    let is_inside = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    is_inside(text.at(index)) && !is_inside(text.at(index + 1)) && !is_inside(text.before(index))
}

/// What a local part has beside letters and digits.
fn is_sign(char: Option<char>) -> bool {
    matches!(char, Some('.' | '_' | '-' | '+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_stand_apart_are_one_run() {
        let text = Text::new("to j o e @ e x .");
        assert_eq!(spaced_start(&text, 7), 3);
        assert_eq!(spaced_end(&text, 11), Some(14));
    }

    #[test]
    fn words_and_single_letters_are_none() {
        let text = Text::new("ask joe @ home or b");
        assert_eq!(spaced_start(&text, 6), 6);
        assert_eq!(spaced_end(&text, 10), None);
        assert_eq!(spaced_end(&text, 18), None);
    }
}
