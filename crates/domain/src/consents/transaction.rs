//! What a provider of verifications names the transaction by that proves one.

/// Most characters of a transaction id.
pub const TRANSACTION_ID_MAX: usize = 128;

/// Whether this can be a transaction id: an opaque reference of ASCII letters, digits and `. _ : / -`.
///
/// It is evidence, kept in clear with the consent that it proves, also when those are erased whom it concerns. So nothing is
/// taken for one in which a name or an address could be written as people write them.
#[must_use]
pub fn is_transaction_id(text: &str) -> bool {
    let is_letter = |char: char| char.is_ascii_alphanumeric();
    let fits = |char: char| is_letter(char) || matches!(char, '.' | '_' | ':' | '/' | '-');
    (1..=TRANSACTION_ID_MAX).contains(&text.len())
        && text.chars().all(fits)
        && text.contains(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_reference_is_taken() {
        let long = "x".repeat(TRANSACTION_ID_MAX);
        for text in [
            "7",
            "card-81",
            "pi_3NqT:ch/0.1",
            "0193a7a0-0000-7000-8000-000000000000",
            &long,
        ] {
            assert!(is_transaction_id(text), "{text}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let long = "x".repeat(TRANSACTION_ID_MAX + 1);
        for text in [
            "",
            " ",
            "-",
            "://",
            "jane.quongle@home.example 4111111111111111",
            "jane@home.example",
            "a b",
            "a\u{0}b",
            "a\n",
            "\u{202e}",
            "\u{ffff}",
            "\u{2028}",
            "ｃａｒｄ",
            "ü-1",
            &long,
        ] {
            assert!(!is_transaction_id(text), "{text:?}");
        }
    }
}
