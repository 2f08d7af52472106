//! Phone numbers of any country.
//!
//! There is no one spelling. Some shapes hardly anything else has; others are phone numbers unless
//! the words around them say otherwise; and some only if the words say so. The shapes are in
//! [`super::phone_shape`], the words in [`super::context`]; digits that stand apart are in
//! [`super::phone_apart`].

use std::ops::Range;

use super::confidence::Confidence;
use super::context::Context;
use super::entity::EntityKind;
use super::numbers::{Window, windows_from};
use super::page::Page;
use super::phone_apart::number_apart;
use super::phone_shape::{Likeness, Shape, is_parenthesis};
use super::scan::Candidate;
use super::text::Text;

/// E.164 allows 15 digits; an international prefix such as `00` or `011` comes before them.
const MAX_DIGITS: usize = 18;
/// With fewer it may be anything.
const MIN_DIGITS: usize = 7;
/// With more groups it is a list of numbers.
const MAX_GROUPS: usize = 7;

/// A window of digit groups that may be a phone number.
struct Number<'a> {
    page: &'a Page<'a>,
    window: Window<'a>,
    shape: Shape,
    /// How many of `+` and `(` are just before it.
    signs: usize,
}

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let mut first = 0;
    while first < page.groups.len() {
        if let Some((window, range, confidence)) = number_apart(page, first) {
            first = window.next_group();
            found.push(Candidate::new(EntityKind::Phone, range, confidence));
            continue;
        }
        let Some(number) = longest_from(page, first) else {
            first += 1;
            continue;
        };
        let range = number.start()..number.end_with_extension();
        // The digits of an extension are no number of their own.
        first = number.window.next_group();
        while page
            .groups
            .get(first)
            .is_some_and(|group| group.range().start < range.end)
        {
            first += 1;
        }
        found.push(Candidate::new(
            EntityKind::Phone,
            range,
            number.confidence(),
        ));
    }
}

/// The longest number that starts at a group; by its shape if possible, else by the words around
/// it.
fn longest_from<'a>(page: &'a Page<'a>, first: usize) -> Option<Number<'a>> {
    let complete = windows_from(&page.groups, first, MAX_DIGITS)
        .take(MAX_GROUPS)
        .skip_while(|window| window.digit_count() < MIN_DIGITS)
        .filter(|window| is_complete(page, window))
        .map(|window| Number::new(page, window));
    let mut by_likeness = [None, None, None];
    for number in complete {
        match number.shape.likeness() {
            Likeness::Certain => by_likeness[0] = Some(number),
            Likeness::Likely => by_likeness[1] = Some(number),
            Likeness::Possible => by_likeness[2] = Some(number),
            Likeness::None => {}
        }
    }
    let [certain, likely, possible] = by_likeness;
    let is_whole = |number: &Number<'_>| !number.is_cut_from_list();
    certain
        .filter(|number| is_whole(number) || number.is_called_phone())
        .or_else(|| likely.filter(|number| is_whole(number) && number.is_not_called_otherwise()))
        .or_else(|| possible.filter(Number::is_called_phone))
}

impl<'a> Number<'a> {
    fn new(page: &'a Page<'a>, window: Window<'a>) -> Self {
        let start = window.range().start;
        let before = [
            page.text.before(start),
            start.checked_sub(2).and_then(|index| page.text.at(index)),
        ];
        let has_plus = before[0] == Some('+') || before == [Some('('), Some('+')];
        let is_parenthesised = window.joints().next().is_some_and(is_parenthesis);
        let shape = Shape {
            lengths: window.lengths(),
            digits: window.digits(page.text),
            joints: window.joints().collect(),
            has_plus: has_plus || is_linked(page.text, start),
            // A parenthesis around more than the first group is punctuation.
            opens_parenthesis: is_parenthesised
                && (before[0] == Some('(') || before == [Some('+'), Some('(')]),
        };
        Self {
            page,
            window,
            signs: usize::from(has_plus) + usize::from(shape.opens_parenthesis),
            shape,
        }
    }

