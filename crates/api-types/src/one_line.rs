//! Names and other short texts. They are shown in lists, mails and headers, where a line break or a character that turns
//! the rest of a line round could make them look like something else.

use validator::ValidationError;

/// Checks that a text stands on one line and is read in the order in which it is written.
///
/// # Errors
/// `control_character`.
pub fn check(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(disturbs) {
        let detail = "Give text on one line, without control characters.";
        return Err(ValidationError::new("control_character").with_message(detail.into()));
    }
    Ok(())
}

/// Controls, separators of lines and paragraphs, and what embeds, overrides or isolates a direction of writing. Marks
/// of direction, which names in Arabic or Hebrew may need, and joiners are none of these.
fn disturbs(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_on_one_line_and_is_read_in_its_order() {
        for good in ["", "Ada Lovelace", "میلاد\u{200c}ی\u{200f}", "👩‍🏫 Zoë"] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
        for bad in [
            "a\r\nb",
            "a\tb",
            "\0",
            "\u{85}",
            "\u{2028}",
            "gpj\u{202e}exe",
            "\u{2066}",
        ] {
            assert_eq!(check(bad).unwrap_err().code, "control_character", "{bad:?}");
        }
    }
}
