//! What is looked for of somebody, as folded letters, and what each pattern is.

use super::super::entity::EntityKind;
use super::known::{Known, MOST_FACTS, NameWord, normal, spellings};
use super::ordinary::is_ordinary;

/// Schools and handles with fewer letters are found in too many other words.
const SHORTEST_SCHOOL: usize = 8;
const SHORTEST_HANDLE: usize = 4;
/// An initial and a name run together with fewer letters may be anything.
const SHORTEST_WITH_INITIAL: usize = 4;
/// The last digits of a phone number, without country and area.
const PHONE_DIGITS: usize = 7;
/// What schools are called beside their names, the longest first.
const SCHOOL_ENDINGS: [&str; 9] = [
    "elementaryschool",
    "primaryschool",
    "middleschool",
    "highschool",
    "academy",
    "school",
    "elementary",
    "high",
    "middle",
];

/// What a match of letters is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// One word of a name.
    Word {
        is_distinctive: bool,
        is_particle: bool,
        /// The bytes before which it may be parted: `O'Brien`.
        joints: Vec<usize>,
    },
    /// Words of a name run together.
    Words {
        /// The bytes before which a word begins, or a part of one.
        joints: Vec<usize>,
        /// Words that stand beside each other in sentences too ("day may"): without a capital or a
        /// comma they are a name only with no blank between them.
        is_of_sentences: bool,
    },
    /// A name and an initial run together.
    WithInitial,
    /// A school.
    School {
        /// Without "school": only at a place.
        needs_place: bool,
    },
}

/// What a match of letters and digits is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Contact {
    /// A handle, or the local part of an address.
    Handle {
        /// A word of the language: only with an `@` or `/` before it, or with its signs.
        is_ordinary: bool,
        /// Written with `_` or the like between its letters.
        has_signs: bool,
    },
    Email,
    /// The last digits of a number.
    Phone,
}

impl Contact {
    pub(super) fn kind(&self) -> EntityKind {
        match self {
            Self::Handle { .. } => EntityKind::Handle,
            Self::Email => EntityKind::Email,
            Self::Phone => EntityKind::Phone,
        }
    }
}

/// Folded texts to look for, each with what it is.
pub(super) struct Patterns<T>(Vec<(String, T)>);

impl<T: PartialEq> Patterns<T> {
    fn add(&mut self, folded: String, is: T) {
        let is_new = !self
            .0
            .iter()
            .any(|(known, of)| *known == folded && *of == is);
        if !folded.is_empty() && is_new {
            self.0.push((folded, is));
        }
    }

    pub(super) fn into_parts(self) -> (Vec<String>, Vec<T>) {
        self.0.into_iter().unzip()
    }
}

/// The names of somebody as lists of words, every spelling.
pub(super) fn names_of(known: &Known) -> Vec<Vec<NameWord>> {
    known
        .names
        .iter()
        .take(MOST_FACTS)
        .flat_map(|name| spellings(name))
        .collect()
}

/// Names and schools, by letters.
pub(super) fn letters(known: &Known, names: &[Vec<NameWord>]) -> Patterns<Pattern> {
    let mut patterns = Patterns(Vec::new());
    for name in names {
        for word in name {
            let is = Pattern::Word {
                is_distinctive: word.is_distinctive(),
                is_particle: word.is_particle,
                joints: word.joints.clone(),
            };
            if word.folded.chars().count() > 1 {
                patterns.add(word.folded.clone(), is);
            }
        }
        add_joined(&mut patterns, name);
    }
    for school in known.schools.iter().take(MOST_FACTS) {
        add_school(&mut patterns, school);
    }
    patterns
}

