//! Cutting a line into its fields, left to right, each byte once.

use std::borrow::Cow;

/// What is left of a line.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// The text up to a separator, which is dropped.
    pub(super) fn until(&mut self, separator: &str) -> Option<&'a str> {
        let (field, rest) = self.rest.split_once(separator)?;
        self.rest = rest;
        Some(field)
    }

    /// Drops an expected text.
    pub(super) fn expect(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// A field in quotes, still escaped. A quote inside is written `\"`, a backslash `\\`.
    pub(super) fn quoted(&mut self) -> Option<&'a str> {
        self.expect("\"")?;
        let mut escaped = false;
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let field = &self.rest[..at];
                    self.rest = &self.rest[at + 1..];
                    return Some(field);
                }
                _ => {}
            }
        }
        None
    }

    /// Whether the line ends here, or goes on with further fields that some servers append.
    pub(super) fn is_at_a_border(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(' ')
    }
}

/// Undoes the escapes of Apache and nginx: `\"`, `\\`, `\xHH`, `\n`, `\t` and the like. What is not an escape
/// stays as it is, and bytes that are not UTF-8 become the replacement character.
pub(super) fn unescape(field: &str) -> Cow<'_, str> {
    if !field.contains('\\') {
        return Cow::Borrowed(field);
    }
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'\\', [b'x', high, low, tail @ ..]) if hex_byte(*high, *low).is_some() => {
                out.extend(hex_byte(*high, *low));
                tail
            }
            (b'\\', [code, tail @ ..]) if control(*code).is_some() => {
                out.extend(control(*code));
                tail
            }
            _ => {
                out.push(byte);
                after
            }
        };
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(high)? << 4 | digit(low)?)
}

fn control(code: u8) -> Option<u8> {
    match code {
        b'"' | b'\\' => Some(code),
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'b' => Some(8),
        b'f' => Some(12),
        b'v' => Some(11),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_of_both_servers_are_undone() {
        for (escaped, plain) in [
            (r#"a\"b"#, "a\"b"),
            (r"a\\b", "a\\b"),
            (r"\x22\x5C", "\"\\"),
            (r"caf\xc3\xa9", "café"),
            (r"\xff", "\u{fffd}"),
            (r"tab\there", "tab\there"),
            (r"\q \x2 \xzz é\", r"\q \x2 \xzz é\"),
        ] {
            assert_eq!(unescape(escaped), plain, "{escaped}");
        }
    }

    #[test]
    fn a_field_without_escapes_is_not_copied() {
        assert!(matches!(unescape("Mozilla/5.0"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn what_is_escaped_and_quoted_is_read_back(text in "[ -~é]{0,40}", tail in "[ -~]{0,10}") {
            let escaped = text.replace('\\', r"\\").replace('"', r#"\""#);
            let line = format!("\"{escaped}\"{tail}");
            let mut scanner = Scanner::new(&line);
            let field = scanner.quoted().expect("a quoted field");
            prop_assert_eq!(unescape(field).into_owned(), text);
            prop_assert_eq!(scanner.rest, tail);
        }
    }
}
