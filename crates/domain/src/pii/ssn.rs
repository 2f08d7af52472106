//! US social security numbers.
//!
//! Three, two and four digits in the ranges that the Social Security Administration assigns: no
//! area 000, 666 or 900 to 999, no group 00, no serial 0000. Numbers that became known by
//! advertisements and wallets count too, also those outside the ranges: a text with one looks like
//! it holds a real one.

use super::confidence::Confidence;
use super::context::Context;
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::numbers::{Joint, Window, windows_from};
use super::page::Page;
use super::scan::Candidate;

const DIGITS: usize = 9;
/// Another grouping needs a word that says what it is.
const USUAL_GROUPS: usize = 3;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let is_named = page.features.classes.any(Classes::SSN_NOUN);
    let most_groups = if is_named { DIGITS } else { USUAL_GROUPS };
    let mut first = 0;
    while first < page.groups.len() {
        let mut windows = windows_from(&page.groups, first, DIGITS).take(most_groups);
        let window = windows.find(|window| is_ssn(page, window));
        if let Some(window) = window {
            found.push(Candidate::new(
                EntityKind::Ssn,
                window.range(),
                Confidence::LIKELY,
            ));
        }
        first = window.map_or(first + 1, |window| window.next_group());
    }
}

fn is_ssn(page: &Page<'_>, window: &Window<'_>) -> bool {
    if window.digit_count() != DIGITS || !window.stands_alone() {
        return false;
    }
    let [area, group, serial] = parts(&window.digits(page.text));
    if !is_assigned(area, group, serial) && !is_advertised(area, group, serial) {
        return false;
    }
    is_written_as_one(window) || is_called_one(page, window)
}

/// `123-45-6789` and the like, not as a part of a longer number.
fn is_written_as_one(window: &Window<'_>) -> bool {
    let Some(joint) = window.uniform_joint() else {
        return false;
    };
    let is_usual = matches!(
        joint,
        Joint::Dash | Joint::Space | Joint::Dot | Joint::SpacedDash
    );
    let continues = window.outer_joints().contains(&joint);
    window.lengths()[..] == [3, 2, 4] && is_usual && !continues
}

/// Any other grouping, where the words say what it is.
fn is_called_one(page: &Page<'_>, window: &Window<'_>) -> bool {
    page.context_of(window) == Some(Context::Ssn)
}

fn parts(digits: &[u8]) -> [u32; 3] {
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0, |number, digit| number * 10 + u32::from(*digit))
    };
    match digits {
        [a, b, c, d, e, serial @ ..] => [number(&[*a, *b, *c]), number(&[*d, *e]), number(serial)],
        _ => [0, 0, 0],
    }
}

fn is_assigned(area: u32, group: u32, serial: u32) -> bool {
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0
}

/// 987-65-4320 to 987-65-4329 are reserved for advertisements. The other well-known samples
/// (078-05-1120, 219-09-9999, 457-55-5462, 123-45-6789) lie in the assigned ranges.
fn is_advertised(area: u32, group: u32, serial: u32) -> bool {
    area == 987 && group == 65 && (4320..=4329).contains(&serial)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    #[test]
    fn the_usual_spellings_are_found() {
        for text in [
            "123-45-6789",
            "123 45 6789",
            "123.45.6789",
            "123 - 45 - 6789",
            "１２３-４５-６７８９",
        ] {
            assert_eq!(found(&format!("I am {text}, ok")), [format!("ssn:{text}")]);
        }
    }

    #[test]
    fn nine_digits_need_a_word() {
        assert_eq!(found("SSN: 123456789"), ["ssn:123456789"]);
        assert_eq!(
            found("his social security number is 12345-6789."),
            ["ssn:12345-6789"]
        );
        nothing_in("item 123456789");
        nothing_in("123456789");
    }

    #[test]
    fn numbers_that_are_never_assigned_are_none() {
        for text in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "999-12-3456",
            "123-00-4567",
            "123-45-0000",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn well_known_samples_count() {
        for text in [
            "078-05-1120",
            "219-09-9999",
            "457-55-5462",
            "987-65-4320",
            "987-65-4329",
        ] {
            assert_eq!(found(text), [format!("ssn:{text}")]);
        }
        nothing_in("987-65-4330");
    }

    #[test]
    fn parts_of_longer_numbers_are_none() {
        for text in [
            "123-45-6789-0",
            "1-123-45-6789",
            "A123-45-6789",
            "123-45-6789B",
            "123-45-67890",
        ] {
            nothing_in(text);
        }
    }
}
