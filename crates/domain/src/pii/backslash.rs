//! Characters after a backslash, as programs and documents have them: `\u0049`, `\u{49}`, `\x49`.

use super::escapes::number;

/// Leading zeros among them, as in `\u{00000049}`.
const MAX_DIGITS: usize = 8;
/// `\ud835`
const UNIT: usize = 6;

/// The escape at the start, and how many characters spell it.
pub(super) fn escaped(chars: &[char]) -> Option<(char, usize)> {
    match chars {
        ['\\', 'u', '{', digits @ ..] => braced(digits),
        ['\\', 'u', ..] => of_units(chars),
        ['\\', 'U', digits @ ..] => Some((char::from_u32(exactly(digits, 8)?)?, 10)),
        ['\\', 'x', digits @ ..] => Some((char::from_u32(exactly(digits, 2)?)?, 4)),
        _ => None,
    }
}

fn braced(digits: &[char]) -> Option<(char, usize)> {
    let (code, length) = number(digits, 16, MAX_DIGITS)?;
    let is_closed = digits.get(length) == Some(&'}');
    let char = char::from_u32(code).filter(|_| is_closed)?;
    Some((char, length + r"\u{}".len()))
}

/// `\u0049`, or two such that are the halves of one character.
fn of_units(chars: &[char]) -> Option<(char, usize)> {
    let first = unit(chars)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, UNIT));
    }
    let second = unit(chars.get(UNIT..)?)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let char = char::decode_utf16(units).next()?.ok()?;
    Some((char, 2 * UNIT))
}

fn unit(chars: &[char]) -> Option<u32> {
    match chars {
        ['\\', 'u', digits @ ..] => exactly(digits, 4),
        _ => None,
    }
}

fn exactly(chars: &[char], count: usize) -> Option<u32> {
    let (code, length) = number(chars, 16, count)?;
    (length == count).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::redact_text;
    use crate::pii::tests::no_contact_in as nothing_in;

    fn read(text: &str) -> Option<(char, usize)> {
        escaped(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn escapes_of_any_notation_are_read() {
        assert_eq!(read(r"\u0049solde"), Some(('I', 6)));
        assert_eq!(read(r"\u{49}solde"), Some(('I', 6)));
        assert_eq!(read(r"\x49"), Some(('I', 4)));
        assert_eq!(read(r"\U00000049"), Some(('I', 10)));
        assert_eq!(read(r"\ud83d\ude00"), Some(('😀', 12)));
    }

    #[test]
    fn what_is_no_escape_is_left_alone() {
        for text in [
            "",
            r"\",
            r"\u",
            r"\u004",
            r"\u{}",
            r"\u{49",
            r"\users",
            r"\xyz",
            r"\ud83d",
            r"\n",
            r"\u{D800}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn information_in_escapes_is_found_with_them() {
        assert_eq!(redact_text(r"mail joe\u0040example.org!"), "mail [EMAIL]!");
        assert_eq!(redact_text(r"\x6aoe@example.org"), "[EMAIL]");
        nothing_in(r"C:\users\u\x12 and \u2026");
    }
}
