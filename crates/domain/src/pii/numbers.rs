//! Groups of digits and what joins them: phone, social security and card numbers are all read from
//! these.
//!
//! One pass over the text. A detector then looks at *windows* of neighbouring groups; as every kind
//! of number has a largest count of digits, and groups are not empty, the windows that start at a
//! group are few, and the whole stays linear.

use std::ops::Range;

use arrayvec::ArrayVec;

use super::span::Span;
use super::text::Text;

/// No kind of number has more digits, and so none has more groups.
pub(super) const MOST_DIGITS: usize = 19;

/// Something of each digit or group of a number.
pub(super) type Few<T> = ArrayVec<T, MOST_DIGITS>;

/// Between two groups there are at most this many characters, e.g. ` - `, `) / ` or `[dot]`.
const MAX_JOINT: usize = 5;

/// A run of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    span: Span,
    /// Letters, digits or underscores touch it: part of a word, not a number by itself.
    pub(super) touches_word_before: bool,
    pub(super) touches_word_after: bool,
    /// What joins it to the group after it.
    pub(super) joint: Joint,
}

impl Group {
    pub(super) fn range(&self) -> Range<usize> {
        self.span.range()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// The next group is no continuation.
    None,
    Space,
    Dash,
    /// In brackets or spelt out too: `192[.]168`, `555 dot 123`.
    Dot,
    Slash,
    /// A dash with spaces around it.
    SpacedDash,
    /// A slash with spaces around it.
    SpacedSlash,
    /// A parenthesis opens or closes, with no space beside it.
    Parenthesis,
    /// The same with a space.
    SpacedParenthesis,
}

/// Neighbouring groups, looked at as one number.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    groups: &'a [Group],
    first: usize,
    /// Exclusive.
    last: usize,
    digit_count: usize,
}

pub(super) fn find_groups(text: &Text) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut index = 0;
    while let Some(char) = text.at(index) {
        if !char.is_ascii_digit() {
            index += 1;
            continue;
        }
        let end = text.skip(index, usize::MAX, |c| c.is_ascii_digit());
        if let Some(previous) = groups.last_mut() {
            previous.joint = joint_between(text, previous.range().end, index);
        }
        groups.push(Group {
            span: Span::new(index..end),
            touches_word_before: text.before(index).is_some_and(is_word),
            touches_word_after: text.at(end).is_some_and(is_word),
            joint: Joint::None,
        });
        index = end;
    }
    groups
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn joint_between(text: &Text, start: usize, end: usize) -> Joint {
    if end - start > MAX_JOINT {
        return Joint::None;
    }
    let mut found = [' '; MAX_JOINT];
    for (slot, index) in found.iter_mut().zip(start..end) {
        let Some(char) = text.at(index) else {
            return Joint::None;
        };
        *slot = char;
    }
    joint_of(&found[..end - start])
}

fn joint_of(between: &[char]) -> Joint {
    match between {
        [' '] | [' ', ' '] => Joint::Space,
        ['-'] => Joint::Dash,
        ['.'] => Joint::Dot,
        ['/'] => Joint::Slash,
        [' ', '-'] | ['-', ' '] | [' ', '-', ' '] => Joint::SpacedDash,
        [' ', '/'] | ['/', ' '] | [' ', '/', ' '] => Joint::SpacedSlash,
        [')'] | ['('] | [')', '-' | '.' | '/' | '('] | ['-', '('] => Joint::Parenthesis,
        [')', ' ']
        | [' ', '(']
        | [')', '-' | '/', ' ']
        | [')', ' ', '-' | '/' | '(']
        | [')', ' ', '-' | '/', ' '] => Joint::SpacedParenthesis,
        [open, dot @ .., close] if is_around(*open, *close) && is_dot(dot) => Joint::Dot,
        _ => Joint::None,
    }
}

/// What may be around a dot that is to be no dot for programs.
fn is_around(open: char, close: char) -> bool {
    matches!(
        (open, close),
        ('[', ']') | ('(', ')') | ('{', '}') | ('<', '>')
    )
}

fn is_dot(written: &[char]) -> bool {
    matches!(written, ['.'] | ['d' | 'D', 'o' | 'O', 't' | 'T'])
}

impl Joint {
    /// Whether a reader sees two numbers, or at least may.
    fn has_space(self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Space
                | Self::SpacedDash
                | Self::SpacedSlash
                | Self::SpacedParenthesis
        )
    }
}

/// The windows that start at group `first`, shortest first, with at most `max_digits` digits, of
/// which there may be [`MOST_DIGITS`].
pub(super) fn windows_from(
    groups: &[Group],
    first: usize,
    max_digits: usize,
) -> impl Iterator<Item = Window<'_>> {
    let max_digits = max_digits.min(MOST_DIGITS);
    let mut digits = 0;
    let mut is_joined = true;
    groups[first..]
        .iter()
        .enumerate()
        .map_while(move |(offset, group)| {
            digits += group.range().len();
            let is_inside = is_joined && digits <= max_digits;
            is_joined = group.joint != Joint::None;
            is_inside.then_some(Window {
                groups,
                first,
                last: first + offset + 1,
                digit_count: digits,
            })
        })
}

