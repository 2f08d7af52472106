//! Payment card numbers: 12 to 19 digits that satisfy Luhn's check (ISO/IEC 7812-1).
//!
//! One number in ten satisfies it by chance, so the spelling has to be a card's too: grouped as
//! cards are, or a plain run that starts as cards in use do (2 to 6), or the words say that it is
//! one.

use super::confidence::Confidence;
use super::context::Context;
use super::entity::EntityKind;
use super::numbers::{Joint, Window, windows_from};
use super::page::Page;
use super::scan::Candidate;

const MIN_DIGITS: usize = 12;
const MAX_DIGITS: usize = 19;
/// Digits of the first group of a card.
const FOUR: usize = 4;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let mut first = 0;
    while first < page.groups.len() {
        // The longest: a card of 19 digits may begin like one of 16.
        let window = windows_from(&page.groups, first, MAX_DIGITS)
            .take(most_groups(page, first))
            .filter(|window| is_card(page, window))
            .last();
        if let Some(window) = &window {
            found.push(Candidate::new(
                EntityKind::Card,
                window.range(),
                Confidence::CERTAIN,
            ));
        }
        first = window.map_or(first + 1, |window| window.next_group());
    }
}

/// Of a card that begins with this group. What is joined to a group before it is grouped as cards are, in fours
/// first, or is one run: of a list of small numbers nothing more is looked at.
fn most_groups(page: &Page<'_>, first: usize) -> usize {
    let before = first.checked_sub(1).map(|before| page.groups[before].joint);
    let is_joined = before.is_some_and(|joint| joint != Joint::None);
    if is_joined && page.groups[first].range().len() != FOUR {
        1
    } else {
        MAX_DIGITS
    }
}

fn is_card(page: &Page<'_>, window: &Window<'_>) -> bool {
    // A plus begins a phone number.
    let has_plus = page.text.before(window.range().start) == Some('+');
    if window.digit_count() < MIN_DIGITS || has_plus || !window.stands_alone() {
        return false;
    }
    let grouping = grouping(window);
    if grouping == Grouping::Other {
        return false;
    }
    let digits = window.digits(page.text);
    satisfies_luhn(&digits)
        && digits.iter().any(|digit| *digit != 0)
        && (grouping == Grouping::Card || starts_as_card(&digits) || is_called_card(page, window))
}

/// How much the groups of a number look like a card's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    /// As cards have them.
    Card,
    /// A plain run, or even groups without neighbours that they could be cut from.
    Plain,
    Other,
}

fn grouping(window: &Window<'_>) -> Grouping {
    let joint = window.uniform_joint();
    let lengths = window.lengths();
    let is_whole = || {
        matches!(joint, Some(Joint::Space | Joint::Dash))
            && window.outer_joints() == [Joint::None; 2]
            && is_evenly_grouped(&lengths)
    };
    if is_usual(joint) && is_grouped_as_card(&lengths) {
        Grouping::Card
    } else if lengths.len() == 1 || is_whole() {
        Grouping::Plain
    } else {
        Grouping::Other
    }
}

fn is_usual(joint: Option<Joint>) -> bool {
    matches!(
        joint,
        Some(Joint::Space | Joint::Dash | Joint::Dot | Joint::SpacedDash)
    )
}

/// Fours with a shorter rest, American Express' 4-6-5 or Diners' 4-6-4.
fn is_grouped_as_card(lengths: &[usize]) -> bool {
    match lengths {
        [4, 6, 4 | 5] => true,
        [fours @ .., 1..=4] => fours.len() >= 2 && fours.iter().all(|length| *length == 4),
        _ => false,
    }
}

/// All groups but the last of one length: `41111111 11111111`, `4 1 1 1 …`. A list of numbers is
/// not.
fn is_evenly_grouped(lengths: &[usize]) -> bool {
    match lengths {
        [first, rest @ .., last] => rest.iter().all(|length| length == first) && last <= first,
        _ => false,
    }
}

/// How cards in use begin, by their length: Maestro, Visa, Diners, American Express, JCB,
/// Mastercard, Mir, Discover and UnionPay. An article number (EAN) has 13 digits, a time in
/// milliseconds too.
fn starts_as_card(digits: &[u8]) -> bool {
    match (digits.len(), digits) {
        (13, [first, ..]) => *first == 4,
        (14, [first, ..]) => *first == 3,
        (15, [3, 4 | 7, ..] | [1, 8, 0, 0, ..] | [2, 1, 3, 1, ..]) => true,
        (16, [first, ..]) => (2..=6).contains(first),
        (19, [first, ..]) => (4..=6).contains(first),
        (12 | 15 | 17 | 18, [first, ..]) => (5..=6).contains(first),
        _ => false,
    }
}

fn is_called_card(page: &Page<'_>, window: &Window<'_>) -> bool {
    page.context_of(window) == Some(Context::Card)
}

fn satisfies_luhn(digits: &[u8]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| {
        let doubled = u32::from(*digit) * 2;
        match (place % 2, doubled) {
            (0, _) => u32::from(*digit),
            (_, 10..) => doubled - 9,
            _ => doubled,
        }
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    #[test]
    fn the_usual_spellings_are_found() {
        let spellings = [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111.1111.1111.1111",
            "3782 822463 10005",
            "378282246310005",
            "30569309025904",
            "3056 930902 5904",
            "41111111 11111111",
            "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
            "5018 0000 0009",
            "4222222222222",
            "6304 0000 0000 0000 208",
            "４１１１ １１１１ １１１１ １１１１",
        ];
        for text in spellings {
            assert_eq!(
                found(&format!("Paid by {text}, thanks")),
                [format!("card:{text}")]
            );
        }
    }

    #[test]
    fn a_number_that_fails_luhn_is_no_card() {
        nothing_in("4111 1111 1111 1112");
        nothing_in("4111111111111112");
        nothing_in("0000 0000 0000 0000");
    }

    #[test]
    fn expiry_and_security_code_do_not_hide_it() {
        assert_eq!(
            found("4111 1111 1111 1111 12/29 123"),
            ["card:4111 1111 1111 1111"]
        );
        assert_eq!(found("4111111111111111 123"), ["card:4111111111111111"]);
    }

    #[test]
    fn a_time_in_milliseconds_is_no_card_unless_called_so() {
        nothing_in("1700000000004");
        assert_eq!(found("credit card 1700000000004"), ["card:1700000000004"]);
    }

    #[test]
    fn article_numbers_addresses_and_lists_are_no_cards() {
        nothing_in("tracking 6228028224138");
        nothing_in("server 205.156.140.225");
        nothing_in("469 903 8 529 9 803 45 697");
    }

    #[test]
    fn parts_of_words_and_decimals_are_none() {
        nothing_in("x4111111111111111");
        nothing_in("0.4111111111111111");
        nothing_in("4111111111111111abc");
    }

    #[test]
    fn luhn_agrees_with_published_test_numbers() {
        for number in [
            "79927398713",
            "4012888888881881",
            "5555555555554444",
            "6011111111111117",
            "3530111333300000",
        ] {
            let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
            assert!(satisfies_luhn(&digits), "{number}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_check_digit_satisfies_luhn(digits in prop::collection::vec(0_u8..10, 11..19)) {
            let valid = (0..10).filter(|check| satisfies_luhn(&[&digits[..], &[*check]].concat()));
            prop_assert_eq!(valid.count(), 1);
        }
    }
}