/// `adalovelace`, `lovelaceada`, `alovelace`, `adal`, and all words of a longer name.
fn add_joined(patterns: &mut Patterns<Pattern>, name: &[NameWord]) {
    if name.len() > 2 {
        add_words(patterns, &name.iter().collect::<Vec<_>>(), false);
    }
    for (index, one) in name.iter().enumerate() {
        let others = name.iter().enumerate().filter(|(other, _)| *other != index);
        for (place, other) in others {
            if other.is_particle {
                continue;
            }
            let is_ordinary = one.is_ordinary && other.is_ordinary;
            let is_of_sentences =
                place < index && is_ordinary && (one.is_grammar || other.is_grammar);
            add_words(patterns, &[one, other], is_of_sentences);
            let Some(initial) = other
                .initial()
                .filter(|_| !one.is_particle && !other.is_particle)
            else {
                continue;
            };
            for joined in [
                format!("{}{initial}", one.folded),
                format!("{initial}{}", one.folded),
            ] {
                if joined.chars().count() >= SHORTEST_WITH_INITIAL {
                    patterns.add(joined, Pattern::WithInitial);
                }
            }
        }
    }
}

fn add_words(patterns: &mut Patterns<Pattern>, words: &[&NameWord], is_of_sentences: bool) {
    let joined: String = words.iter().map(|word| word.folded.as_str()).collect();
    let mut joints = Vec::new();
    let mut start = 0;
    for word in words {
        joints.push(start);
        joints.extend(word.joints.iter().map(|joint| start + joint));
        start += word.folded.len();
    }
    if joined.chars().count() >= 3 || !joined.is_ascii() {
        let is = Pattern::Words {
            joints,
            is_of_sentences,
        };
        patterns.add(joined, is);
    }
}

fn add_school(patterns: &mut Patterns<Pattern>, school: &str) {
    let whole: String = normal(school)
        .chars()
        .filter(|char| !char.is_numeric())
        .collect();
    let name = SCHOOL_ENDINGS
        .iter()
        .find_map(|ending| whole.strip_suffix(ending))
        .unwrap_or(&whole)
        .to_owned();
    let without_school = whole.strip_suffix("school").unwrap_or(&whole).to_owned();
    for (written, needs_place) in [
        (whole.clone(), false),
        (without_school, false),
        (name, true),
    ] {
        let needs_place = needs_place && written != whole;
        let is_long = written.chars().count() >= if needs_place { 4 } else { SHORTEST_SCHOOL };
        if is_long {
            patterns.add(written, Pattern::School { needs_place });
        }
    }
}

/// Handles, email addresses and phone numbers, by letters and digits.
pub(super) fn contacts(known: &Known) -> Patterns<Contact> {
    let mut patterns = Patterns(Vec::new());
    for handle in known.handles.iter().take(MOST_FACTS) {
        add_handle(&mut patterns, handle);
    }
    for email in known.emails.iter().take(MOST_FACTS) {
        let Some((local, domain)) = email.rsplit_once('@') else {
            continue;
        };
        patterns.add(normal(email), Contact::Email);
        let spelt = format!(
            "{}at{}",
            normal(local),
            domain
                .split('.')
                .map(normal)
                .collect::<Vec<_>>()
                .join("dot")
        );
        patterns.add(spelt, Contact::Email);
        let half_spelt = format!("{}at{}", normal(local), normal(domain));
        patterns.add(half_spelt, Contact::Email);
        add_handle(&mut patterns, local);
    }
    for phone in known.phones.iter().take(MOST_FACTS) {
        let digits: String = normal(phone).chars().filter(char::is_ascii_digit).collect();
        if let Some(start) = digits.len().checked_sub(PHONE_DIGITS) {
            patterns.add(digits[start..].to_owned(), Contact::Phone);
        }
    }
    patterns
}

fn add_handle(patterns: &mut Patterns<Contact>, handle: &str) {
    let folded = normal(handle);
    let is_short = folded.chars().count() < SHORTEST_HANDLE;
    let is_ordinary =
        is_short || is_ordinary(&folded) || folded.bytes().all(|byte| byte.is_ascii_digit());
    if folded.chars().count() > 1 {
        let has_signs = handle
            .trim()
            .trim_start_matches('@')
            .contains(|char: char| !char.is_alphanumeric());
        patterns.add(
            folded,
            Contact::Handle {
                is_ordinary,
                has_signs,
            },
        );
    }
}
