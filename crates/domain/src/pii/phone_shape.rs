//! The shapes of phone numbers: how many digits, how grouped, how begun.
//!
//! Sources: ITU-T E.164 (at most 15 digits, no country code starts with 0), the North American
//! Numbering Plan, and the ways national numbers are commonly grouped.

use super::numbers::{Few, Joint};

/// The digits of a possible number and how they are written.
pub(super) struct Shape {
    /// Digits per group.
    pub(super) lengths: Few<usize>,
    pub(super) digits: Few<u8>,
    /// Between the groups.
    pub(super) joints: Few<Joint>,
    pub(super) has_plus: bool,
    /// The first group is in parentheses.
    pub(super) opens_parenthesis: bool,
}

/// How much a shape looks like a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Hardly anything else looks so.
    Certain,
    /// Unless the words say otherwise.
    Likely,
    /// If the words say so.
    Possible,
    None,
}

pub(super) fn is_parenthesis(joint: Joint) -> bool {
    matches!(joint, Joint::Parenthesis | Joint::SpacedParenthesis)
}

impl Shape {
    pub(super) fn likeness(&self) -> Likeness {
        if self.starts_with_date()
            || self.is_ip_address()
            || self.is_zip_plus_four()
            || self.is_list_of_numbers()
        {
            Likeness::None
        } else if self.is_international()
            || self.has_area_in_parentheses()
            || self.is_north_american()
            || self.has_trunk_zero()
        {
            Likeness::Certain
        } else if self.is_grouped_as_phone() {
            Likeness::Likely
        } else if (7..=15).contains(&self.digits.len()) {
            Likeness::Possible
        } else {
            Likeness::None
        }
    }

    /// `+49 30 123456`, `+1 (555) 123-4567`, `0044 20 7946 0958`, `011-44-20-7946-0958`.
    fn is_international(&self) -> bool {
        // A prefix is in one group: `0-09-…` is a book number.
        let prefix = match (&self.digits[..], &self.lengths[..]) {
            _ if self.has_plus => 0,
            ([0, 1, 1, ..], [first, _, _, ..]) if *first >= 3 => 3,
            ([0, 0, ..], [first, _, ..]) if *first >= 2 => 2,
            _ => return false,
        };
        match self.digits[prefix..] {
            [1, ..] => self.digits.len() - prefix == 11,
            [2..=9, ..] => (8..=15).contains(&(self.digits.len() - prefix)),
            _ => false,
        }
    }

    /// `(555) 123-4567`, `(08) 8776 7231`, `1 (555) 123-4567`.
    fn has_area_in_parentheses(&self) -> bool {
        let second_opens = self.lengths[0] == 1
            && self
                .joints
                .iter()
                .take(2)
                .filter(|j| is_parenthesis(**j))
                .count()
                == 2;
        let area = self.lengths[usize::from(second_opens)];
        (self.opens_parenthesis || second_opens)
            && (1..=5).contains(&area)
            && (7..=12).contains(&self.digits.len())
    }

    /// Three, three and four digits, with or without a country code before them.
    fn is_north_american(&self) -> bool {
        match self.lengths[..] {
            [3, 3, 4] => true,
            [1..=3, 3, 3, 4] => self.digits[0] != 0,
            _ => false,
        }
    }

    /// A trunk zero and at least two groups: `0664 123 45 67`, `06 12 34 56 78`, `030/123456`.
    fn has_trunk_zero(&self) -> bool {
        matches!(self.digits[..], [0, 1..=9, ..])
            && (2..=6).contains(&self.lengths[0])
            && (2..=6).contains(&self.lengths.len())
            && self.lengths.iter().all(|length| *length >= 2)
            && (9..=12).contains(&self.digits.len())
    }

    /// National numbers without a trunk zero: `612 345 678`, `912 34 567`, `20-12-34-56`,
    /// `11 98765-4321`, and Russian ones with it: `8 912 345 67 89`.
    fn is_grouped_as_phone(&self) -> bool {
        let is_dashed = matches!(self.uniform_joint(), Some(Joint::Dash | Joint::Dot));
        match self.lengths[..] {
            [2, 2, 2, 2] | [2, 2, 2, 2, 2] => is_dashed,
            [3, 3, 3] | [3, 2, 3] => self.has_spaces_then_dashes(),
            [1, 3, 3, 2, 2] => self.has_spaces_then_dashes() && matches!(self.digits[0], 7 | 8),
            [_, _, _, ..] => self.has_spaces_then_dashes() && self.has_groups_of_phone(),
            _ => false,
        }
    }

    /// Three or more groups of nine to eleven digits that are neither an amount, nor years, nor the
    /// 3-2-4 of a social security number, nor a list of small numbers.
    fn has_groups_of_phone(&self) -> bool {
        let is_list = self.lengths.iter().all(|length| *length == 2);
        (9..=11).contains(&self.digits.len())
            && self.lengths.iter().all(|length| (2..=5).contains(length))
            && self.lengths.last().is_some_and(|last| *last <= 4)
            && self.lengths[..] != [3, 2, 4]
            && !is_list
            && !self.is_grouped_by_thousands()
            && !self.has_years()
    }

