//! Characters written as an escape of some notation: `%40` in addresses, `&#64;` in pages, `\u0040` in
//! programs.

use super::{backslash, percent, reference};

/// The character that is escaped at the start, and how many characters spell it.
pub(super) fn escaped(chars: &[char]) -> Option<(char, usize)> {
    match chars.first()? {
        '%' => percent::escaped(chars),
        '&' => reference::escaped(chars),
        '\\' => backslash::escaped(chars),
        _ => None,
    }
}

/// The number that the digits at the start spell, at most `most` of them, and how many there are.
pub(super) fn number(chars: &[char], radix: u32, most: usize) -> Option<(u32, usize)> {
    let digits = chars
        .iter()
        .take(most)
        .map_while(|char| char.to_digit(radix));
    let (value, length) = digits.fold((0_u32, 0), |(value, length), digit| {
        let value = value.saturating_mul(radix).saturating_add(digit);
        (value, length + 1)
    });
    (length > 0).then_some((value, length))
}
