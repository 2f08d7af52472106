//! Keys that name personal data: `email`, `parentEmail`, `student-full-name`, `DOB`.
//!
//! A key is split into words (at punctuation, at changes of case, between letters and digits);
//! words at its end that only qualify are dropped (`phone_home`, `email_2`); and what it *ends*
//! with decides, as the last word of an English compound is what the thing is: `parent_email` is an
//! email, `email_count` is a count, `school_year` is a year. Lists and rules only, no guessing: a
//! key that is not listed names nothing. The lists are in [`super::key_names`].
//!
//! A `name` is the hardest: of a course, a badge, a file or a child. With somebody before it
//! (`student_name`) it always counts, with something else (`course_name`) never, and alone when its
//! value looks like the name of a person. So `{"name": "World History"}` is taken for one; whoever
//! means the course writes `course_name`, `title` or `{"course": {"name": …}}`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::entity::EntityKind;
use super::evidence::Evidence;
use super::german_key_names as german;
use super::key_names::{
    EXCEPTIONS, NAMES, PEOPLE, PREFIXES, Position, QUALIFIERS, QUESTIONS, ROLES, STATES,
};

/// The longest listed name has so many words ("social security card number").
const MAX_WORDS: usize = 4;
/// Whose something is follows.
const OF: [&str; 4] = ["of", "der", "des", "von"];

/// What a key says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyMeaning {
    pub(super) kind: EntityKind,
    /// What the value must look like.
    pub(super) evidence: Evidence,
}

static MEANINGS: LazyLock<HashMap<&str, (KeyMeaning, Position)>> = LazyLock::new(|| {
    let of_row = |row: &'static super::key_names::Row| {
        let meaning = KeyMeaning {
            kind: row.kind,
            evidence: row.evidence,
        };
        let names = row.names.split_whitespace();
        names.map(move |name| (name, (meaning, row.position)))
    };
    NAMES
        .iter()
        .chain(&german::NAMES)
        .flat_map(of_row)
        .collect()
});

/// What the words of a key say about its value, if they name personal data.
pub(super) fn meaning_of(words: &[String]) -> Option<KeyMeaning> {
    if asks_or_counts(words) {
        return None;
    }
    let words = in_compound_order(words);
    let named = named_by(&words)?;
    let is_state = words.iter().any(|word| STATES.contains(word.as_str()));
    Some(match named.evidence {
        Evidence::Any if is_state => named.unless_count(),
        _ => named,
    })
}

impl KeyMeaning {
    /// The same where `true` and plain numbers switch and count.
    pub(super) fn unless_count(self) -> Self {
        match self.evidence {
            Evidence::Any => Self {
                evidence: Evidence::NoCount,
                ..self
            },
            _ => self,
        }
    }
}

/// Whether the words only say which one: `primary`, `2`, `value`.
pub(super) fn is_qualifying(words: &[String]) -> bool {
    words
        .iter()
        .all(|word| is_qualifier(word) || is_number(word))
}

/// Whether the word names somebody.
pub(super) fn is_person(word: &str) -> bool {
    PEOPLE.contains(word)
}

/// `has_email`, `student_has_email`, `num_schools`; whose it is may stand before.
fn asks_or_counts(words: &[String]) -> bool {
    let first = words.iter().position(|word| !is_person(word));
    first.is_some_and(|first| first + 1 < words.len() && QUESTIONS.contains(words[first].as_str()))
}

/// `name of student 2` is `student name`, `name_der_mutter` is `mutter name`.
fn in_compound_order(words: &[String]) -> Vec<&String> {
    let of = words.iter().position(|word| OF.contains(&word.as_str()));
    let (before, after) = match of {
        Some(of) => (&words[..of], &words[of + 1..]),
        None => (words, &words[..0]),
    };
    let words = after.iter().chain(before);
    words.filter(|word| !is_number(word)).collect()
}

fn named_by(words: &[&String]) -> Option<KeyMeaning> {
    let mut rest = words;
    loop {
        if let Some(meaning) = ends_with_name(rest) {
            return Some(meaning);
        }
        match rest.split_last() {
            Some((last, before)) if is_qualifier(last) || is_child(before, last) => rest = before,
            _ => break,
        }
    }
    // `winner_name`
    let last = match words {
        [.., role, name] if name.as_str() == "name" || name.as_str() == "names" => role,
        _ => words.last()?,
    };
    let evidence = if is_person(last) {
        Evidence::PersonName
    } else if ROLES.contains(last.as_str()) {
        Evidence::People
    } else {
        return None;
    };
    Some(KeyMeaning {
        kind: EntityKind::Name,
        evidence,
    })
}

/// `vorname_kind`, not `email_kind`.
fn is_child(before: &[&String], last: &str) -> bool {
    last == "kind" && before.last().is_some_and(|name| german::is_german(name))
}

fn is_qualifier(word: &str) -> bool {
    QUALIFIERS.contains(word)
}

