//! Digits, dashes, dots and letters of other scripts that a reader takes for the plain ones.
//!
//! Only what survives compatibility decomposition is listed: full-width and mathematical forms are
//! plain already. The letters are those Cyrillic and Greek ones that look like a Latin one in
//! common fonts (a subset of Unicode's confusables.txt).

/// The digit zero of scripts whose ten digits follow each other.
const ZEROS: [u32; 24] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1946, 0x1A80, 0x1B50, 0xA8D0, 0xABF0,
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
    fn other_letters_are_left_alone() {
        for char in ['ж', 'λ', '中', 'あ', 'a', '€'] {
            assert_eq!(plain(char), char);
        }
    }
}
