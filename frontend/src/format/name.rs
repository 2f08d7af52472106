//! Names that others chose, shown as they are and not as they would like to look.

/// The same text with characters that steer or hide in sight: an override of the reading direction, a null, a space
/// without width. Letters of every script stay.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || steers(letter) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a character only changes how its neighbours are drawn (Unicode's bidirectional controls, invisible
/// spaces and joiners, and tags).
fn steers(letter: char) -> bool {
    matches!(letter,
        '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_steers_is_seen() {
        assert_eq!(visible("parent-\u{202E}71"), "parent-⟨U+202E⟩71");
        assert_eq!(visible("a\u{200B}b\0"), "a⟨U+200B⟩b⟨U+0000⟩");
    }

    #[test]
    fn letters_of_every_script_stay() {
        for name in ["parent-17", "José", "姓名", "שלום"] {
            assert_eq!(visible(name), name);
        }
    }
}
