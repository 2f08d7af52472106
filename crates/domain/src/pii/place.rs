//! Where in a document a value stands, as far as that tells what it is.
//!
//! What a key names holds for everything below it: the lines of an `address`, the `year` of a
//! `birth_date`. The object around a key tells whose it is: the `name` in a `student` is a person's,
//! that in a `course` is not, and `email` among `channels` counts messages.

use super::evidence::Evidence;
use super::key_names::{AXES, NAME_PARTS, PROFILES, TALLIES, THINGS, Words};
use super::key_split::words_of;
use super::keys::{KeyMeaning, is_number, is_person, is_qualifying, meaning_of};

#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// What the keys above say about the value.
    pub(super) meaning: Option<KeyMeaning>,
    /// Of what the nearest object is.
    object: Object,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    Person,
    Thing,
    /// Counts or switches, by what its keys name.
    Tally,
    Other,
}

impl Place {
    /// The document itself.
    pub(super) const ROOT: Self = Self {
        meaning: None,
        object: Object::Other,
    };

    /// The value of `key`, in an object at this place.
    pub(super) fn at(self, key: &str) -> Self {
        let words = words_of(key);
        let object = self.object_of(&words);
        let inherited = self.inherited(&words);
        let named = self.named(words);
        let is_certain = |meaning: &KeyMeaning| meaning.evidence == Evidence::Any;
        Self {
            meaning: named
                .filter(is_certain)
                .or(inherited.filter(is_certain))
                .or(named)
                .or(inherited),
            object,
        }
    }

    /// An item of a list at this place.
    pub(super) fn in_list(self) -> Self {
        let item = |meaning: KeyMeaning| match meaning.evidence {
            Evidence::Coordinates => coordinate(meaning),
            _ => meaning,
        };
        Self {
            meaning: self.meaning.map(item),
            ..self
        }
    }

    /// What the key names in this object: `name` in a `student` is a `student_name`.
    fn named(self, words: Vec<String>) -> Option<KeyMeaning> {
        let owned = |owner: &str| {
            let words: Vec<_> = std::iter::once(owner.to_owned())
                .chain(words.clone())
                .collect();
            meaning_of(&words)
        };
        match self.object {
            Object::Person => owned("person"),
            Object::Thing => meaning_of(&words).and_then(|_| owned("thing")),
            Object::Tally => meaning_of(&words).map(KeyMeaning::unless_count),
            Object::Other => meaning_of(&words),
        }
    }

    /// What is known from above about the value of a key.
    fn inherited(self, words: &[String]) -> Option<KeyMeaning> {
        let above = self.meaning?;
        let is_one_of = |list: &Words| matches!(words, [word] if list.contains(word.as_str()));
        match above.evidence {
            Evidence::Any | Evidence::NoCount => Some(above),
            Evidence::Digits(_) | Evidence::People => is_qualifying(words).then_some(above),
            Evidence::Coordinates | Evidence::Coordinate => {
                let is_part = is_one_of(&AXES);
                is_part.then(|| coordinate(above))
            }
            Evidence::PersonName => {
                let is_part = self.object == Object::Other && is_one_of(&NAME_PARTS);
                is_part.then_some(KeyMeaning {
                    evidence: Evidence::Any,
                    ..above
                })
            }
        }
    }

    fn object_of(self, words: &[String]) -> Object {
        let Some(last) = words.iter().rfind(|word| !is_number(word)) else {
            return self.object;
        };
        let forms = [
            Some(last.as_str()),
            last.strip_suffix('s'),
            last.strip_suffix("es"),
        ];
        let is_in = |list: &Words| forms.iter().flatten().any(|word| list.contains(*word));
        if is_person(last) {
            Object::Person
        } else if is_in(&TALLIES) {
            Object::Tally
        } else if is_in(&THINGS) {
            Object::Thing
        } else if PROFILES.contains(last.as_str()) {
            self.object
        } else {
            Object::Other
        }
    }
}

fn coordinate(meaning: KeyMeaning) -> KeyMeaning {
    KeyMeaning {
        evidence: Evidence::Coordinate,
        ..meaning
    }
}