impl<'a> Window<'a> {
    pub(super) fn groups(&self) -> &'a [Group] {
        &self.groups[self.first..self.last]
    }

    pub(super) fn first_group(&self) -> usize {
        self.first
    }

    pub(super) fn next_group(&self) -> usize {
        self.last
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.groups[self.first].range().start..self.groups[self.last - 1].range().end
    }

    pub(super) fn digit_count(&self) -> usize {
        self.digit_count
    }

    /// How many digits each group has.
    pub(super) fn lengths(&self) -> Few<usize> {
        self.groups()
            .iter()
            .map(|group| group.range().len())
            .collect()
    }

    /// What joins its groups.
    pub(super) fn joints(&self) -> impl Iterator<Item = Joint> + use<'a> {
        self.groups[self.first..self.last - 1]
            .iter()
            .map(|group| group.joint)
    }

    /// The one joint that it has throughout; `None` when they differ or there is a single group.
    pub(super) fn uniform_joint(&self) -> Option<Joint> {
        let first = self.joints().next()?;
        self.joints().all(|joint| joint == first).then_some(first)
    }

    /// What joins it to the groups before and after it.
    pub(super) fn outer_joints(&self) -> [Joint; 2] {
        let before = self
            .first
            .checked_sub(1)
            .map_or(Joint::None, |before| self.groups[before].joint);
        [before, self.groups[self.last - 1].joint]
    }

    /// Whether nothing but space, brackets or punctuation is around it.
    pub(super) fn stands_alone(&self) -> bool {
        self.begins_apart() && self.ends_apart()
    }

    /// Whether it is not the rest of a word or of a longer number.
    pub(super) fn begins_apart(&self) -> bool {
        !self.groups[self.first].touches_word_before && self.outer_joints()[0].has_space()
    }

    fn ends_apart(&self) -> bool {
        !self.groups[self.last - 1].touches_word_after && self.outer_joints()[1].has_space()
    }

    pub(super) fn digits(&self, text: &Text) -> Few<u8> {
        let indices = self.groups().iter().flat_map(Group::range);
        indices
            .filter_map(|index| text.at(index)?.to_digit(10))
            .filter_map(|digit| u8::try_from(digit).ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joints(original: &str) -> Vec<Joint> {
        find_groups(&Text::new(original))
            .into_iter()
            .map(|group| group.joint)
            .collect()
    }

    #[test]
    fn groups_know_what_joins_them() {
        assert_eq!(
            joints("555-123 4567"),
            [Joint::Dash, Joint::Space, Joint::None]
        );
        assert_eq!(joints("(555) 123"), [Joint::SpacedParenthesis, Joint::None]);
        assert_eq!(
            joints("1 - 2.3/4"),
            [Joint::SpacedDash, Joint::Dot, Joint::Slash, Joint::None]
        );
    }

    #[test]
    fn a_dot_may_be_disguised() {
        assert_eq!(
            joints("1[.]2(dot)3{DOT}4 dot 5"),
            [Joint::Dot, Joint::Dot, Joint::Dot, Joint::None, Joint::None]
        );
        assert_eq!(joints("1[.)2[a]3(dots)4"), [Joint::None; 4]);
    }

    #[test]
    fn a_slash_joins_with_spaces_and_after_a_parenthesis_too() {
        assert_eq!(
            joints("(1) / 2 / 3/ 4/5"),
            [
                Joint::SpacedParenthesis,
                Joint::SpacedSlash,
                Joint::SpacedSlash,
                Joint::Slash,
                Joint::None
            ]
        );
    }

    #[test]
    fn punctuation_and_words_separate() {
        assert_eq!(joints("1, 2. 3: 4 or 5\n6"), [Joint::None; 6]);
        assert_eq!(joints("1--2"), [Joint::None; 2]);
    }

    #[test]
    fn words_that_touch_are_seen() {
        let groups = find_groups(&Text::new("ab12 34x _5 6"));
        let touches: Vec<_> = groups
            .iter()
            .map(|g| (g.touches_word_before, g.touches_word_after))
            .collect();
        assert_eq!(
            touches,
            [(true, false), (false, true), (true, false), (false, false)]
        );
    }

    #[test]
    fn windows_end_where_digits_or_joints_do() {
        let groups = find_groups(&Text::new("12 34 56, 78"));
        let counts = |max| -> Vec<usize> {
            windows_from(&groups, 0, max)
                .map(|window| window.digit_count())
                .collect()
        };
        assert_eq!(counts(19), [2, 4, 6]);
        assert_eq!(counts(5), [2, 4]);
        assert_eq!(windows_from(&groups, 3, 19).count(), 1);
    }

    #[test]
    fn a_window_joined_tightly_does_not_stand_alone() {
        let groups = find_groups(&Text::new("1-22 333 4.5"));
        let alone = |first| {
            windows_from(&groups, first, 3)
                .next()
                .unwrap()
                .stands_alone()
        };
        assert_eq!(
            [alone(0), alone(1), alone(2), alone(3)],
            [false, false, true, false]
        );
    }
}
