//! Phone numbers whose digits stand apart, as those write who hide one: `0 1 5 1 2 3 4 5 6 7 8 9`.
//!
//! A list of small numbers looks alike. So only a whole run counts, one that is not in order, as what is counted
//! is; and it has to begin as a number does, or the words have to call it one.

use std::ops::Range;

use super::confidence::Confidence;
use super::context::Context;
use super::numbers::{Joint, Window, windows_from};
use super::page::Page;
use super::text::Text;

/// E.164 has no more.
const MAX_DIGITS: usize = 15;
/// Of one that the words call a number; a list that begins with a zero is longer than a short number.
const MIN_CALLED: usize = 7;
const MIN_WITH_TRUNK: usize = 10;
const MAX_WITH_TRUNK: usize = 13;
/// The first group may be an area or country code in one: `0151 2 3 4 5 6 7 8`.
const MAX_FIRST: usize = 5;
/// A number has more than a few digits in it.
const MIN_DISTINCT: usize = 4;

/// The number that begins with this group, with its plus.
pub(super) fn number_apart<'a>(
    page: &'a Page<'a>,
    first: usize,
) -> Option<(Window<'a>, Range<usize>, Confidence)> {
    let window = whole_run(page, first).filter(are_digits_apart)?;
    let digits = window.digits(page.text);
    if !is_mixed(&digits) {
        return None;
    }
    let range = with_plus(page.text, window.range());
    let context = page.context_of(&window);
    let begins_so = match digits[..] {
        _ if range.start < window.range().start => true,
        [0, 1..=9, ..] => (MIN_WITH_TRUNK..=MAX_WITH_TRUNK).contains(&digits.len()),
        _ => false,
    };
    let confidence = match context {
        Some(Context::Phone) => Confidence::LIKELY,
        None | Some(Context::Number) if begins_so => Confidence::POSSIBLE,
        _ => return None,
    };
    Some((window, range, confidence))
}

/// The groups from this one on, if nothing is joined to them on either side.
fn whole_run<'a>(page: &'a Page<'a>, first: usize) -> Option<Window<'a>> {
    let before = first.checked_sub(1).map(|before| page.groups[before].joint);
    if before.is_some_and(|joint| joint != Joint::None) {
        return None;
    }
    let run = windows_from(&page.groups, first, MAX_DIGITS).last()?;
    (run.outer_joints() == [Joint::None; 2] && run.stands_alone()).then_some(run)
}

fn are_digits_apart(window: &Window<'_>) -> bool {
    let lengths = window.lengths();
    let [first, rest @ ..] = &lengths[..] else {
        return false;
    };
    window.digit_count() >= MIN_CALLED
        && *first <= MAX_FIRST
        && rest.len() >= MAX_FIRST
        && rest.iter().all(|length| *length == 1)
}

/// `0 1 5 1 2 3 4`, not `0 1 2 3 4 5 6`, `9 8 7 6 5 4 3` or `0 1 1 0 1 0 0`.
fn is_mixed(digits: &[u8]) -> bool {
    let distinct = (0..=9).filter(|digit| digits.contains(digit)).count();
    distinct >= MIN_DISTINCT && !digits.is_sorted() && !digits.iter().rev().is_sorted()
}

/// With `+` or `+ ` before it.
fn with_plus(text: &Text, range: Range<usize>) -> Range<usize> {
    let before = text.skip_back(range.start, 1, |char| char == ' ');
    if text.before(before) == Some('+') {
        before - 1..range.end
    } else {
        range
    }
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    #[test]
    fn the_whole_of_a_number_apart_is_found() {
        for number in [
            "0 1 5 1 2 3 4 5 6 7 8 9",
            "0-1-5-1-2-3-4-5-6-7-8-9",
            "0 1 5 1 / 2 3 4 5 6 7 8",
            "0151 2 3 4 5 6 7 8",
            "+4 9 1 5 1 2 3 4 5 6 7 8",
            "+ 4 9 1 5 1 2 3 4 5 6 7 8",
            "+49 1 5 1 2 3 4 5 6 7 8",
            "０ １ ５ １ ２ ３ ４ ５ ６ ７",
        ] {
            assert_eq!(found(number), [format!("phone:{number}")]);
            let text = format!("meine Nummer ist {number}, ok");
            assert_eq!(found(&text), [format!("phone:{number}")]);
        }
        let called = "call me: 5 5 5 1 2 3 4 5 6 7!";
        assert_eq!(found(called), ["phone:5 5 5 1 2 3 4 5 6 7"]);
    }

    #[test]
    fn lists_of_small_numbers_are_none() {
        for text in [
            "5 5 5 1 2 3 4 5 6 7",
            "0 1 2 3 4 5 6 7 8 9",
            "0 1 1 2 3 5 8 13 21 34",
            "0 1 0 1 1 0 1 0 1 0",
            "10 9 8 7 6 5 4 3 2 1",
            "score 0 3 1 2 0 5 4 2 1 3",
            "0 2 1 3",
            "0 5 1 2 3 4 1 5 2 7 3 4 1 2 3 4 2 9 1",
        ] {
            nothing_in(text);
        }
    }
}
