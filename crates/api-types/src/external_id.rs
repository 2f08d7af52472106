//! The platform's own ids of users. They stand in paths, and so are held to what a path can hold everywhere.

use validator::ValidationError;

/// Longest external id, in characters.
pub const MAX_CHARS: usize = 200;

/// Checks an external id.
///
/// # Errors
/// `length` when it is empty or too long, `control_character` when it has one.
pub fn check(text: &str) -> Result<(), ValidationError> {
    if !(1..=MAX_CHARS).contains(&text.chars().count()) {
        let detail = "Give an external id of 1 to 200 characters.";
        return Err(ValidationError::new("length").with_message(detail.into()));
    }
    if text.chars().any(char::is_control) {
        let detail = "Give an external id without control characters.";
        return Err(ValidationError::new("control_character").with_message(detail.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_short_and_printable() {
        for good in ["7", "ä b/c?", &"x".repeat(MAX_CHARS)] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let code = |text: &str| check(text).unwrap_err().code;
        assert_eq!(code(""), "length");
        assert_eq!(code(&"x".repeat(MAX_CHARS + 1)), "length");
        for bad in ["a\nb", "\u{7f}", "\u{85}"] {
            assert_eq!(code(bad), "control_character");
        }
    }
}
