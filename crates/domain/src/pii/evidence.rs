//! Whether the value under a key that names personal data is that data.
//!
//! Under a name that means one thing, every value is: a number and `true` too. Names that mean other
//! things as well (`mobile`, `location`, `name`) count when the value looks the part.

use serde_json::Value;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::likely_name::is_likely_person;

/// Numbers of so many digits are no counts.
const LONG_NUMBER: usize = 7;
/// A name has at most so many words.
const MAX_NAME_WORDS: usize = 5;
/// Longer words are no names.
const MAX_NAME_WORD: usize = 40;
/// Between the names of people.
const JOINING_WORDS: [&str; 5] = [" and ", " und ", " et ", " y ", " vs "];
/// Words inside a name that are written small.
const PARTICLES: [&str; 14] = [
    "al", "bin", "da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "van", "von",
];

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Like anything but nothing.
    Any,
    /// Like a text or a long number; `true` and small numbers switch and count.
    NoCount,
    /// Like a text with at least so many digits, or a long number; small ones count, as in
    /// `{"desktop": 40, "mobile": 60}`.
    Digits(usize),
    /// Like the name of a person: two to five words, capitalised.
    PersonName,
    /// Like the names of one or several people, and not like what a team or a firm is called.
    People,
    /// Like two numbers: `52.5, 13.4`.
    Coordinates,
    /// Like one of them.
    Coordinate,
}

impl Evidence {
    /// How sure a value is that looks so.
    pub(super) fn confidence(self) -> Confidence {
        match self {
            Self::Any => Confidence::CERTAIN,
            Self::NoCount | Self::Digits(_) => Confidence::LIKELY,
            Self::PersonName | Self::People | Self::Coordinates | Self::Coordinate => {
                Confidence::POSSIBLE
            }
        }
    }

    /// Whether a scalar, whose text is `text`, is what its key names. Nothing is: `null`, a text
    /// without a letter or digit, or a placeholder.
    pub(super) fn is_met_by(self, scalar: &Value, text: &str) -> bool {
        !says_nothing(scalar, text)
            && match self {
                Self::Any => true,
                Self::NoCount => scalar.is_string() || is_long_number(scalar, text),
                Self::Digits(least) => {
                    scalar.is_string() && digits(text) >= least || is_long_number(scalar, text)
                }
                Self::PersonName => {
                    scalar.is_string() && (is_name_of_person(text) || are_likely_people(text))
                }
                Self::People => scalar.is_string() && are_likely_people(text),
                Self::Coordinates => scalar.is_string() && is_pair_of_numbers(text),
                Self::Coordinate => is_coordinate(text) || is_pair_of_numbers(text),
            }
    }
}

fn says_nothing(scalar: &Value, text: &str) -> bool {
    scalar.is_null()
        || !text.chars().any(char::is_alphanumeric)
        || EntityKind::is_placeholder(text.trim())
}

fn is_long_number(scalar: &Value, text: &str) -> bool {
    scalar.is_number() && digits(text) >= LONG_NUMBER
}

fn digits(text: &str) -> usize {
    text.chars().filter(|char| char.is_numeric()).count()
}

/// `Ann Lee`, `ANN LEE`, `Ann L.`, `Ana de la Cruz`, `李 小龍`; not `Ann`, which may be anything,
/// `ann lee` or `Level 3`.
fn is_name_of_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(MAX_NAME_WORDS + 1).collect();
    let is_particle = |word: &str| PARTICLES.contains(&word);
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    (2..=MAX_NAME_WORDS).contains(&words.len())
        && !is_particle(first)
        && !is_particle(last)
        && words
            .iter()
            .all(|word| is_particle(word) || is_capitalised(word))
}

/// `Emma Lee`, `Emma Lee, Noah Becker and Ada L.`; not `Blue Dragons`.
fn are_likely_people(text: &str) -> bool {
    let is_sign = |char: char| matches!(char, ',' | ';' | '&' | '+' | '/' | '\n');
    let joined = JOINING_WORDS
        .iter()
        .fold(text.to_owned(), |text, word| text.replace(word, ","));
    let mut names = joined
        .split(is_sign)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .peekable();
    names.peek().is_some() && names.all(is_likely_name)
}

fn is_likely_name(name: &str) -> bool {
    let plain = |word: &str| word.trim_end_matches('.').to_lowercase();
    let words: Vec<String> = name.split_whitespace().map(plain).collect();
    is_name_of_person(name) && is_likely_person(&words)
}

fn is_capitalised(word: &str) -> bool {
    let letters_only = |char: char| {
        char.is_alphabetic() || matches!(char, '\'' | '’' | '-' | '.') || is_mark(char)
    };
    let starts = |char: char| char.is_alphabetic() && !char.is_lowercase();
    word.chars().next().is_some_and(starts)
        && word.chars().take(MAX_NAME_WORD + 1).count() <= MAX_NAME_WORD
        && word.chars().all(letters_only)
}

fn is_mark(char: char) -> bool {
    unicode_normalization::char::is_combining_mark(char)
}

fn is_pair_of_numbers(text: &str) -> bool {
    let text = text.trim().trim_start_matches("geo:");
    let is_between =
        |char: char| char.is_whitespace() || matches!(char, ',' | ';' | '(' | ')' | '/');
    let mut numbers = text.split(is_between).filter(|part| !part.is_empty());
    let mut is_number = || numbers.next().is_some_and(is_coordinate);
    is_number() && is_number()
}

/// `52.5`, `-13`, `52.5N`, `13.4°`.
fn is_coordinate(part: &str) -> bool {
    let part = part.trim_end_matches(['N', 'S', 'E', 'W', '°']);
    let number = part.strip_prefix(['-', '+']).unwrap_or(part);
    let is_plain = |char: char| char.is_ascii_digit() || char == '.';
    number.starts_with(|char: char| char.is_ascii_digit()) && number.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_two_capitalised_words_or_more() {
        for name in [
            "Ann Lee",
            "ANN LEE",
            "Ann L.",
            "Ana de la Cruz",
            "José O'Neil-Łoś",
            "Jean-Luc Picard",
            "李 小龍",
            "अमित शर्मा",
        ] {
            assert!(is_name_of_person(name), "{name}");
        }
        for other in [
            "",
            "Ann",
            "ann lee",
            "Algebra I: Part Two",
            "Level 3",
            "Week of March",
            "World history",
            "A Day At The Big Zoo",
            "van Gogh",
            "student-1 student-2",
        ] {
            assert!(!is_name_of_person(other), "{other}");
        }
    }

    #[test]
    fn people_are_told_from_teams() {
        for people in [
            "Noah Becker",
            "Ada L.",
            "Emma Lee, Noah Becker and Ada L.",
            "Emma Lee & Noah Becker",
        ] {
            assert!(are_likely_people(people), "{people}");
        }
        for other in [
            "",
            " , ",
            "Blue Dragons",
            "team_a",
            "Khan Academy",
            "Noah",
            "Emma Lee, Blue Dragons",
            "Team Rocket",
        ] {
            assert!(!are_likely_people(other), "{other}");
        }
    }

    #[test]
    fn pairs_of_numbers_are_coordinates() {
        for pair in [
            "52.5,13.4",
            "52.5 13.4",
            "geo:52.5,-13.4",
            "(1; 2)",
            "52.5°N 13.4°E",
        ] {
            assert!(is_pair_of_numbers(pair), "{pair}");
        }
        for other in ["", "52.5", "Room 4", "Berlin", "4 Privet Drive", ",", "N,E"] {
            assert!(!is_pair_of_numbers(other), "{other}");
        }
    }
}
