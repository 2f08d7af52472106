//! Percent-encoded characters (RFC 3986), as texts with web addresses have them: `ann%40kid.org`.

/// The longest character in UTF-8, in bytes.
const MAX_BYTES: usize = 4;
/// `%`, two hexadecimal digits.
const ESCAPE: usize = 3;

/// The percent-encoded character at the start, and how many characters spell it. Bytes that are no
/// UTF-8 spell none.
pub(super) fn escaped(chars: &[char]) -> Option<(char, usize)> {
    let mut bytes = [0; MAX_BYTES];
    bytes[0] = byte_at(chars)?;
    let length = match bytes[0] {
        0x00..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    for (index, byte) in bytes.iter_mut().enumerate().take(length).skip(1) {
        *byte = byte_at(chars.get(index * ESCAPE..)?)?;
    }
    let decoded = std::str::from_utf8(&bytes[..length]).ok()?;
    Some((decoded.chars().next()?, length * ESCAPE))
}

fn byte_at(chars: &[char]) -> Option<u8> {
    let &['%', high, low, ..] = chars else {
        return None;
    };
    u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::redact_text;
    use crate::pii::tests::{contact_found as found, no_contact_in as nothing_in};

    fn read(text: &str) -> Option<(char, usize)> {
        escaped(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn characters_of_any_length_are_read() {
        assert_eq!(read("%40x"), Some(('@', 3)));
        assert_eq!(read("%c3%A9"), Some(('é', 6)));
        assert_eq!(read("%EF%BC%A0"), Some(('＠', 9)));
        assert_eq!(read("%F0%9F%98%80"), Some(('😀', 12)));
    }

    #[test]
    fn what_is_no_escape_is_left_alone() {
        for text in [
            "",
            "a",
            "%",
            "%4",
            "%4g",
            "%FF",
            "%C3",
            "%C3%",
            "%C3x",
            "%C0%80",
            "%ED%A0%80",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn encoded_information_is_found_and_redacted_with_its_escapes() {
        let table = [
            (
                "https://x.example/?e=ann%40kid.org",
                "https://x.example/?e=[EMAIL]",
            ),
            ("?e=ann%2540kid.org&x=1", "?e=[EMAIL]&x=1"),
            (
                "?next=%2Fjoin%3Fe%3Dann%2540kid%252Eorg%26y",
                "?next=%2Fjoin%3Fe%3D[EMAIL]%26y",
            ),
            ("?t=call%20%28415%29%20555-2671", "?t=call%20[PHONE]"),
            ("?p=%2B49%2030%20901820", "?p=[PHONE]"),
            ("?s=123%2D45%2D6789", "?s=[SSN]"),
            ("?c=4111%201111%201111%201111", "?c=[CARD]"),
            ("%EF%BD%81nn%EF%BC%A0kid.org", "[EMAIL]"),
            ("é %61nn@kid.org %41", "é [EMAIL] %41"),
        ];
        for (text, redacted) in table {
            assert_eq!(redact_text(text), redacted);
            nothing_in(redacted);
        }
    }

    #[test]
    fn of_two_readings_both_are_covered() {
        assert_eq!(redact_text("joe%40example@kid.org"), "[EMAIL]");
        assert_eq!(found("50%@kid.org"), ["email:50%@kid.org"]);
    }

    #[test]
    fn percentages_and_other_escapes_are_no_information() {
        for text in [
            "15%20 of 100%",
            "https://x.example/a%20b?q=%40home&t=2026-03-02",
            "100%25",
            "/lesson%2F12%2F34",
        ] {
            nothing_in(text);
        }
    }
}
