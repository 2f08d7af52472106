//! Character references (HTML), as pages and their sources have them: `&#73;`, `&#x49;`, `&eacute;`.

use super::escapes::number;

/// Leading zeros among them; more is no character.
const MAX_DIGITS: usize = 8;
/// No name that is listed has more letters.
const MAX_NAME: usize = 8;
/// What follows a letter in the name of one with a mark. Marks tell no names apart, so the letter is enough.
const MARKS: [&str; 11] = [
    "acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron", "slash", "strok", "ogon",
];
const NAMED: [(&str, char); 28] = [
    ("amp", '&'),
    ("apos", '\''),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dash", '-'),
    ("hyphen", '-'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsquo", '\''),
    ("mdash", '-'),
    ("middot", '·'),
    ("nbsp", ' '),
    ("ndash", '-'),
    ("num", '#'),
    ("period", '.'),
    ("plus", '+'),
    ("quot", '"'),
    ("rpar", ')'),
    ("rsquo", '\''),
    ("shy", '\u{AD}'),
    ("sol", '/'),
    ("szlig", 'ß'),
    ("thorn", 'þ'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
    ("lt", '<'),
    ("gt", '>'),
];

/// The character reference at the start, and how many characters spell it.
pub(super) fn escaped(chars: &[char]) -> Option<(char, usize)> {
    match chars {
        ['&', '#', 'x' | 'X', digits @ ..] => numbered(digits, 16, 3),
        ['&', '#', digits @ ..] => numbered(digits, 10, 2),
        ['&', name @ ..] => named(name),
        _ => None,
    }
}

/// Readers take a number without its semicolon too.
fn numbered(chars: &[char], radix: u32, before: usize) -> Option<(char, usize)> {
    let (code, length) = number(chars, radix, MAX_DIGITS)?;
    let closed = usize::from(chars.get(length) == Some(&';'));
    let char = char::from_u32(code).filter(|char| *char != '\0')?;
    Some((char, before + length + closed))
}

fn named(chars: &[char]) -> Option<(char, usize)> {
    let letters = chars
        .iter()
        .take(MAX_NAME)
        .take_while(|char| char.is_ascii_alphabetic());
    let name: String = letters.collect();
    if chars.get(name.len()) != Some(&';') {
        return None;
    }
    let listed = NAMED
        .iter()
        .find(|(listed, _)| *listed == name)
        .map(|(_, char)| *char);
    let char = listed.or_else(|| marked(&name))?;
    Some((char, 1 + name.len() + 1))
}

/// `eacute`, `Oslash`, `aelig`.
fn marked(name: &str) -> Option<char> {
    let (letter, mark) = name.split_at_checked(1)?;
    let letter = letter.chars().next()?;
    match (letter, mark) {
        ('a' | 'A', "Elig" | "elig") => Some('æ'),
        ('o' | 'O', "Elig" | "elig") => Some('œ'),
        _ => MARKS.contains(&mark).then_some(letter),
    }
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
    fn references_by_number_and_by_name_are_read() {
        assert_eq!(read("&#73;solde"), Some(('I', 5)));
        assert_eq!(read("&#0073;"), Some(('I', 7)));
        assert_eq!(read("&#73solde"), Some(('I', 4)));
        assert_eq!(read("&#x49;"), Some(('I', 6)));
        assert_eq!(read("&#X1F600;"), Some(('😀', 9)));
        assert_eq!(read("&eacute;"), Some(('e', 8)));
        assert_eq!(read("&Oslash;"), Some(('O', 8)));
        assert_eq!(read("&commat;"), Some(('@', 8)));
        assert_eq!(read("&AElig;"), Some(('æ', 7)));
    }

    #[test]
    fn what_is_no_reference_is_left_alone() {
        for text in [
            "",
            "&",
            "&#",
            "&#;",
            "&#x;",
            "&#xD800;",
            "&#0;",
            "&eacute",
            "&nothing;",
            "& co",
            "&é;",
            "&;",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn information_in_references_is_found_with_them() {
        let table = [
            ("mail joe&#64;example.org!", "mail [EMAIL]!"),
            ("joe&commat;example&period;org", "[EMAIL]"),
            ("joe&amp;#64;example.org", "[EMAIL]"),
            ("call&nbsp;&#52;15&#45;555-2671", "call&nbsp;[PHONE]"),
        ];
        for (text, redacted) in table {
            assert_eq!(redact_text(text), redacted);
            nothing_in(redacted);
        }
        nothing_in("fish &amp; chips, R&D, a&b;c");
    }
}