    fn has_spaces_then_dashes(&self) -> bool {
        let mut rest = self
            .joints
            .iter()
            .skip_while(|joint| **joint == Joint::Space);
        rest.all(|joint| *joint == Joint::Dash)
    }

    /// The one joint that it has throughout.
    pub(super) fn uniform_joint(&self) -> Option<Joint> {
        let first = *self.joints.first()?;
        self.joints
            .iter()
            .all(|joint| *joint == first)
            .then_some(first)
    }

    /// `12 345 678`
    fn is_grouped_by_thousands(&self) -> bool {
        self.lengths[0] <= 3 && self.lengths[1..].iter().all(|length| *length == 3)
    }

    /// Groups that are years of the last or this century.
    fn has_years(&self) -> bool {
        self.groups()
            .any(|group| matches!(group, [1, 9, _, _] | [2, 0, _, _]))
    }

    /// The digits of each group.
    fn groups(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.digits[..];
        self.lengths.iter().map(move |length| {
            let (group, after) = rest.split_at((*length).min(rest.len()));
            rest = after;
            group
        })
    }

    /// `2026-03-02`, `02.03.2026`, `3/2/2026`, whatever comes after.
    fn starts_with_date(&self) -> bool {
        let ([a, b, c, ..], [first, second, ..]) = (&self.lengths[..], &self.joints[..]) else {
            return false;
        };
        let is_year = |at: usize| matches!(self.digits[at..], [1, 9, ..] | [2, 0, ..]);
        let year_first = *a == 4 && *b <= 2 && *c <= 2 && is_year(0);
        let year_last = *a <= 2 && *b <= 2 && *c == 4 && is_year(a + b);
        !self.has_plus && first == second && !is_parenthesis(*first) && (year_first || year_last)
    }

    /// Four dotted groups of at most 255.
    fn is_ip_address(&self) -> bool {
        let is_dotted = self.lengths.len() == 4 && self.uniform_joint() == Some(Joint::Dot);
        is_dotted
            && self
                .groups()
                .all(|group| group.len() <= 3 && number(group) <= 255)
    }

    /// Numbers with slashes between them: `030/123456 / 0151/234567`. A slash with spaces around it is in a
    /// number only after its area code.
    fn is_list_of_numbers(&self) -> bool {
        let last_area = if self.is_international() { 2 } else { 0 };
        let begins_anew = |place: usize| {
            let mut after = self.groups().skip(place + 1);
            after.next().is_none_or(|group| group.first() == Some(&0))
        };
        let mut joints = self.joints.iter().enumerate();
        joints.any(|(place, joint)| {
            *joint == Joint::SpacedSlash && (place > last_area || begins_anew(place))
        })
    }

    /// `12345-6789`
    fn is_zip_plus_four(&self) -> bool {
        self.lengths[..] == [5, 4] && self.joints[..] == [Joint::Dash]
    }
}

/// The value of at most nine digits.
fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(*digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::numbers::{find_groups, windows_from};
    use crate::pii::text::Text;

    fn likeness(original: &str) -> Likeness {
        let text = Text::new(original);
        let groups = find_groups(&text);
        let window = windows_from(&groups, 0, 18).last().unwrap();
        let shape = Shape {
            lengths: window.lengths(),
            digits: window.digits(&text),
            joints: window.joints().collect(),
            has_plus: original.starts_with('+'),
            opens_parenthesis: original.starts_with('('),
        };
        shape.likeness()
    }

    #[test]
    fn shapes_are_told_apart() {
        let table = [
            ("+49 30 123456", Likeness::Certain),
            ("+4930123456", Likeness::Certain),
            ("+12 34", Likeness::None),
            ("+1 555 123 456", Likeness::Possible),
            ("91 555 123 4567", Likeness::Certain),
            ("00 49 30 123456", Likeness::Certain),
            ("0049", Likeness::None),
            ("030/1234567", Likeness::Certain),
            ("030 / 12 34 567", Likeness::Certain),
            ("+49 (0)151 / 1234-5678", Likeness::Certain),
            ("+49 / 151 / 2345678", Likeness::Certain),
            ("030 1234 / 0151", Likeness::None),
            ("030 / 1234 / 567", Likeness::None),
            ("01-02-2003 12", Likeness::None),
            ("2026.03.02", Likeness::None),
            ("612 345 678", Likeness::Likely),
            ("12 345 678", Likeness::Possible),
            ("12 34 56 78 90", Likeness::Possible),
            ("12.34.56.78", Likeness::None),
            ("1234567890123.4.5.6", Likeness::None),
            ("000-12-3456", Likeness::Possible),
            ("0-09-080542-9", Likeness::Possible),
            ("11 98765-4321", Likeness::Likely),
            ("8 912 345-67-89", Likeness::Likely),
            ("11-98765 4321", Likeness::Possible),
            ("(20)/123-4567", Likeness::Certain),
            ("+52(1)8112345678", Likeness::Certain),
            ("1234567", Likeness::Possible),
            ("123456", Likeness::None),
        ];
        for (text, expected) in table {
            assert_eq!(likeness(text), expected, "{text}");
        }
    }
}