/// Whether the word is written in digits.
pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The longest listed name at the end.
fn ends_with_name(words: &[&String]) -> Option<KeyMeaning> {
    (1..=words.len().min(MAX_WORDS)).rev().find_map(|count| {
        let (before, name) = words.split_at(words.len() - count);
        let name: String = name.iter().map(|word| word.as_str()).collect();
        let meaning = meaning_of_name(&name, before.is_empty())?;
        let is_other = before
            .last()
            .is_some_and(|word| is_exception(meaning.kind, word));
        (!is_other).then_some(meaning)
    })
}

fn is_exception(kind: EntityKind, before: &str) -> bool {
    EXCEPTIONS
        .iter()
        .chain(&german::EXCEPTIONS)
        .any(|(of, words)| *of == kind && words.split_whitespace().any(|word| word == before))
}

/// A listed name, or one of somebody in one word: `parentemail`, `studentname`.
fn meaning_of_name(name: &str, is_alone: bool) -> Option<KeyMeaning> {
    let listed = |name: &str| MEANINGS.get(name).copied();
    let plain = || {
        let prefixed = |prefix: &&str| listed(name.strip_prefix(*prefix)?);
        let (meaning, position) = listed(name).or_else(|| PREFIXES.iter().find_map(prefixed))?;
        (is_alone || position == Position::End).then_some(meaning)
    };
    let of_person = || {
        let owned = |person: &&str| listed(name.strip_prefix(*person)?);
        let (meaning, _) = PEOPLE.iter().find_map(owned)?;
        Some(match meaning.evidence {
            Evidence::NoCount => meaning,
            _ => KeyMeaning {
                evidence: Evidence::Any,
                ..meaning
            },
        })
    };
    plain().or_else(of_person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::key_split::words_of;

    fn meaning(key: &str) -> Option<KeyMeaning> {
        meaning_of(&words_of(key))
    }

    /// What a key always names, whatever its value.
    fn kind(key: &str) -> Option<&'static str> {
        let certain = meaning(key).filter(|meaning| meaning.evidence == Evidence::Any);
        certain.map(|meaning| meaning.kind.as_str())
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        for key in [
            "email",
            "Email",
            "EMAIL",
            "e-mail",
            "eMail",
            "e_mail",
            "parent_email",
            "parentEmail",
            "ParentEMail",
            "parent-email",
            "parent.email",
            "parentemail",
            "email_address",
            "emailAddress",
            "EMAIL_ADDRESS_2",
            "email1",
            "emailPrimary",
            "student contact email",
            "ｅｍａｉｌ",
            "е\u{200B}mail",
            "data[email]",
        ] {
            assert_eq!(kind(key), Some("email"), "{key}");
        }
    }

    #[test]
    fn every_kind_of_the_list_is_named() {
        let table = [
            ("phone", "phone"),
            ("phoneNumber", "phone"),
            ("home_phone", "phone"),
            ("phone_home", "phone"),
            ("mobile-number", "phone"),
            ("address", "address"),
            ("homeAddress", "address"),
            ("address_line_1", "address"),
            ("addressLine2", "address"),
            ("ssn", "ssn"),
            ("SSNNumber", "ssn"),
            ("ssn_last_4", "ssn"),
            ("social_security_number", "ssn"),
            ("full_name", "name"),
            ("fullName", "name"),
            ("student-full-name", "name"),
            ("lastName", "name"),
            ("password", "password"),
            ("user_password", "password"),
            ("birth_date", "dob"),
            ("date_of_birth", "dob"),
            ("dateOfBirth", "dob"),
            ("birthday", "dob"),
            ("childDOB", "dob"),
            ("school", "school"),
            ("school_name", "school"),
            ("handle", "handle"),
            ("instagram_handle", "handle"),
            ("child's name", "name"),
            ("geolocation", "geolocation"),
            ("geo_location", "geolocation"),
            ("lat", "geolocation"),
            ("longitude", "geolocation"),
            ("mail", "email"),
            ("student_mail", "email"),
            ("studentEmail", "email"),
            ("emailOfParent", "email"),
            ("first_name", "name"),
            ("firstname", "name"),
            ("givenName", "name"),
            ("family-name", "name"),
            ("surname", "name"),
            ("student_name", "name"),
            ("childName", "name"),
            ("kidname", "name"),
            ("parent_1_name", "name"),
            ("name_of_student", "name"),
            ("your_name", "name"),
            ("username", "handle"),
            ("user_name", "handle"),
            ("nickName", "handle"),
            ("birth_year", "dob"),
            ("yearOfBirth", "dob"),
            ("birthDay", "dob"),
            ("parent_mobile", "phone"),
            ("cell_phone", "phone"),
            ("childLocation", "geolocation"),
            ("gps", "geolocation"),
            ("zip_code", "address"),
            ("credit_card", "card"),
        ];
        for (key, expected) in table {
            assert_eq!(kind(key), Some(expected), "{key}");
        }
    }

    #[test]
    fn what_only_mentions_personal_data_is_not_named() {
        for key in [
            "email_sent",
            "emailTemplate",
            "email_count",
            "email_text",
            "email_id",
            "hall_pass",
            "address_count",
            "ip_address",
            "ipAddress",
            "mac-address",
            "wallet_address",
            "phone_verified",
            "password_changed_at",
            "school_id",
            "schoolType",
            "birthday_badge",
            "handler",
            "microphone",
            "passwordless",
            "mailing_list_size",
            "mail_opened",
            "email_opt_in",
            "has_email",
            "studentHasPhone",
            "show_address",
            "num_schools",
            "total_birthdays",
            "address_book",
            "school_year",
            "after_school",
            "backToSchool",
            "smart_phone",
            "file_handle",
            "course_name",
            "badgeName",
            "class_name",
            "file_name",
            "name_of_course",
            "student_id",
            "user_count",
            "parent_share",
            "mobile_app",
            "location_id",
            "birthright",
            "email_name",
            "voice_mail",
            "weekly_email",
            "out_of_school",
            "title",
            "team_id",
            "partner_count",
            "winner_score",
            "buddy_challenge",
            "score",
            "streak",
            "latency",
            "addressable",
            "last_seen",
            "",
            "_",
            "123",
            "home",
            "handles_errors",
            "platform",
            "platelet",
            "telling",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
    }

    #[test]
    fn german_keys_are_read_as_english_ones() {
        let table = [
            ("vorname", "name"),
            ("vorName", "name"),
            ("Nachname", "name"),
            ("familien_name", "name"),
            ("kind_vorname", "name"),
            ("vorname_kind", "name"),
            ("plz_ort", "address"),
            ("muttername", "name"),
            ("schuelerName", "name"),
            ("name_der_mutter", "name"),
            ("name-des-kindes", "name"),
            ("geburtsdatum", "dob"),
            ("geburtsDatum", "dob"),
            ("GEBURTSTAG", "dob"),
            ("telefon", "phone"),
            ("telefon-nummer", "phone"),
            ("handyNummer", "phone"),
            ("telefon_privat", "phone"),
            ("adresse", "address"),
            ("Anschrift", "address"),
            ("strasse", "address"),
            ("straße", "address"),
            ("Straße_und_Hausnummer", "address"),
            ("hausnummer", "address"),
            ("plz", "address"),
            ("wohnort", "address"),
            ("schule", "school"),
            ("schulName", "school"),
            ("name_der_schule", "school"),
            ("email-adresse", "email"),
            ("eMailAdresse", "email"),
            ("email_der_eltern", "email"),
            ("passwort", "password"),
            ("benutzername", "handle"),
            ("längengrad", "geolocation"),
        ];
        for (key, expected) in table {
            assert_eq!(kind(key), Some(expected), "{key}");
        }
        for key in [
            "anzahl_schulen",
            "hat_email",
            "ipAdresse",
            "nach_der_schule",
            "kursname",
            "kurs_name",
            "klasse",
            "kind",
            "kinds",
            "email_kind",
            "phoneKind",
            "schuljahr",
            "schule_id",
            "adressbuch",
            "telefonate",
            "geburtstagsabzeichen",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
        for (key, evidence) in [
            ("mutter", Evidence::PersonName),
            ("eltern", Evidence::PersonName),
            ("lehrerin", Evidence::PersonName),
            ("handy", Evidence::Digits(1)),
            ("ort", Evidence::Coordinates),
            ("gewinner", Evidence::People),
            ("schulen", Evidence::NoCount),
        ] {
            assert_eq!(
                meaning(key).map(|meaning| meaning.evidence),
                Some(evidence),
                "{key}"
            );
        }
    }

    #[test]
    fn what_means_other_things_too_counts_by_its_value() {
        let table = [
            ("mobile", Evidence::Digits(1)),
            ("cell", Evidence::Digits(4)),
            ("name", Evidence::PersonName),
            ("displayName", Evidence::PersonName),
            ("student", Evidence::PersonName),
            ("parent_contact", Evidence::PersonName),
            ("study_buddy", Evidence::PersonName),
            ("teammates", Evidence::PersonName),
            ("team", Evidence::People),
            ("team_members", Evidence::People),
            ("weekly_winner", Evidence::People),
            ("winner_name", Evidence::People),
            ("location", Evidence::Coordinates),
            ("emails", Evidence::NoCount),
            ("number_of_schools", Evidence::NoCount),
            ("verified_email", Evidence::NoCount),
            ("student_emails", Evidence::NoCount),
            ("snapchat", Evidence::NoCount),
        ];
        for (key, evidence) in table {
            assert_eq!(
                meaning(key).map(|meaning| meaning.evidence),
                Some(evidence),
                "{key}"
            );
        }
    }
}
