//! What messages call a child.

use unicode_normalization::char::is_combining_mark;

/// The first word of a name, as far as it is written as names are: letters of any script with their marks, hyphens,
/// apostrophes, and a full stop at its end, as initials have.
///
/// Mail programs make links of addresses, hosts, numbers and whatever they take for one of these. Whoever chooses a child's
/// name must not choose what a guardian can click on, so that anything else makes the child nameless.
#[must_use]
pub fn shown_first_name(name: &str) -> Option<String> {
    let first = name.split_whitespace().next()?;
    let word = first.strip_suffix('.').unwrap_or(first);
    let is_name = word.contains(is_letter) && word.chars().all(is_of_a_name);
    is_name.then(|| first.to_owned())
}

fn is_letter(char: char) -> bool {
    // Roman and other numerals are numbers that count as letters.
    char.is_alphabetic() && !char.is_numeric()
}

fn is_of_a_name(char: char) -> bool {
    is_letter(char)
        || is_combining_mark(char)
        || matches!(char, '-' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_shown_by_their_first_word() {
        for (name, first) in [
            ("Ada Lovelace", "Ada"),
            ("José", "José"),
            ("Jose\u{301} Silva", "Jose\u{301}"),
            ("Nguyễn Văn An", "Nguyễn"),
            ("O’Neill", "O’Neill"),
            ("O'Neill", "O'Neill"),
            ("Anne-Marie", "Anne-Marie"),
            ("Anne\u{2011}Marie", "Anne\u{2011}Marie"),
            ("J. R.", "J."),
            ("田中 太郎", "田中"),
            ("محمد", "محمد"),
            ("मीरा शर्मा", "मीरा"),
            ("Zoë", "Zoë"),
            (" \u{3000}Ольга", "Ольга"),
        ] {
            assert_eq!(shown_first_name(name).as_deref(), Some(first), "{name}");
        }
    }

    #[test]
    fn what_could_be_clicked_on_or_is_no_name_is_not_shown() {
        for name in [
            "",
            " ",
            ".",
            "-",
            "www.evil.example",
            "www。evil。example",
            "evil．example",
            "evil｡example",
            "Bob․evil․com",
            "bob@evil.example",
            "bob＠evil",
            "https://evil",
            "evil/x",
            "localhost:80",
            "+19005550100",
            "19005550100",
            "１９００",
            "Ⅷ",
            "evil%2eexample",
            "J.R.",
            "Bob..",
            "Bob\u{202e}moc",
            "Bob\u{2066}x\u{2069}",
            "Bob\u{200b}x",
            "Ada, Lovelace",
            "<b>",
        ] {
            assert_eq!(shown_first_name(name), None, "{name:?}");
        }
    }
}