    fn confidence(&self) -> Confidence {
        match self.shape.likeness() {
            Likeness::Certain => Confidence::CERTAIN,
            Likeness::Likely => Confidence::POSSIBLE,
            Likeness::Possible | Likeness::None => Confidence::LIKELY,
        }
    }

    fn context(&self) -> Option<Context> {
        self.page.context_of(&self.window)
    }

    fn is_called_phone(&self) -> bool {
        match self.context() {
            Some(Context::Phone) => true,
            Some(Context::Number) => self.shape.lengths.len() > 1,
            _ => false,
        }
    }

    fn is_not_called_otherwise(&self) -> bool {
        matches!(
            self.context(),
            None | Some(Context::Phone | Context::Number)
        )
    }

    /// Some of a longer list of groups that are all joined in the same way, with nothing that says
    /// where the number begins.
    fn is_cut_from_list(&self) -> bool {
        let shape = &self.shape;
        let joint = shape
            .uniform_joint()
            .filter(|_| !shape.has_plus && !shape.opens_parenthesis);
        joint.is_some_and(|joint| self.window.outer_joints().contains(&joint))
    }

    /// With the plus and the parenthesis.
    fn start(&self) -> usize {
        self.window.range().start - self.signs
    }

    fn end_with_extension(&self) -> usize {
        end_with_extension(self.page.text, self.window.range().end)
    }
}

/// `wa.me/4915112345679`: links to a chat have the number without its plus.
fn is_linked(text: &Text, start: usize) -> bool {
    let host = "wa.me/";
    let at = start.checked_sub(host.len());
    at.is_some_and(|at| text.before(start) == Some('/') && text.has_word_at(at, host))
}

/// Not cut out of a word or of a longer number. An extension may follow at once: `555-0100x12`.
fn is_complete(page: &Page<'_>, window: &Window<'_>) -> bool {
    let end = window.range().end;
    let has_extension = || end_with_extension(page.text, end) > end;
    (window.stands_alone() || (window.begins_apart() && has_extension()))
        && !is_amount(page.text, &window.range())
}

/// The end, after `x12`, `ext. 12`, `extension 12` if there is one.
fn end_with_extension(text: &Text, end: usize) -> usize {
    let start = text.skip(end, 2, |c| matches!(c, ' ' | ','));
    let Some(word) = ["extension", "ext", "x"]
        .into_iter()
        .find(|word| text.has_word_at(start, word))
    else {
        return end;
    };
    let digits = text.skip(start + word.len(), 3, |c| matches!(c, ' ' | '.' | ':'));
    let extension = text.skip(digits, 6, |c| c.is_ascii_digit());
    let is_cut = text.at(extension).is_some_and(char::is_alphanumeric);
    if extension > digits && !is_cut {
        extension
    } else {
        end
    }
}

