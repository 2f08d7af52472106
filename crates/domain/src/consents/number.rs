//! Telephone numbers to which text messages can go.

use std::fmt;

use thiserror::Error;

/// A number with its country's code, as ITU-T E.164 writes it: `+` and 8 to 15 digits. It does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct TextNumber(String);

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "write the number with its country's code, for example +49 171 1234567: a plus and 8 to 15 digits"
)]
pub struct TextNumberError;

/// Least digits of a number, with the country's.
const LEAST_DIGITS: usize = 8;
/// Fewer digits are shared by many numbers.
const LEAST_OF_A_SUBSCRIBER: usize = 6;
/// Most digits of a number (E.164, 6.1).
const MOST_DIGITS: usize = 15;

impl TextNumber {
    /// Reads a number as people write it: spaces, dots, dashes and parentheses between its digits do not count.
    ///
    /// # Errors
    /// When it has no country's code, or is no number.
    pub fn parse(text: &str) -> Result<Self, TextNumberError> {
        let rest = text.trim().strip_prefix('+').ok_or(TextNumberError)?;
        let is_separator = |char: char| matches!(char, ' ' | '.' | '-' | '(' | ')' | '/');
        let digits: String = rest.chars().filter(|char| !is_separator(*char)).collect();
        let is_number = digits.chars().all(|char| char.is_ascii_digit())
            && !digits.starts_with('0')
            && (LEAST_DIGITS..=MOST_DIGITS).contains(&digits.len());
        match is_number {
            true => Ok(Self(format!("+{digits}"))),
            false => Err(TextNumberError),
        }
    }

    /// Whether `text` may be this number, with the country's code or without.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        let digits: String = text
            .replacen("(0)", "", 1)
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let within_the_country = digits.trim_start_matches('0');
        within_the_country.len() >= LEAST_OF_A_SUBSCRIBER && self.0.ends_with(within_the_country)
    }

    /// The number, for the one function that sends to it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TextNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextNumber(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for text in ["+491711234567", "+49 171 1234567", " +49 (171) 123-45.67 "] {
            let number = TextNumber::parse(text).expect(text);
            assert_eq!(number.expose(), "+491711234567");
            assert!(!format!("{number:?}").contains("171"));
        }
    }

    #[test]
    fn a_number_is_known_with_and_without_its_country() {
        let number = TextNumber::parse("+49 30 7654321").expect("a number");
        for text in [
            "+49 (0)30 7654321",
            "0049307654321",
            "030 7654321",
            "(030) 765-4321",
            "7654321",
        ] {
            assert!(number.may_be(text), "{text}");
        }
        for text in [
            "",
            "0",
            "321",
            "+49 30 7654322",
            "030 7654320",
            "+1 30 17654321",
        ] {
            assert!(!number.may_be(text), "{text}");
        }
    }

    #[test]
    fn a_number_without_its_country_is_none() {
        for text in [
            "",
            "+",
            "0171 1234567",
            "+0171 1234567",
            "+49 171",
            "+1234567890123456",
            "+49 171 12345ab",
            "+٤٩١٧١١٢٣٤٥٦٧",
        ] {
            assert_eq!(TextNumber::parse(text), Err(TextNumberError), "{text}");
        }
    }
}
