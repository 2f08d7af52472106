//! Digits, dashes, dots and letters of other scripts that a reader takes for the plain ones.
//!
//! Only what compatibility decomposition leaves, or takes apart as in `⑴`, is listed: full-width and
//! mathematical forms are plain already. The letters are those Cyrillic and Greek ones that look like a Latin one in
//! common fonts (a subset of Unicode's confusables.txt).

/// The digit zero of scripts whose ten digits follow each other.
const ZEROS: [u32; 24] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1946, 0x1A80, 0x1B50, 0xA8D0, 0xABF0,
];

/// Letters and digits inside something: the first of a run, how many follow each other, and what is
/// inside the first.
const ENCLOSED: [(u32, u32, char); 20] = [
    (0x2474, 9, '1'),
    (0x2488, 9, '1'),
    (0x249C, 26, 'a'),
    (0x24B6, 26, 'A'),
    (0x24D0, 26, 'a'),
    (0x24EA, 1, '0'),
    (0x24F5, 9, '1'),
    (0x24FF, 1, '0'),
    (0x2460, 9, '1'),
    (0x2776, 9, '1'),
    (0x2780, 9, '1'),
    (0x278A, 9, '1'),
    (0x1F100, 1, '0'),
    (0x1F101, 10, '0'),
    (0x1F10B, 1, '0'),
    (0x1F10C, 1, '0'),
    (0x1F110, 26, 'A'),
    (0x1F130, 26, 'A'),
    (0x1F150, 26, 'A'),
    (0x1F170, 26, 'A'),
];
/// The plain character that this one is read as.
pub(super) fn plain(char: char) -> char {
    if char.is_ascii() {
        char
    } else {
        digit(char)
            .or_else(|| sign(char))
            .or_else(|| letter(char))
            .unwrap_or(char)
    }
}

/// The letter or digit inside a circle, a square or brackets. Regional indicators are none: two of
/// them are the flag of a country, not a word.
pub(super) fn enclosed(char: char) -> Option<char> {
    // Nearly no character is one: these three blocks have them all.
    if !matches!(char, '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}' | '\u{1F100}'..='\u{1F189}')
    {
        return None;
    }
    let code = char as u32;
    let holds = |run: &&(u32, u32, char)| (run.0..run.0 + run.1).contains(&code);
    let (first, _, inside) = ENCLOSED.iter().find(holds)?;
    char::from_u32(*inside as u32 + (code - first))
}

/// Whether the letter is one of a set that has no small ones, so that it is no sign of a capital.
pub(super) fn is_caseless_ornament(char: char) -> bool {
    matches!(char, '\u{1F110}'..='\u{1F189}')
}

fn digit(char: char) -> Option<char> {
    let code = char as u32;
    let zero = ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

fn sign(char: char) -> Option<char> {
    match char {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' => Some('-'),
        '\u{00B7}' | '\u{2219}' | '\u{22C5}' | '\u{3002}' | '\u{06D4}' => Some('.'),
        '\u{2018}' | '\u{2019}' => Some('\''),
        '\u{2044}' | '\u{2215}' => Some('/'),
        _ => None,
    }
}

fn letter(char: char) -> Option<char> {
    Some(match char {
        'а' | 'α' => 'a',
        'ѕ' => 's',
        'е' => 'e',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' | 'ϲ' => 'c',
        'у' => 'y',
        'х' | 'χ' => 'x',
        'ԁ' => 'd',
        'һ' => 'h',
        'ӏ' => 'l',
        'ѵ' | 'ν' => 'v',
        'ԝ' => 'w',
        'τ' => 't',
        'υ' => 'u',
        'κ' | 'к' => 'k',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ten_digits_of_a_script_are_read() {
        let read: String = ('٠'..='٩').map(plain).collect();
        assert_eq!(read, "0123456789");
        for zero in ZEROS {
            let digits: String = (zero..zero + 10)
                .filter_map(char::from_u32)
                .map(plain)
                .collect();
            assert_eq!(digits, "0123456789", "{zero:x}");
            let before = char::from_u32(zero - 1).unwrap();
            assert!(!plain(before).is_ascii_digit(), "{zero:x}");
        }
    }

    #[test]
    fn what_is_inside_a_circle_or_a_square_is_read() {
        let read = |text: &str| -> String { text.chars().filter_map(enclosed).collect() };
        assert_eq!(read("⓪①⑨❶➈➊⓿⓵⑴⒈🄁🄋"), "019191011100");
        assert_eq!(read("Ⓐⓩ⒜🄐🄰🅐🆉"), "AzaAAAZ");
        for other in ['a', '1', '⑩', '🇩', '☺', '🆎'] {
            assert_eq!(enclosed(other), None, "{other}");
        }
    }

    #[test]
    fn other_letters_are_left_alone() {
        for char in ['ж', 'λ', '中', 'あ', 'a', '€'] {
            assert_eq!(plain(char), char);
        }
    }
}