/// `$5550100100`, `#5550100100`, `5550100100%`.
fn is_amount(text: &Text, range: &Range<usize>) -> bool {
    let is_sign = |char| matches!(char, '$' | '€' | '£' | '¥');
    text.before(range.start)
        .is_some_and(|char| is_sign(char) || char == '#')
        || text
            .at(range.end)
            .is_some_and(|char| is_sign(char) || char == '%')
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    fn is_phone(text: &str) {
        assert_eq!(
            found(&format!("Hey, {text} - bye")),
            [format!("phone:{text}")]
        );
        assert_eq!(found(text), [format!("phone:{text}")]);
    }

    #[test]
    fn international_numbers_are_found() {
        for text in [
            "+49 30 123456",
            "+44 (0)20 7946 0958",
            "+1-555-123-4567",
            "+1 (555) 123-4567",
            "+15551234567",
            "(+34) 612 345 678",
            "0044 20 7946 0958",
            "001-555-123-4567",
            "011-44-20-7946-0958",
            "+91 98765 43210",
            "+86 138 0013 8000",
        ] {
            is_phone(text);
        }
    }

    #[test]
    fn north_american_numbers_are_found() {
        for text in [
            "555-123-4567",
            "555.123.4567",
            "555 123 4567",
            "(555) 123-4567",
            "(555)123-4567",
            "1-800-555-0199",
            "1 (800) 555-0199",
            "５５５－１２３－４５６７",
            "⑤⑤⑤-①②③-④⑤⑥⑦",
            "❺❺❺ ➊➋➌ ➃➄➅➆",
        ] {
            is_phone(text);
        }
    }

    #[test]
    fn national_numbers_with_a_trunk_zero_are_found() {
        for text in [
            "020 7946 0958",
            "06 12 34 56 78",
            "0664 123 45 67",
            "030/1234567",
            "(08) 8776 7231",
            "078 6342 6513",
        ] {
            is_phone(text);
        }
    }

    #[test]
    fn german_spellings_are_found_whole() {
        for text in [
            "+49 (0)151 / 1234-5678",
            "+49.151.12345678",
            "030 / 90 18 20",
            "030 / 901820",
            "0151 / 23 45 67 89",
            "0151 23 45 67 89",
            "0171-1234567",
            "0171 - 1234567",
            "(030) 901820",
            "(030) / 90 18 20",
            "04131 / 12 34 56",
        ] {
            is_phone(text);
            assert_eq!(found(&format!("Tel. {text}.")), [format!("phone:{text}")]);
        }
        assert_eq!(
            found("030/123456 / 0151/2345678"),
            ["phone:030/123456", "phone:0151/2345678"]
        );
    }

    #[test]
    fn the_number_in_a_link_to_a_chat_is_one() {
        assert_eq!(
            found("write to wa.me/4915112345679"),
            ["phone:4915112345679"]
        );
        nothing_in("see x.me/4915112345679");
    }

    #[test]
    fn extensions_belong_to_the_number() {
        for text in [
            "555-123-4567x123",
            "555-123-4567 ext. 9",
            "(555) 123-4567 extension 42",
            "+1-555-123-4567x00123",
        ] {
            is_phone(text);
        }
    }

    #[test]
    fn other_spellings_need_a_word() {
        for number in [
            "5551234567",
            "555-1234",
            "91 77 34 22",
            "91 773 422",
            "15551234567",
        ] {
            assert_eq!(
                found(&format!("My phone number is {number}!")),
                [format!("phone:{number}")]
            );
            assert_eq!(
                found(&format!("{number} is my cell")),
                [format!("phone:{number}")]
            );
            nothing_in(&format!("It was {number} then"));
            nothing_in(&format!("Order number {number}"));
        }
    }

    #[test]
    fn dates_addresses_and_amounts_are_no_phone_numbers() {
        for text in [
            "call me on 2026-03-02 10",
            "phone 02.03.2026",
            "call 192.168.100.200",
            "text 90210-1234",
            "call for $5551234567",
            "3.14159265358",
            "555-123-45678",
            "A555-123-4567",
            "555-123-4567-8",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn several_numbers_are_told_apart() {
        assert_eq!(found("call 555 123 4567 12"), ["phone:555 123 4567"]);
        assert_eq!(
            found("555-123-4567 555-987-6543"),
            ["phone:555-123-4567", "phone:555-987-6543"]
        );
        assert_eq!(
            found("(555) 123-4567 or +44 20 7946 0958"),
            ["phone:(555) 123-4567", "phone:+44 20 7946 0958"]
        );
    }

    #[test]
    fn groups_as_phones_have_them_are_numbers_unless_the_words_say_otherwise() {
        for number in [
            "612 345 678",
            "912 34 567",
            "20-12-34-56",
            "11 9876 5432",
            "98765 432 10",
        ] {
            is_phone(number);
            nothing_in(&format!("Order number {number}"));
            nothing_in(&format!("my invoice is {number}"));
        }
        nothing_in("2019 2020 2021");
        nothing_in("10 20 30 40 50");
        nothing_in("1 234 567 890");
        nothing_in("612 345 678 people");
        nothing_in("190 593 1000 737 47 809");
        nothing_in("isbn 0-09-080542-9");
    }

    #[test]
    fn the_word_number_is_enough_for_a_grouped_one() {
        assert_eq!(found("the number is 555 1234"), ["phone:555 1234"]);
        nothing_in("the number is 5551234");
        nothing_in("the account number is 555 1234");
    }
}
